import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Measure
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import ApiClient
from jinan_credit.kernel.classification import Classified
from sanctions.models.execution import Execution
from sanctions.models.unit_task import UnitTask


class LiftingQuerySet(models.QuerySet["Lifting"]):
    def visible_to(self, actor: Actor) -> "LiftingQuerySet":
        """With the execution: for the unit that reported and those to whom it is reported."""
        return self.filter(execution__in=Execution.objects.visible_to(actor))


class Lifting(models.Model):
    """解除: what became of a measure that a unit took, when the entry left the list: lifted on a day, or why it stays.

    One line for each measure of an execution and release task. It is never corrected.
    """

    task = models.ForeignKey(UnitTask, models.PROTECT, related_name="liftings", verbose_name=_("unit task"))
    execution = models.ForeignKey(Execution, models.PROTECT, related_name="liftings", verbose_name=_("execution"))
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name=_("measure"))
    lifted_on = models.DateField(_("lifted on"), null=True)
    reason = models.TextField(_("why it stays"), blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("officer")
    )
    made_by_client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, related_name="+", verbose_name=_("API client")
    )
    made_at = models.DateTimeField(_("made at"))

    objects = LiftingQuerySet.as_manager()

    classified = Classified(
        internal="id task execution measure lifted_on made_by made_by_client made_at", personal="reason"
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("lifting of a measure")
        verbose_name_plural = _("liftings of measures")
        constraints = [
            models.UniqueConstraint(fields=["execution", "measure", "task"], name="measure_is_settled_once_a_release"),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=False, reason="") | Q(lifted_on=None) & ~Q(reason=""),
                name="lifting_has_a_day_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=False, made_by_client=None) | Q(made_by=None, made_by_client__isnull=False),
                name="lifting_is_by_a_person_or_a_client",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.measure}: {self.lifted_on or self.reason}"
