from datetime import date
from functools import reduce
from operator import or_

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from catalog.selectors import due_soon
from jinan_credit.accounts import history
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import MoveRecord, Unit, User
from jinan_credit.kernel import clock
from jinan_credit.kernel.classification import Classified
from lists.enums import ChangeReason
from lists.models import CreditList, Publication
from sanctions.enums import TaskKind, TaskState

WAITING = (TaskState.TO_SIGN, TaskState.TO_FEED_BACK, TaskState.TO_CONFIRM)
ANSWERED = (TaskState.FED_BACK, TaskState.NOTHING_TO_FEED_BACK, TaskState.NOT_EXECUTED)
STATES_OF = {
    TaskKind.SIGN: (TaskState.TO_SIGN, TaskState.SIGNED, *ANSWERED, TaskState.TAKEN_OVER),
    TaskKind.RELEASE: (TaskState.TO_CONFIRM, TaskState.CONFIRMED, TaskState.TAKEN_OVER),
    TaskKind.FEEDBACK: (TaskState.TO_FEED_BACK, *ANSWERED, TaskState.TAKEN_OVER),
}
OWES_FEEDBACK = Q(state=TaskState.SIGNED, feedback_due_on__isnull=False) | Q(state=TaskState.TO_FEED_BACK)
OPEN = Q(state__in=WAITING) | OWES_FEEDBACK


class UnitTaskQuerySet(models.QuerySet["UnitTask"]):
    def visible_to(self, actor: Actor) -> "UnitTaskQuerySet":
        """One's own unit's tasks, and those of units that it succeeded; the coordinator sees every unit's."""
        return self if actor.is_system or actor.may(Act.OVERSEE) else self.filter(unit__in=actor.units)

    def of_unit(self, actor: Actor) -> "UnitTaskQuerySet":
        """Those on which this actor may act: his own unit's and nobody else's."""
        return self.filter(unit=actor.unit) if actor.unit else self.none()

    def answering_to(self, actor: Actor) -> "UnitTaskQuerySet":
        """What others owe this actor an answer for: on the lists that his unit initiates; all for the coordinator."""
        if actor.is_system or actor.may(Act.OVERSEE):
            return self
        return self.filter(credit_list__initiating_units=actor.unit) if actor.unit else self.none()

    def with_names(self) -> "UnitTaskQuerySet":
        """With what a line shows: publication, list, unit, and who has taken it on."""
        return self.select_related(
            "publication__credit_list", "publication__unit", "credit_list", "unit", "claimed_by", "rules"
        )

    def to_sign(self) -> "UnitTaskQuerySet":
        return self.filter(state=TaskState.TO_SIGN)

    def to_confirm(self) -> "UnitTaskQuerySet":
        return self.filter(state=TaskState.TO_CONFIRM)

    def owing_feedback(self) -> "UnitTaskQuerySet":
        return self.filter(OWES_FEEDBACK)

    def open(self) -> "UnitTaskQuerySet":
        return self.filter(OPEN)

    def overdue(self, on: date | None = None) -> "UnitTaskQuerySet":
        """Derived from the dates: nothing has to run for a task to be late."""
        return self.filter(overdue_on(on or clock.today()))

    def due_soon(self) -> "UnitTaskQuerySet":
        """Not late, and due within a few working days, by the day that counts in the present state."""
        return self.filter(due_within(due_soon()))


def number_of(publication: Publication | None, credit_list: CreditList, first: date | None, last: date | None) -> str:
    """Of the publication; of a period the list, the year and the months."""
    if publication is not None:
        return publication.number
    assert first is not None
    assert last is not None
    return f"{credit_list.code}〔{last.year}〕{first.month}–{last.month}月"


def overdue_on(day: date) -> Q:
    waiting, owing = kinds_of_overdue(day)
    return waiting | owing


def due_within(days: tuple[date, date]) -> Q:
    """The first and the last day count."""
    return Q(state__in=WAITING, due_on__range=days) | Q(state=TaskState.SIGNED, feedback_due_on__range=days)


def kinds_of_overdue(day: date) -> tuple[Q, Q]:
    """What waits beyond its day, and what was signed and owes feedback: no task is both, each has its index."""
    return Q(state__in=WAITING, due_on__lt=day), Q(state=TaskState.SIGNED, feedback_due_on__lt=day)


