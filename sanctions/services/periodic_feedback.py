"""Feedback that is owed for a period of a list (P §四(二); memorandum 5 asks for it every quarter)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Min, Q
from django.urls import reverse

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.moves import make_move, make_moves
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from lists.enums import FeedbackMode
from lists.models import CreditList
from lists.selectors import cooperating_units
from sanctions import events
from sanctions.enums import TaskKind, TaskState
from sanctions.models import Execution, UnitTask, UnitTaskMove
from sanctions.models.execution import ExecutionQuerySet
from sanctions.rules import LIMITS, period_end
from sanctions.services.unit_tasks import RULES
from sanctions.workflow import UNIT_TASK


def open_periodic_feedback() -> int:
    """Open what units owe for the periods that have ended: one task for each cooperating unit, list and period.

    By the system, every hour; a period is opened once, and what an outage left out is caught up. The days count from
    the end of the period, however late this runs. A unit that reported within the period has fed back already.
    Returns how many tasks it opened. Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    periodic = CreditList.objects.filter(feedback_mode=FeedbackMode.QUARTERLY).order_by("pk")
    return sum(_open_ended_periods(pk) for pk in periodic.values_list("pk", flat=True))


@transaction.atomic
def _open_ended_periods(list_pk: int) -> int:
    credit_list = CreditList.objects.select_for_update(no_key=True).get(pk=list_pk)  # of two sweeps one opens
    opened, first = 0, _owed_since(credit_list)
    while first is not None:
        last = period_end(first, RuleProfile.objects.for_case(RULES, first)["feedback_sweep_months"])
        if last >= clock.today():
            break
        opened += _open(credit_list, first, last)
        first = last + timedelta(days=1)
    return opened


def _owed_since(credit_list: CreditList) -> date | None:
    """The day after the last period opened; at first, when the list was published on, is kept here and fed back so."""
    first = credit_list.publications.aggregate(at=Min("published_at"))["at"]
    if first is None:
        return None
    of_list = UnitTask.objects.filter(kind=TaskKind.FEEDBACK, credit_list=credit_list)
    opened_to: date | None = of_list.aggregate(on=Max("period_to"))["on"]
    days = [clock.local_day(first), opened_to and opened_to + timedelta(days=1), _periodic_since(credit_list)]
    return max(day for day in days if day is not None)


def _periodic_since(credit_list: CreditList) -> date | None:
    """When the list's present way of feeding back was laid down here, as its versions tell; today where none does."""
    since = None
    for version in credit_list.versions.order_by("-number"):
        if version.content.get("feedback_mode") != credit_list.feedback_mode:
            break
        since = version
    return clock.local_day(since.made_at) if since else clock.today()


def _open(credit_list: CreditList, first: date, last: date) -> int:
    rules = RuleProfile.objects.for_case(RULES, last)
    due = work_calendar().due_on(last, rules[LIMITS[TaskKind.FEEDBACK]])
    at = clock.now()
    made = UnitTask.objects.bulk_create(
        [
            UnitTask(
                credit_list=credit_list,
                period_from=first,
                period_to=last,
                unit=unit,
                kind=TaskKind.FEEDBACK,
                state=TaskState.TO_FEED_BACK,
                rules=rules,
                due_on=due.on,
                is_due_provisional=due.provisional,
                made_at=at,
            )
            for unit in cooperating_units(credit_list)
        ]
    )
    reported = set(_reports(credit_list, first, last).values_list("unit", flat=True))
    make_moves(UnitTaskMove, [one for one in made if one.unit_id in reported], UNIT_TASK, "count_reports", by=SYSTEM)
    tell_staff(
        events.FEEDBACK_OWED,
        units=[task.unit_id for task in made if task.unit_id not in reported],
        link=f"{reverse('tasks')}?feedback=yes&list={credit_list.code}",
        about=f"period {credit_list.code} {last}",
        list=credit_list.name,
        first=first,
        last=last,
        day=due.on,
    )
    return len(made)


def settle_period(*, execution: Execution, reason: str = "") -> None:
    """A report made or cancelled after the period counts for the period in which the unit acted.

    By the system, after each of the two.
    """
    task = _task_of_period(execution)
    if task is None:
        return
    has_reports = _has_reports(task)
    if has_reports and task.state in UNIT_TASK["count_reports"].sources:
        make_move(UnitTaskMove, task, UNIT_TASK, "count_reports", by=SYSTEM)
    elif not has_reports and task.state == TaskState.FED_BACK:
        make_move(UnitTaskMove, task, UNIT_TASK, "void_reports", by=SYSTEM, reason=reason)


def count_reports(*, executions: Sequence[Execution]) -> None:
    """Reports of one unit on entries, made for one day, count for the periods in which the unit acted.

    By the system, for many at once what `settle_period` does for one.
    """
    first = executions[0]
    lists = {execution.entry.credit_list_id for execution in executions if execution.entry is not None}
    tasks = (
        UnitTask.objects.filter(kind=TaskKind.FEEDBACK, unit=first.unit_id, credit_list__in=lists)
        .filter(period_from__lte=first.performed_on, period_to__gte=first.performed_on)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    move = UNIT_TASK["count_reports"]
    make_moves(UnitTaskMove, [task for task in tasks if task.state in move.sources], UNIT_TASK, move.name, by=SYSTEM)


def _task_of_period(execution: Execution) -> UnitTask | None:
    tasks = UnitTask.objects.filter(kind=TaskKind.FEEDBACK, unit=execution.unit_id).select_for_update(of=("self",))
    if execution.task is not None and execution.task.kind == TaskKind.FEEDBACK:
        return tasks.get(pk=execution.task.pk)
    about = execution.task or execution.entry
    assert about is not None
    day = execution.performed_on
    return tasks.filter(credit_list=about.credit_list_id, period_from__lte=day, period_to__gte=day).first()


def _has_reports(task: UnitTask) -> bool:
    assert task.period_from is not None
    assert task.period_to is not None
    return (
        _reports(task.credit_list, task.period_from, task.period_to).filter(unit=task.unit_id).exists()
        or Execution.objects.valid().filter(task=task).exists()
    )


def _reports(credit_list: CreditList, first: date, last: date) -> ExecutionQuerySet:
    return Execution.objects.valid().filter(
        Q(entry__credit_list=credit_list) | Q(task__credit_list=credit_list), performed_on__range=(first, last)
    )
