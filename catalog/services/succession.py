"""A unit was succeeded: measures, key tasks and catalogue items follow by rule; only a receipt is a row of its own."""

from django.db import transaction

from catalog.models import MemorandumReceipt
from jinan_credit.accounts.models import Unit


@transaction.atomic
def pass_on_receipts(*, predecessor: Unit, successor: Unit) -> dict[str, int]:
    """Memoranda that the unit has not confirmed to have received, where its successor was not sent them itself.

    By the system, as part of the succession. Returns {what: how many}.
    """
    own = MemorandumReceipt.objects.filter(unit=successor).values("circulation")
    owed = MemorandumReceipt.objects.owed().filter(unit=predecessor).exclude(circulation__in=own)
    return {
        "receipts": MemorandumReceipt.objects.filter(pk__in=list(owed.values_list("pk", flat=True))).update(
            unit=successor
        )
    }