@history.track()
class UnitTask(models.Model):
    """单位任务: what one cooperating unit owes for one publication, or for a period of a list (P §四(一), (二)).

    An officer may take it on (`claimed_by`): then he acts on it, or who substitutes for him, and no other person.
    """

    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="unit_tasks", verbose_name=_("publication")
    )
    credit_list = models.ForeignKey(
        CreditList, models.PROTECT, related_name="unit_tasks", verbose_name=_("list"), db_index=False
    )
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tasks", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=8, choices=TaskKind)
    state = models.CharField(_("state"), max_length=20, choices=TaskState)
    rules = models.ForeignKey(RuleProfile, models.PROTECT, related_name="+", verbose_name=_("rules"))
    due_on = models.DateField(_("due on"))
    is_due_provisional = models.BooleanField(_("due date is provisional"), default=False)
    feedback_due_on = models.DateField(_("feedback due on"), null=True, blank=True)
    is_feedback_due_provisional = models.BooleanField(_("day of feedback is provisional"), default=False)
    made_at = models.DateTimeField(_("made at"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claimed_tasks",
        verbose_name=_("taken on by"),
    )
    claimed_at = models.DateTimeField(_("taken on at"), null=True, blank=True)

    objects = UnitTaskQuerySet.as_manager()

    classified = Classified(
        internal="id publication credit_list period_from period_to unit kind state rules due_on is_due_provisional "
        "feedback_due_on is_feedback_due_provisional made_at claimed_by claimed_at"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("unit task")
        verbose_name_plural = _("unit tasks")
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="unit_task_by_unit_and_state"),
            models.Index(fields=["made_at"], name="unit_task_by_day"),
            models.Index(fields=["credit_list", "made_at"], name="unit_task_by_list_and_day"),
            models.Index(
                fields=["due_on"],
                include=["unit", "credit_list", "made_at"],
                condition=Q(state__in=WAITING),
                name="unit_task_waiting_by_last_day",
            ),
            models.Index(
                fields=["feedback_due_on"],
                include=["unit", "credit_list", "made_at"],
                condition=Q(state=TaskState.SIGNED, feedback_due_on__isnull=False),
                name="unit_task_owing_by_last_day",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["publication", "unit"], name="unit_has_one_task_a_publication"),
            models.UniqueConstraint(fields=["credit_list", "period_to", "unit"], name="unit_has_one_task_a_period"),
            models.CheckConstraint(
                condition=Q(kind=TaskKind.FEEDBACK, publication=None, period_from__lte=F("period_to"))
                | ~Q(kind=TaskKind.FEEDBACK) & Q(publication__isnull=False, period_from=None, period_to=None),
                name="unit_task_is_for_a_publication_or_a_period",
            ),
            models.CheckConstraint(
                condition=reduce(or_, (Q(kind=kind, state__in=states) for kind, states in STATES_OF.items())),
                name="unit_task_has_a_state_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at=None, claimed_by=None) | Q(claimed_at__isnull=False, claimed_by__isnull=False),
                name="unit_task_is_claimed_by_a_person_at_a_time",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number}: {self.unit}"

    @property
    def number(self) -> str:
        return number_of(self.publication, self.credit_list, self.period_from, self.period_to)

    @property
    def is_of_a_person(self) -> bool:
        """The release of a related person who was taken off an entry that stays."""
        reason = self.publication.change_reason if self.publication else ""
        return self.kind == TaskKind.RELEASE and reason == ChangeReason.PERSON_REPAIRED

    @property
    def deadline(self) -> date | None:
        """The day that counts in the present state; None when nothing is owed any more."""
        if self.state in WAITING:
            return self.due_on
        return self.feedback_due_on if self.state == TaskState.SIGNED else None

    @property
    def is_deadline_provisional(self) -> bool:
        return self.is_due_provisional if self.state in WAITING else self.is_feedback_due_provisional

    @property
    def is_overdue(self) -> bool:
        return self.deadline is not None and self.deadline < clock.today()


class UnitTaskMove(MoveRecord):
    """A step, by whom, and for whom: `acted_for` had taken the task on when his substitute took the step."""

    of = models.ForeignKey(UnitTask, models.PROTECT, related_name="moves")
    acted_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("acted for"), db_index=False
    )

    classified = Classified(internal="id of name from_state to_state by by_client unit at reason acted_for")

    class Meta(MoveRecord.Meta):
        verbose_name = _("step of a unit task")
        verbose_name_plural = _("steps of unit tasks")
