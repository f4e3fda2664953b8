"""By when a unit confirms the receipt of a memorandum; counted anew where the holiday plan was not known."""

from datetime import date
from functools import cache

from django.db import transaction

from catalog.models import MemorandumReceipt, RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import DueDate, WorkCalendar, counted_anew

RULES = "memorandum-receipt"
_DATES = ("due_on", "due_is_provisional")


def receipt_due(circulated_on: date, calendar: WorkCalendar) -> DueDate:
    """By the rules of the day of the circulation. Refusals: `rule_profile_missing`, `rule_parameter_missing`."""
    return calendar.due_on(circulated_on, RuleProfile.objects.for_case(RULES, circulated_on)["receipt_wd"])


@transaction.atomic
def settle_receipts() -> int:
    """Count the provisional days of owed receipts anew, by the calendar known now. By the system, every day. Returns
    how many have another day, or one that is no longer provisional."""
    changed = receipts_counted_anew(work_calendar(), locked=True)
    MemorandumReceipt.objects.bulk_update(changed, _DATES, batch_size=1_000)
    return len(changed)


def receipts_counted_anew(calendar: WorkCalendar, *, locked: bool = False) -> list[MemorandumReceipt]:
    """Those that have another day by this calendar, or one that is no longer provisional; with it, not saved."""
    due_after = cache(lambda circulated_on: receipt_due(circulated_on, calendar))

    def count(receipt: MemorandumReceipt) -> None:
        due = due_after(clock.local_day(receipt.circulation.at))
        receipt.due_on, receipt.due_is_provisional = due.on, due.provisional

    owed = MemorandumReceipt.objects.owed().filter(due_is_provisional=True).select_related("circulation")
    rows = owed.order_by("pk")
    return counted_anew(rows.select_for_update(of=("self",)) if locked else rows, _DATES, count)
