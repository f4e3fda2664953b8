"""The inbox as a file: the lines of its page (`lists.services.export_sources`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel import clock
from lists.services.export_rows import Column
from lists.services.export_sources import source_of_table
from sanctions.filters import TaskFilter
from sanctions.models import UnitTask
from sanctions.selectors.unit_tasks import tasks_on_page

CODE = "tasks"


def _kind(task: UnitTask, viewer: Any) -> str:
    return task.publication.get_kind_display() if task.publication else task.get_kind_display()


SOURCE = source_of_table(
    name=_("Unit tasks"),
    file_name=_("unit-tasks-%(number)s"),
    masked=_("Nothing in it names a party."),
    page="tasks",
    filters=TaskFilter,
    rows=tasks_on_page,
    also={"unit": _("Unit")},
    columns=[
        Column(_("Publication"), 28, lambda task, viewer: task.number),
        Column(_("Unit"), 24, lambda task, viewer: task.unit.name),
        Column(_("List"), 28, lambda task, viewer: task.credit_list.name),
        Column(_("Task"), 14, lambda task, viewer: task.get_kind_display()),
        Column(_("Kind of publication"), 14, _kind),
        Column(_("Entries"), 10, lambda task, viewer: task.publication.count if task.publication else None),
        Column(_("Published on"), 12, lambda task, viewer: clock.local_day(task.made_at)),
        Column(_("State"), 16, lambda task, viewer: task.get_state_display()),
        Column(_("Due"), 12, lambda task, viewer: task.deadline),
        Column(_("Taken on by"), 16, lambda task, viewer: task.claimed_by),
        Column(_("No."), 10, lambda task, viewer: task.pk),
    ],
)
