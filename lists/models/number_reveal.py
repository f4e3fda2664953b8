import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.classification import Classified
from lists.models.entry import RelatedPerson
from lists.models.subject import Subject


class NumberReveal(models.Model):
    """Someone saw a full document number, and why (rule 11)."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="reveals", verbose_name=_("subject"))
    person = models.ForeignKey(
        RelatedPerson,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        verbose_name=_("related person"),
        db_constraint=False,
        db_index=False,
        help_text=_("Whose number it was, where it was not the subject's own. Its history tells who that was."),
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=500)

    classified = Classified(internal="id subject person by unit at reason")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("reveal of a number")
        verbose_name_plural = _("reveals of numbers")
        indexes = [models.Index(fields=["at", "id"], name="number_reveal_by_time")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.by}: {self.subject_id}"
