"""What a cooperating unit does with a publication: sign, say that there is nothing, confirm release."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import Unit, User
from jinan_credit.accounts.moves import make_move, make_moves, require_move, require_right
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from jinan_credit.kernel.workdays import DueDate
from lists.enums import ChangeReason, FeedbackMode, PublicationKind, RemovalReason
from lists.models import CreditList, Publication
from lists.selectors import cooperating_units
from sanctions import events
from sanctions.enums import TaskKind, TaskState
from sanctions.models import UnitTask, UnitTaskMove
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.rules import LIMITS
from sanctions.selectors.claims import claim_in_the_way, holders
from sanctions.selectors.releases import measures_to_lift
from sanctions.selectors.unit_tasks import Signing, signing_of
from sanctions.services.earlier_reports import count_earlier_reports
from sanctions.services.liftings import Settlement, write_liftings
from sanctions.workflow import UNIT_TASK

RULES = "unit-task"
MAKES_TASK = {
    PublicationKind.LISTING: TaskKind.SIGN,
    PublicationKind.CORRECTION: TaskKind.SIGN,
    PublicationKind.REMOVAL: TaskKind.RELEASE,
    PublicationKind.STAY: TaskKind.RELEASE,
    PublicationKind.STAY_LIFTED: TaskKind.SIGN,
}
"""A mark changes nothing of what a unit has to do: it is pushed, and makes no task. Nor does the correction of an entry
whose execution is stayed: no unit has it. Where a related person was repaired it is he who is released."""


@transaction.atomic
def open_tasks(*, publication: Publication) -> int:
    """One task for each cooperating unit of the list, due by working days of the rules `unit-task`.

    By the system, when a publication takes effect; a second call makes none. Returns how many units owe one.
    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    kind = MAKES_TASK.get(PublicationKind(publication.kind))
    if kind == TaskKind.SIGN and publication.change_reason == ChangeReason.PERSON_REPAIRED:
        kind = TaskKind.RELEASE  # order 36 art. 3: after a repair measures stop
    if kind is None or (kind == TaskKind.SIGN and publication.change_reason == RemovalReason.STAYED):
        return 0
    day = clock.today()
    rules = RuleProfile.objects.for_case(RULES, day)
    due = work_calendar().due_on(day, rules[LIMITS[kind]])
    feedback = _feedback_due(publication, rules, day)
    tasks = [
        UnitTask(
            publication=publication,
            credit_list_id=publication.credit_list_id,
            unit=unit,
            kind=kind,
            state=TaskState.TO_CONFIRM if kind == TaskKind.RELEASE else TaskState.TO_SIGN,
            rules=rules,
            due_on=due.on,
            is_due_provisional=due.provisional,
            feedback_due_on=feedback.on if feedback else None,
            is_feedback_due_provisional=feedback is not None and feedback.provisional,
            made_at=publication.published_at,
        )
        for unit in cooperating_units(publication.credit_list)
    ]
    UnitTask.objects.bulk_create(tasks, ignore_conflicts=True)
    tell_staff(
        events.RELEASE_TO_CONFIRM if kind == TaskKind.RELEASE else events.TO_SIGN,
        units=[task.unit_id for task in tasks],
        link=reverse("task_of_publication", args=[publication.pk]),
        about=f"publication {publication.pk}",
        number=publication.number,
        list=publication.credit_list.name,
        count=publication.count,
        day=due.on,
    )
    return len(tasks)


def _feedback_due(publication: Publication, rules: RuleProfile, day: date) -> DueDate | None:
    """Where a list is fed back by periods, the single publication owes none (`open_periodic_feedback`)."""
    owes = publication.credit_list.feedback_mode == FeedbackMode.ON_ACTION
    if publication.kind != PublicationKind.LISTING or not owes:
        return None
    return work_calendar().due_on(day, rules["feedback_wd"])


@transaction.atomic
def sign_task(*, task: UnitTask, by: Actor) -> UnitTask:
    """签收: an officer, or the unit's own system, takes note of a publication. What it has reported before counts now.

    Refusals: `not_found` for another unit's task; `claimed_by_another`; `move_not_open`; `act_not_allowed`.
    """
    signed = _move(task, "sign", by=by)
    count_earlier_reports([signed], by=by)
    return signed


@transaction.atomic
def sign_tasks(*, tasks: UnitTaskQuerySet, by: Actor) -> Signing:
    """Sign many at once. Another unit's tasks are not seen; those that cannot be signed are reported, not signed.

    Refusals: `act_not_allowed`.
    """
    require_right(UNIT_TASK["sign"], by=by, reason="")
    to_sign = UnitTask.objects.filter(pk__in=tasks.of_unit(by).filter(kind=TaskKind.SIGN).order_by().values("pk"))
    list(to_sign.order_by("pk").select_for_update().values_list("pk"))  # not releases: a report locks those last
    signing = signing_of(tasks, by)
    _sign_many("sign", signing.signed, by=by)
    return signing


