"""Reads about what units took away: what is new for a unit without a system, and whose copies are stale."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import ApiClient, Unit
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import Download, Endpoint, OfflineCopy, OfflineCopyQuerySet
from jinan_credit.exchange.rules import Position
from lists.models import CreditList
from lists.selectors import lists_for_unit

MOST_CHANGES = 10_000
"""Of one file; what is more comes in the next."""


@dataclass(frozen=True)
class NewChanges:
    """A list that concerns a unit: what its clerks have not taken yet."""

    credit_list: CreditList
    start: Position
    head: Position
    is_fetched: bool
    last: Download | None
    to_confirm: Download | None

    @property
    def count(self) -> int:
        return self.head.seq - self.start.seq

    @property
    def files(self) -> int:
        """In how many files they come."""
        return -(-self.count // MOST_CHANGES)

    @property
    def must_replace(self) -> bool:
        """What was taken is of an epoch that is over."""
        return self.last is not None and self.last.epoch != self.head.epoch


def new_changes(unit: Unit) -> list[NewChanges]:
    """A line a list that concerns the unit; a constant number of queries."""
    lists = lists_for_unit(unit).select_related("head").annotate(is_fetched=fetched_by_system(unit))
    mine = Download.objects.filter(unit=unit).select_related("by").distinct("credit_list_id")
    last = {one.credit_list_id: one for one in mine.first_taken().order_by("credit_list_id", "-id")}
    to_confirm = {one.credit_list_id: one for one in mine.unconfirmed().order_by("credit_list_id", "id")}
    return [
        NewChanges(
            credit_list=found,
            start=_start(last.get(found.pk), found.head.epoch),
            head=Position(found.head.epoch, found.head.seq),
            is_fetched=found.is_fetched,
            last=last.get(found.pk),
            to_confirm=to_confirm.get(found.pk),
        )
        for found in lists
    ]


def taken_up_to(unit: Unit, credit_list: CreditList, epoch: str) -> Position:
    """Where the unit's next file begins: behind the last one, or at the start of the epoch."""
    return _start(Download.objects.first_taken().filter(unit=unit, credit_list=credit_list).first(), epoch)


def file_end(start: Position, head: Position) -> Position:
    return Position(head.epoch, min(start.seq + MOST_CHANGES, head.seq))


def fetched_by_system(unit: Unit) -> Q:
    """Of lists: this one reaches the unit's own system, pushed to its address or fetched by a client of it."""
    clients = ApiClient.objects.filter(unit=unit, is_active=True, scopes__contains=["feed"])
    fetched = OfflineCopy.objects.filter(unit=unit, credit_list=OuterRef("pk"), fetched_at__isnull=False)
    is_pushed = Exists(Endpoint.objects.filter(unit=unit, state=EndpointState.ACTIVE))
    return Q(is_pushed) | Q(Exists(clients)) & Q(Exists(fetched))


def stale_copies(actor: Actor) -> OfflineCopyQuerySet:
    """Copies that do not follow, as far as this actor may see them, the longest stale first. One query."""
    stale = OfflineCopy.objects.visible_to(actor).stale().with_removals()
    return stale.select_related("unit", "credit_list")


def copies_to_delete(unit: Unit) -> OfflineCopyQuerySet:
    """What the unit took of lists that no longer concern it, and has not said to have deleted."""
    return OfflineCopy.objects.filter(unit=unit).to_delete().select_related("credit_list")


def stale_count(actor: Actor) -> int:
    """How many rows `stale_copies` has."""
    return OfflineCopy.objects.visible_to(actor).stale().count()


def _start(last: Download | None, epoch: str) -> Position:
    return last.end if last is not None and last.epoch == epoch else Position(epoch, 0)
