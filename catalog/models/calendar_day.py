from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.kernel.classification import Classified


@history.track(gone=True)
class CalendarDay(models.Model):
    """A day on which the city decided otherwise than the national holiday plan, or that no plan covers yet."""

    on = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    source = models.CharField(_("source"), max_length=200)

    classified = Classified(public="id on is_working source")

    class Meta:
        ordering = ["on"]
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self) -> str:
        return f"{self.on}"
