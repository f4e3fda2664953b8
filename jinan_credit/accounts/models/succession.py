import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts import history
from jinan_credit.accounts.models.unit import Unit
from jinan_credit.kernel import clock
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


class PlannedSuccessionQuerySet(models.QuerySet["PlannedSuccession"]):
    def open(self) -> "PlannedSuccessionQuerySet":
        """Neither carried out nor withdrawn."""
        return self.filter(succession=None, withdrawn_at=None)

    def due(self) -> "PlannedSuccessionQuerySet":
        return self.open().filter(begins_on__lte=clock.today()).order_by("begins_on", "pk")


@history.track()
class PlannedSuccession(models.Model):
    """That a unit is to be succeeded by another from a day on: carried out by the system when that day has come, and
    withdrawn at any time before. `refusal` says why it could not be carried out yet.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="planned_successions", verbose_name=_("unit"))
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("successor"))
    begins_on = models.DateField(_("first day of the successor"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"))
    refusal = models.CharField(_("why it was not carried out"), max_length=300, blank=True)
    succession = models.OneToOneField(
        UnitSuccession, models.PROTECT, null=True, related_name="plan", verbose_name=_("carried out by")
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    objects = PlannedSuccessionQuerySet.as_manager()

    classified = Classified(
        internal="id unit successor begins_on by at reason refusal succession withdrawn_by withdrawn_at withdrawn_why"
    )

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("planned succession of a unit")
        verbose_name_plural = _("planned successions of units")
        constraints = [
            models.CheckConstraint(condition=~Q(unit=F("successor")), name="planned_succession_is_by_another_unit"),
            models.CheckConstraint(condition=~Q(reason=""), name="planned_succession_has_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, succession=None) & ~Q(withdrawn_why=""),
                name="planned_succession_withdrawn_has_a_person_and_a_reason",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(succession=None, withdrawn_at=None),
                name="succession_of_a_unit_is_planned_once",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.unit} → {self.successor} ({self.begins_on})"

    @property
    def is_due(self) -> bool:
        return self.begins_on <= clock.today()
