import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.classification import Classified


class IncidentReport(models.Model):
    """Somebody had written out who reached which records in a period, masked (PIPL art. 57). The file is not kept."""

    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    account = models.CharField(_("account of the operating system"), max_length=100)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    covers_from = models.DateTimeField(_("from"))
    covers_to = models.DateTimeField(_("until"))
    about = models.CharField(_("narrowed to"), max_length=300, blank=True)
    line_count = models.PositiveBigIntegerField(_("lines"))
    person_count = models.PositiveBigIntegerField(_("natural persons"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)

    classified = Classified(
        internal="id made_at made_by account reason covers_from covers_to about line_count person_count sha256"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("incident report")
        verbose_name_plural = _("incident reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(covers_to__gt=F("covers_from")), name="incident_report_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(account=""), name="incident_report_names_who_was_at_the_machine"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pk}"
