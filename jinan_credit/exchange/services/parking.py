"""Changes that a receiver rejected (422): put on record, taken after all, or settled by a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.exchange.enums import Settlement
from jinan_credit.exchange.models import Cursor, ParkedChange
from jinan_credit.exchange.rules import Position, Taken
from jinan_credit.exchange.services.cursors import rewind
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed

if TYPE_CHECKING:
    from jinan_credit.exchange.services.leases import Outcome


def record(outcomes: Sequence["Outcome"]) -> None:
    """What these taken batches rejected is parked; what they took of the parked ones is settled."""
    _settle_taken(outcomes)
    parked = [
        ParkedChange(
            cursor=outcome.cursor,
            epoch=outcome.sent.end.epoch,
            seq=row.seq,
            code=row.code,
            message=row.message,
            at=clock.now(),
        )
        for outcome in outcomes
        if isinstance(outcome.verdict, Taken)
        for row in outcome.verdict.rejected
    ]
    if parked:
        ParkedChange.objects.bulk_create(
            parked,
            update_conflicts=True,
            unique_fields=["cursor", "epoch", "seq"],
            update_fields=["code", "message", "at", "settlement", "settled_at", "settled_by", "settled_reason"],
        )
    for row in parked:
        row.cursor.has_parked = True  # type: ignore[attr-defined]


def _settle_taken(outcomes: Sequence["Outcome"]) -> None:
    spans = Q()
    for outcome in outcomes:
        if getattr(outcome.cursor, "has_parked", False) and isinstance(outcome.verdict, Taken):
            start, up_to = outcome.sent.start, outcome.verdict.up_to
            spans |= Q(cursor=outcome.cursor, epoch=up_to.epoch, seq__gt=start.seq, seq__lte=up_to.seq)
    if spans:
        ParkedChange.objects.unsettled().filter(spans).update(settlement=Settlement.TAKEN, settled_at=clock.now())


@transaction.atomic
def send_again(parked: ParkedChange, *, by: Actor) -> Cursor:
    """Send the list again from this change on. It is settled once the receiver takes it; what follows comes twice.

    Refusals: `act_not_allowed`, `not_your_unit`, `already_settled`, `list_not_found`, `cursor_gone`.
    """
    parked = _locked(parked, by)
    code = parked.cursor.credit_list.code
    return rewind(code=code, to=Position(parked.epoch, parked.seq - 1), by=by)


@transaction.atomic
def settle_by_hand(parked: ParkedChange, *, by: Actor, reason: str) -> ParkedChange:
    """A person says why this change needs no more: entered by hand, say, or overtaken by a later version.

    Refusals: `act_not_allowed`, `not_your_unit`, `already_settled`, `reason_missing`.
    """
    parked = _locked(parked, by)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give a reason."), field="reason")
    parked.settlement, parked.settled_at, parked.settled_by = Settlement.BY_HAND, clock.now(), by.user
    parked.settled_reason = reason.strip()[:500]
    parked.save(update_fields=["settlement", "settled_at", "settled_by", "settled_reason"])
    return parked


def _locked(parked: ParkedChange, by: Actor) -> ParkedChange:
    by.require(Act.SEE_PUSH)
    found = (
        ParkedChange.objects.select_for_update(of=("self",))
        .select_related("cursor__unit", "cursor__credit_list")
        .get(pk=parked.pk)
    )
    if by.user is None or by.unit is None or found.cursor.unit != by.unit:
        raise NotAllowed("not_your_unit", _("Only a person of the unit whose system rejected the change decides."))
    if found.settlement:
        raise DomainError("already_settled", _("This change has been settled already."))
    return found
