"""Due dates that were set before the holiday plan of their year was known."""

from django.db import transaction

from catalog.selectors import work_calendar
from sanctions.models import UnitTask
from sanctions.selectors.due_dates import DATES, provisional_tasks, tasks_counted_anew


@transaction.atomic
def settle_due_dates() -> int:
    """Count the provisional days of open tasks anew, by the rules that each keeps and the calendar known now.

    By the system, every day. Returns how many tasks have another day, or one that is no longer provisional.
    """
    changed = tasks_counted_anew(provisional_tasks().select_for_update(of=("self",)), work_calendar())
    UnitTask.objects.bulk_update(changed, DATES, batch_size=1_000)
    return len(changed)