@transaction.atomic
def sign_acknowledged(*, unit: Unit, credit_list: CreditList, seq: int) -> int:
    """The unit has chosen to sign automatically and its system took the list up to position `seq`.

    By the system; returns how many publications this signed. Release is never confirmed in this way.
    """
    to_sign = UnitTask.objects.to_sign().filter(unit=unit, credit_list=credit_list, publication__last_seq__lte=seq)
    tasks = list(to_sign.select_related("unit").order_by("pk").select_for_update(of=("self",)))
    _sign_many("sign_automatically", tasks, by=SYSTEM)
    return len(tasks)


@transaction.atomic
def declare_nothing_to_feed_back(*, task: UnitTask, by: Actor, reason: str = "") -> UnitTask:
    """The unit had no occasion to apply a measure. A later feedback is still possible.

    Refusals: `not_found`, `claimed_by_another`, `move_not_open`, `act_not_allowed`.
    """
    return _move(task, "declare_nothing_to_feed_back", by=by, reason=reason)


@transaction.atomic
def declare_not_executed(*, task: UnitTask, by: Actor, reason: str) -> UnitTask:
    """The unit ought to have applied a measure and did not; the reason goes to the initiating unit.

    Refusals: `not_found`, `claimed_by_another`, `move_not_open`, `act_not_allowed`, `reason_missing`.
    """
    return _move(task, "declare_not_executed", by=by, reason=reason)


@transaction.atomic
def settle_measures(*, task: UnitTask, settlements: Collection[Settlement], by: Actor) -> UnitTask:
    """Say of some of the measures that the unit took when each was lifted, or why it stays. May be repeated.

    Refusals: `not_found`, `claimed_by_another`, `move_not_open`, `act_not_allowed`; `measure_not_taken`,
    `measure_settled`, `day_or_reason`, `day_in_future`, `lifted_too_early`.
    """
    locked = lock_task_to_act(task, by)
    require_move(UNIT_TASK, "confirm_release", state=locked.state, by=by)
    write_liftings(locked, settlements, by=by)
    return locked


@transaction.atomic
def confirm_release(
    *, task: UnitTask, by: Actor, reason: str = "", settlements: Collection[Settlement] = ()
) -> UnitTask:
    """解除确认: the unit took no measure against those who left the list, or has said of each what became of it.

    Refusals: as `settle_measures`; `measures_not_settled`.
    """
    locked = lock_task_to_act(task, by)
    require_move(UNIT_TASK, "confirm_release", state=locked.state, by=by)
    write_liftings(locked, settlements, by=by)
    left = measures_to_lift(locked).count()
    if left:
        raise DomainError(
            "measures_not_settled",
            ngettext(
                "Your unit took %(count)d measure of which it is not said whether it was lifted, or why it stays.",
                "Your unit took %(count)d measures of which it is not said whether they were lifted, or why they stay.",
                left,
            )
            % {"count": left},
            field="measures",
        )
    make_move(
        UnitTaskMove, locked, UNIT_TASK, "confirm_release", by=by, reason=reason, acted_for=acted_for(locked, by=by)
    )
    return locked


def move_task(*, task: UnitTask, name: str, by: Actor, reason: str = "") -> UnitTask:
    """The step that a button of the task page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "sign":
            return sign_task(task=task, by=by)
        case "declare_nothing_to_feed_back":
            return declare_nothing_to_feed_back(task=task, by=by, reason=reason)
        case "declare_not_executed":
            return declare_not_executed(task=task, by=by, reason=reason)
        case "confirm_release":
            return confirm_release(task=task, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of a task."))


def lock_own_task(task: UnitTask, by: Actor) -> UnitTask:
    """The locked row; `not_found` when it is another unit's, as if it were not there."""
    try:
        return UnitTask.objects.of_unit(by).with_names().select_for_update(of=("self",)).get(pk=task.pk)
    except UnitTask.DoesNotExist:
        raise NotFound from None


def lock_task_to_act(task: UnitTask, by: Actor) -> UnitTask:
    """The same; `claimed_by_another` when an officer has taken it on for whom this person does not substitute."""
    locked = lock_own_task(task, by)
    if sentence := claim_in_the_way(locked, by, holders(by)):
        raise DomainError("claimed_by_another", sentence)
    return locked


def acted_for(task: UnitTask, *, by: Actor) -> User | None:
    """The officer who has taken the task on, where his substitute acts."""
    return task.claimed_by if by.user is not None and task.claimed_by_id != by.user.pk else None


def _move(task: UnitTask, name: str, *, by: Actor, reason: str = "") -> UnitTask:
    locked = lock_task_to_act(task, by)
    make_move(UnitTaskMove, locked, UNIT_TASK, name, by=by, reason=reason, acted_for=acted_for(locked, by=by))
    return locked


def _sign_many(name: str, tasks: Sequence[UnitTask], *, by: Actor) -> None:
    """The step of signing that `name`s for many locked tasks. What a unit has reported before counts now."""
    make_moves(
        UnitTaskMove,
        tasks,
        UNIT_TASK,
        name,
        by=by,
        more=lambda task: {"unit": task.unit, "acted_for": acted_for(task, by=by)},
    )
    count_earlier_reports(tasks, by=by)
