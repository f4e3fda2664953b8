from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.models import Publication
from sanctions.enums import TaskKind, TaskState

WAITING = (TaskState.TO_SIGN, TaskState.TO_CONFIRM)
RELEASE_STATES = (TaskState.TO_CONFIRM, TaskState.CONFIRMED)


class UnitTaskQuerySet(models.QuerySet["UnitTask"]):
    def visible_to(self, actor: Actor) -> "UnitTaskQuerySet":
        """One's own unit's tasks; the coordinator sees every unit's."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.of_unit(actor)

    def of_unit(self, actor: Actor) -> "UnitTaskQuerySet":
        """Those on which this actor may act: his own unit's and nobody else's."""
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def to_sign(self) -> "UnitTaskQuerySet":
        return self.filter(state=TaskState.TO_SIGN)

    def to_confirm(self) -> "UnitTaskQuerySet":
        return self.filter(state=TaskState.TO_CONFIRM)

    def owing_feedback(self) -> "UnitTaskQuerySet":
        return self.filter(state=TaskState.SIGNED, feedback_due_on__isnull=False)

    def overdue(self, on: date | None = None) -> "UnitTaskQuerySet":
        """Derived from the dates: nothing has to run for a task to be late."""
        return self.filter(overdue_on(on or clock.today()))


def overdue_on(day: date) -> Q:
    return Q(state__in=WAITING, due_on__lt=day) | Q(state=TaskState.SIGNED, feedback_due_on__lt=day)


@history.track()
class UnitTask(models.Model):
    """单位任务: what one cooperating unit owes for one publication (P §四(一), (二))."""

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="unit_tasks", verbose_name=_("publication")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tasks", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=8, choices=TaskKind)
    state = models.CharField(_("state"), max_length=20, choices=TaskState)
    rules = models.ForeignKey(RuleProfile, models.PROTECT, related_name="+", verbose_name=_("rules"))
    due_on = models.DateField(_("due on"))
    is_due_provisional = models.BooleanField(_("due date is provisional"), default=False)
    feedback_due_on = models.DateField(_("feedback due on"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))

    objects = UnitTaskQuerySet.as_manager()

    classified = Classified(
        internal="id publication unit kind state rules due_on is_due_provisional feedback_due_on made_at"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("unit task")
        verbose_name_plural = _("unit tasks")
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="unit_task_by_unit_and_state"),
            models.Index(fields=["made_at"], name="unit_task_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["publication", "unit"], name="unit_has_one_task_a_publication"),
            models.CheckConstraint(
                condition=Q(kind=TaskKind.RELEASE, state__in=RELEASE_STATES)
                | Q(kind=TaskKind.SIGN) & ~Q(state__in=RELEASE_STATES),
                name="unit_task_has_a_state_of_its_kind",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.publication}: {self.unit}"

    @property
    def deadline(self) -> date | None:
        """The day that counts in the present state; None when nothing is owed any more."""
        if self.state in WAITING:
            return self.due_on
        return self.feedback_due_on if self.state == TaskState.SIGNED else None

    @property
    def is_overdue(self) -> bool:
        return self.deadline is not None and self.deadline < clock.today()


class UnitTaskMove(MoveRecord):
    of = models.ForeignKey(UnitTask, models.PROTECT, related_name="moves")

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a unit task")
        verbose_name_plural = _("steps of unit tasks")
