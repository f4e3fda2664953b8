"""Due dates of tasks that were set before the holiday plan of their year was known."""

from django.db.models import Q

from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import WorkCalendar, counted_anew
from sanctions.enums import TaskKind
from sanctions.models import UnitTask
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.rules import LIMITS

DATES = ("due_on", "is_due_provisional", "feedback_due_on", "is_feedback_due_provisional")


def provisional_tasks() -> UnitTaskQuerySet:
    provisional = Q(is_due_provisional=True) | Q(is_feedback_due_provisional=True)
    return UnitTask.objects.open().filter(provisional).select_related("rules").order_by("pk")


def tasks_counted_anew(tasks: UnitTaskQuerySet, calendar: WorkCalendar) -> list[UnitTask]:
    """Those that have another day by this calendar, or one that is no longer provisional; with it, not saved."""

    def count(task: UnitTask) -> None:
        received_on = task.period_to or clock.local_day(task.made_at)
        due = calendar.due_on(received_on, task.rules[LIMITS[TaskKind(task.kind)]])
        task.due_on, task.is_due_provisional = due.on, due.provisional
        if task.feedback_due_on is not None:
            due = calendar.due_on(received_on, task.rules[LIMITS[TaskKind.FEEDBACK]])
            task.feedback_due_on, task.is_feedback_due_provisional = due.on, due.provisional

    return counted_anew(tasks, DATES, count)
