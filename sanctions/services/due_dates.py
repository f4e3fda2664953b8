"""Due dates that were set before the holiday plan of their year was known."""

from django.db import transaction
from django.db.models import Q

from catalog.selectors import work_calendar
from jinan_credit.kernel import clock
from sanctions.enums import TaskKind
from sanctions.models import UnitTask
from sanctions.services.unit_tasks import LIMITS

_DATES = ("due_on", "is_due_provisional", "feedback_due_on", "is_feedback_due_provisional")


@transaction.atomic
def settle_due_dates() -> int:
    """Count the provisional days of open tasks anew, by the rules that each keeps and the calendar known now.

    By the system, every day. Returns how many tasks have another day, or one that is no longer provisional.
    """
    calendar, changed = work_calendar(), []
    provisional = Q(is_due_provisional=True) | Q(is_feedback_due_provisional=True)
    tasks = UnitTask.objects.open().filter(provisional).select_related("rules").order_by("pk")
    for task in tasks.select_for_update(of=("self",)):
        before = [getattr(task, name) for name in _DATES]
        received_on = task.period_to or clock.local_day(task.made_at)
        due = calendar.due_on(received_on, task.rules[LIMITS[TaskKind(task.kind)]])
        task.due_on, task.is_due_provisional = due.on, due.provisional
        if task.feedback_due_on is not None:
            due = calendar.due_on(received_on, task.rules[LIMITS[TaskKind.FEEDBACK]])
            task.feedback_due_on, task.is_feedback_due_provisional = due.on, due.provisional
        if [getattr(task, name) for name in _DATES] != before:
            changed.append(task)
    UnitTask.objects.bulk_update(changed, _DATES, batch_size=1_000)
    return len(changed)
