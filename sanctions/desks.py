"""The inbox as it is worked off."""

from jinan_credit.accounts.desks import Desk
from sanctions.filters import TaskFilter
from sanctions.selectors.unit_tasks import waiting_for
from sanctions.tables import TaskTable

INBOX = Desk("tasks", "task", TaskTable, TaskFilter, waiting_for, lambda task: task.number)
