"""What units owe for memoranda, key tasks and the information catalogue, and by when."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.enums import KeyTaskRequestState
from catalog.models import CatalogItem, KeyTask, KeyTaskRequest, MemorandumReceipt
from jinan_credit.accounts.deadlines import DueSource, Owed, owed_by_unit
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.accounts.services.staff_messages import units_with
from jinan_credit.kernel import clock


def _reports(until: date) -> dict[int, Owed]:
    """By who reports, as `selectors.key_tasks_of` has it: the lead units of today, else who keeps the catalogue."""
    asked = KeyTaskRequest.objects.filter(state=KeyTaskRequestState.ASKED, due_on__lte=until)
    due = list(asked.values_list("key_task", "due_on"))
    if not due:
        return {}
    holders, keepers = current_holders(clock.today()), units_with(Act.KEEP_CATALOGUE)
    leads: dict[int, set[int]] = {}
    named = KeyTask.lead_units.through._default_manager.filter(keytask__in=[task for task, _day in due])
    for task, unit in named.values_list("keytask", "unit"):
        if unit in holders:
            leads.setdefault(task, set()).add(holders[unit])
    return _counted((unit, day) for task, day in due for unit in leads.get(task, keepers))


def _updates(until: date) -> dict[int, Owed]:
    holders = current_holders(clock.today())
    items = CatalogItem.objects.issued().with_updates()
    return _counted(
        (holders[item.provider_id], item.due_on)
        for item in items
        if item.due_on is not None and item.due_on <= until and item.provider_id in holders
    )


def _counted(owed: Iterable[tuple[int, date]]) -> dict[int, Owed]:
    counts = Counter((unit, day < clock.today()) for unit, day in owed)
    return {unit: Owed(counts[unit, True], counts[unit, False]) for unit, _is_late in counts}


SOURCES = (
    DueSource(
        _("Memoranda to confirm"),
        Act.SIGN_TASKS,
        lambda: f"{reverse('memoranda')}?receipt=owed",
        lambda until: owed_by_unit(MemorandumReceipt.objects.owed(), until),
    ),
    DueSource(
        _("Key tasks to report on"),
        Act.REPORT_KEY_TASKS,
        lambda: f"{reverse('key_tasks')}?own=yes&asked=yes",
        _reports,
    ),
    DueSource(
        _("Catalogue items to update"),
        Act.UPDATE_CATALOGUE,
        lambda: f"{reverse('catalog_updates')}?own=yes",
        _updates,
    ),
)
