"""What was done with each entry, as its initiating unit reads it (P §四(二): 将实施奖惩情况及时反馈发起部门)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Sum, Window
from django.db.models.functions import RowNumber

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.errors import NotFound
from lists.enums import LEFT
from lists.models import Entry
from sanctions.enums import Outcome
from sanctions.models import Execution, ExecutionAttachment, Lifting
from sanctions.models.execution import ExecutionQuerySet
from sanctions.selectors.releases import Taken
from sanctions.selectors.screenings import with_details

SHOWN_OF_AN_ENTRY = 5


@dataclass(frozen=True)
class EntryDone:
    """One entry, how many units reported what on it, and the newest of their reports."""

    entry: Entry
    units: int
    applied: int
    not_applied: int
    amount: Decimal | None
    unsettled: int
    newest: list[Execution]

    @property
    def more(self) -> int:
        return self.applied + self.not_applied - len(self.newest)


def last_executions(actor: Actor) -> ExecutionQuerySet:
    """The last valid report on each entry of one's own lists: the lines of the list by entry, the newest first."""
    later = Execution.objects.valid().filter(entry=OuterRef("entry"), pk__gt=OuterRef("pk"))
    return Execution.objects.valid().reported_to(actor).filter(~Exists(later)).order_by("-pk")


def unsettled_measures(**of: Any) -> Any:
    """Measures taken against an entry that has left since, of which no unit has said that they were lifted or stay."""
    told = Lifting.objects.filter(execution=OuterRef("execution"), measure=OuterRef("measure"))
    return Taken.objects.filter(
        ~Exists(told), execution__cancelled_at=None, execution__entry__state__in=LEFT, **of
    ).order_by()


def done_with(entries: Collection[UUID]) -> list[EntryDone]:
    """What the units did with these entries, in their order. A constant number of queries, however much was done."""
    valid = Execution.objects.valid().filter(entry__in=entries)
    totals = {row.pop("entry"): row for row in _totals(valid)}
    unsettled = dict(
        unsettled_measures(execution__entry__in=entries).values_list("execution__entry").annotate(count=Count("pk"))
    )
    newest: dict[UUID, list[Execution]] = {}
    place = Window(RowNumber(), partition_by=F("entry"), order_by=F("pk").desc())
    for execution in with_details(valid.annotate(place=place).filter(place__lte=SHOWN_OF_AN_ENTRY)).order_by("-pk"):
        assert execution.entry_id is not None
        newest.setdefault(execution.entry_id, []).append(execution)
    found = Entry.objects.select_related("credit_list", "subject").in_bulk(list(entries))
    return [
        EntryDone(
            entry=found[pk],
            **totals[pk],
            unsettled=unsettled.get(pk, 0),
            newest=newest[pk],
        )
        for pk in entries
    ]


def _totals(executions: ExecutionQuerySet) -> Any:
    return (
        executions.order_by()
        .values("entry")
        .annotate(
            units=Count("unit", distinct=True),
            applied=Count("pk", filter=Q(outcome=Outcome.APPLIED)),
            not_applied=Count("pk", filter=Q(outcome=Outcome.NOT_APPLIED)),
            amount=Sum("amount"),
        )
    )


def attachment_for(execution: int, pk: int, actor: Actor) -> ExecutionAttachment:
    """`not_found` when this actor may not see it."""
    found = ExecutionAttachment.objects.visible_to(actor).filter(execution=execution, pk=pk).first()
    if found is None:
        raise NotFound
    return found
