"""The party seeks a remedy elsewhere: the entry is marked until that has ended, and keeps its effect meanwhile."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.moves import make_move, require_right, write_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from lists.enums import ON_THE_LIST, WAS_PUBLISHED, ChangeReason, Mark, ProceedingKind, ProceedingState
from lists.models import Entry, Proceeding, ProceedingMove
from lists.services.acts import lock_entry, require_published
from lists.services.amendments import mark_entry, unmark_entry
from lists.services.orders import Order, order_values
from lists.workflow import PROCEEDING

_MARK = {
    ProceedingKind.RECONSIDERATION: Mark.UNDER_RECONSIDERATION,
    ProceedingKind.SUIT: Mark.UNDER_SUIT,
}
_BEGUN = {
    ProceedingKind.RECONSIDERATION: ChangeReason.RECONSIDERATION_OPENED,
    ProceedingKind.SUIT: ChangeReason.SUIT_OPENED,
}
_ENDED = {
    ProceedingKind.RECONSIDERATION: ChangeReason.RECONSIDERATION_ENDED,
    ProceedingKind.SUIT: ChangeReason.SUIT_ENDED,
}


@transaction.atomic
def record_proceeding(*, entry: Entry, kind: ProceedingKind, order: Order | None, by: Actor, reason: str) -> Proceeding:
    """The party asked for reconsideration or brought suit; `order` is the organ's document that says so.

    Refusals: `act_not_allowed`, `reason_missing`, `not_your_unit`, `entry_not_published`, `proceeding_open`; those of
    `order_values`.
    """
    move = PROCEEDING.require("record", "")
    require_right(move, by=by, reason=reason)
    values = order_values(order)
    entry = lock_entry(entry, by)
    require_published(entry)
    if entry.proceedings.filter(kind=kind, state=ProceedingState.OPEN).exists():
        raise DomainError(
            "proceeding_open",
            _("This is recorded already and has not ended: %(kind)s.") % {"kind": kind.label},
            field="kind",
        )
    proceeding = Proceeding.objects.create(entry=entry, kind=kind, state=move.target, **values)
    write_move(ProceedingMove, proceeding, move.name, from_state="", to_state=move.target, by=by, reason=reason)
    mark_entry(entry=entry, mark=_MARK[kind], change_reason=_BEGUN[kind], by=by, reason=reason)
    return proceeding


@transaction.atomic
def end_proceeding(*, proceeding: Proceeding, ended_on: date, by: Actor, reason: str) -> Proceeding:
    """Decided, withdrawn or settled, as the reason says: the mark goes. An entry that left the list has none any more.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`, `entry_not_found` (deleted at the
    disclosure limit), `ended_in_future`, `ended_before_order`.
    """
    entry = lock_entry(proceeding.entry, by)
    if entry.state not in WAS_PUBLISHED:
        raise NotFound("entry_not_found", _("There is no such entry."))
    proceeding = Proceeding.objects.select_for_update(of=("self",)).get(pk=proceeding.pk)
    if ended_on > clock.today():
        raise InvalidInput("ended_in_future", _("This day has not come yet."), field="ended_on")
    if ended_on < proceeding.order_on:
        raise InvalidInput("ended_before_order", _("It cannot have ended before it began."), field="ended_on")
    PROCEEDING.require("end", proceeding.state)
    proceeding.ended_on = ended_on
    make_move(ProceedingMove, proceeding, PROCEEDING, "end", by=by, reason=reason)
    if entry.state in ON_THE_LIST:
        kind = ProceedingKind(proceeding.kind)
        unmark_entry(entry=entry, mark=_MARK[kind], change_reason=_ENDED[kind], by=by, reason=reason)
    return proceeding
