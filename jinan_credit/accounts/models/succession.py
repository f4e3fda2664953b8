import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models.unit import Unit
from jinan_credit.kernel.classification import Classified


class UnitSuccession(models.Model):
    """A unit was succeeded by another: who recorded it, why, how many rows of each kind passed on. It is not undone."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="succession", verbose_name=_("unit"))
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("successor"))
    begins_on = models.DateField(_("first day of the successor"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"))
    moved = models.JSONField(_("rows that passed on"), default=dict)

    classified = Classified(internal="id unit successor begins_on by at reason moved")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("succession of a unit")
        verbose_name_plural = _("successions of units")
        constraints = [
            models.CheckConstraint(condition=~Q(unit=F("successor")), name="succession_is_by_another_unit"),
            models.CheckConstraint(condition=~Q(reason=""), name="succession_has_a_reason"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.unit} → {self.successor}"
