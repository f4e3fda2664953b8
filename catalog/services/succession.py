"""A unit was succeeded: measures, key tasks and catalogue items follow by rule; receipts and drafts are rows."""

from django.db import transaction
from django.db.models import QuerySet

from catalog.enums import KeyTaskReportState
from catalog.models import KeyTaskReport, KeyTaskReportMove, MemorandumReceipt
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import pass_on


def reports_in_draft(unit: Unit) -> QuerySet[KeyTaskReport]:
    return KeyTaskReport.objects.filter(unit=unit, state=KeyTaskReportState.DRAFT)


@transaction.atomic
def pass_on_catalog(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """Memoranda that the unit has not confirmed to have received, where its successor was not sent them itself; what
    it was writing on key tasks. A request for a report is the lead units', by rule.

    By the system, as part of the succession. Returns {what: how many}.
    """
    own = MemorandumReceipt.objects.filter(unit=successor).values("circulation")
    owed = MemorandumReceipt.objects.owed().filter(unit=predecessor).exclude(circulation__in=own)
    return {
        "receipts": MemorandumReceipt.objects.filter(pk__in=list(owed.values_list("pk", flat=True))).update(
            unit=successor
        ),
        "reports": pass_on(KeyTaskReportMove, reports_in_draft(predecessor), successor, by=by, reason=reason),
    }
