from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.enums import StandardLevel, StandardStatus
from jinan_credit.accounts import history
from jinan_credit.kernel.classification import Classified


@history.track(gone=True)
class Standard(models.Model):
    """A standard that items of the information catalogue refer to (P §五(一))."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    level = models.CharField(_("level"), max_length=10, choices=StandardLevel)
    status = models.CharField(_("status"), max_length=10, choices=StandardStatus, default=StandardStatus.CURRENT)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)

    source = models.CharField(_("source"), max_length=200, help_text=_("Who published it, and when."))

    classified = Classified(public="id number title level status valid_from source")

    class Meta:
        ordering = ["number"]
        verbose_name = _("standard")
        verbose_name_plural = _("standards")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
