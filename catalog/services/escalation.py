"""What follows when a case passes its last day and nothing was done: the unit's head learns, then the coordinator."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from django.urls import reverse

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from catalog.signals import cases_escalated
from jinan_credit.accounts.enums import EscalationStep
from jinan_credit.accounts.events import EventKind
from jinan_credit.accounts.models import EscalationRecord
from jinan_credit.accounts.services.staff_messages import Told, tell_each
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import WorkCalendar


def write_escalations(
    record: type[EscalationRecord],
    cases: Iterable[Any],
    rules_of: Callable[[Any], RuleProfile] = attrgetter("rule_profile"),
) -> list[Any]:
    """Write the steps that these locked, overdue cases have come to and that are not written yet.

    A case has `due_on`, and rules. However late this runs, all steps due by today are written. Returns the new
    rows. Refusals: `rule_parameter_missing`.
    """
    calendar, overdue = work_calendar(), list(cases)
    rows: Any = record._default_manager
    written = set(rows.filter(of__in=overdue).values_list("of", "due_on", "step"))
    new = list(
        rows.bulk_create(
            record(of=case, due_on=case.due_on, step=step, at=clock.now())  # type: ignore[misc]
            for case in overdue
            for step in _steps_reached(case.due_on, rules_of(case), calendar)
            if (case.pk, case.due_on, step) not in written
        )
    )
    if new:
        cases_escalated.send(record, records=new)
    return new


def tell_heads(
    kind: EventKind,
    steps: Iterable[Any],
    *,
    page: str,
    says: Callable[[Any], dict[str, Any]] = lambda case: {},
) -> None:
    """Tell the heads of the units whose cases have come to that step. `page`: the route of a case; `says`: what the
    words of the event name besides `day`."""
    tell_each(
        kind,
        [
            Told(
                step.of.unit_id,
                reverse(page, args=[step.of_id]),
                f"{step.of_id} {step.due_on}",
                {"day": step.due_on, **says(step.of)},
            )
            for step in steps
            if step.step == EscalationStep.UNIT_HEAD
        ],
    )


def _steps_reached(due_on: date, rules: RuleProfile, calendar: WorkCalendar) -> list[EscalationStep]:
    """The head on the day after the last one, the coordinator so many working days later."""
    head_on, today = due_on + timedelta(days=1), clock.today()
    if today < head_on:
        return []
    if today < calendar.due_on(head_on, rules["escalate_coordinator_wd"]).on:
        return [EscalationStep.UNIT_HEAD]
    return [EscalationStep.UNIT_HEAD, EscalationStep.COORDINATOR]
