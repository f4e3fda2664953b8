"""Cursors: made for the lists that concern a unit, moved on by the unit's own word."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.enums import Via
from jinan_credit.exchange.models import Cursor, Endpoint
from jinan_credit.exchange.rules import Extent, Position
from jinan_credit.exchange.selectors import cooperations, extent_of, head_of, list_for_unit
from jinan_credit.exchange.signals import changes_acknowledged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.models import CreditList, FeedHead, Publication


class PositionGone(DomainError):
    """The reader's position cannot be followed on from; it must start anew from the snapshot."""

    status = 410


def make_cursors() -> None:
    """A cursor for each list that concerns a unit with an address; an end for those that concern it no longer.

    The unit's system is told of the end until it has heard it, so that no copy stays behind (rule 12). A list that
    concerns the unit again is followed from the start. A constant number of queries.
    """
    concerned = cooperations()
    cursors = {(unit_id, list_id): (pk, ended_at) for pk, unit_id, list_id, ended_at in _all_cursors()}
    over = [pk for pair, (pk, ended_at) in cursors.items() if ended_at is None and pair not in concerned]
    again = [pk for pair, (pk, ended_at) in cursors.items() if ended_at is not None and pair in concerned]
    if over:
        Cursor.objects.filter(pk__in=over).update(ended_at=clock.now(), **_restarted())
    if again:
        Cursor.objects.filter(pk__in=again).update(ended_at=None, told_ended_at=None, seq=0, **_restarted())
    missing = concerned - cursors.keys()
    pushed = set(Endpoint.objects.values_list("unit", flat=True)) if missing else set()
    if new := [pair for pair in missing if pair[0] in pushed]:
        epochs = dict(FeedHead.objects.values_list("pk", "epoch"))
        Cursor.objects.bulk_create(
            [
                Cursor(
                    unit_id=unit_id,
                    credit_list_id=list_id,
                    via=Via.PUSH,
                    epoch=epochs[list_id],
                    next_attempt_at=clock.now(),
                )
                for unit_id, list_id in new
            ],
            ignore_conflicts=True,
        )


def _restarted() -> dict[str, Any]:
    """Any sender at work loses its lease; the next one starts at once, without a memory of failures."""
    return {
        "fence": F("fence") + 1,
        "lease_until": None,
        "failures": 0,
        "last_error": "",
        "rewound_to": "",
        "next_attempt_at": clock.now(),
    }


def _all_cursors() -> Iterable[tuple[int, int, int, datetime | None]]:
    return Cursor.objects.order_by().values_list("pk", "unit", "credit_list", "ended_at")


def follow(unit: Unit, credit_list: CreditList) -> Cursor:
    """The unit's cursor on a list that concerns it, made when it first pulls."""
    cursor = Cursor.objects.select_related("credit_list").filter(unit=unit, credit_list=credit_list).first()
    if cursor is None or cursor.ended_at is not None:
        head = head_of(credit_list)
        fresh = {
            "epoch": head.epoch,
            "seq": 0,
            "next_attempt_at": clock.now(),
            "ended_at": None,
            "told_ended_at": None,
        }
        via = Via.PUSH if Endpoint.objects.filter(unit=unit).exists() else Via.PULL
        cursor, _is_new = Cursor.objects.update_or_create(
            unit=unit, credit_list=credit_list, defaults=fresh, create_defaults={**fresh, "via": via}
        )
    return cursor


@transaction.atomic
def acknowledge(*, credit_list: CreditList, position: Position, by: Actor) -> Cursor:
    """The unit says by itself up to where it holds the list. Any sender at work for it loses its lease.

    A person's word for it never counts as 签收: he signs by signing.
    Refusals: `cursor_gone` (another epoch, or beyond the head).
    """
    cursor = _move(credit_list, position, by, last_acked_at=clock.now())
    changes_acknowledged.send(
        sender=Cursor,
        unit=cursor.unit,
        credit_list=credit_list,
        seq=position.seq,
        auto_sign=by.user is None and Endpoint.objects.filter(unit=cursor.unit, auto_sign=True).exists(),
    )
    return cursor


@transaction.atomic
def rewind(*, code: str, to: Position | datetime | int, by: Actor) -> Cursor:
    """Send a list to the actor's unit again: from a position, a time, or a publication (by its id) on.

    Refusals: `act_not_allowed`, `list_not_found`, `publication_not_found`, `cursor_gone`.
    """
    by.require(Act.SEE_PUSH)
    credit_list = list_for_unit(by.unit, code)
    position = to if isinstance(to, Position) else _position_before(credit_list, to)
    return _move(credit_list, position, by, sent_again=F("sent_again") + 1)


def _position_before(credit_list: CreditList, what: datetime | int) -> Position:
    head = head_of(credit_list)
    published = Publication.objects.filter(credit_list=credit_list, last_seq__isnull=False).order_by("first_seq")
    if isinstance(what, datetime):
        first = published.filter(published_at__gte=what).values_list("first_seq", flat=True).first()
        return head if first is None else Position(head.epoch, first - 1)
    first = published.filter(pk=what).values_list("first_seq", flat=True).first()
    if first is None:
        raise NotFound("publication_not_found", _("This list has no such publication."))
    return Position(head.epoch, first - 1)


def note_replay(cursor: Cursor, position: Position, extent: Extent) -> None:
    """Remember that the reader starts from nothing: it may then pass through what is told in last versions only."""
    if position.seq == 0 and extent.floor > cursor.replayed_under:
        cursor.replayed_under = extent.floor
        Cursor.objects.filter(pk=cursor.pk).update(replayed_under=extent.floor)


def require_followable(cursor: Cursor, position: Position, extent: Extent) -> None:
    """`cursor_gone` unless the changes after this position can be given."""
    if not extent.can_be_followed_from(position, cursor.replayed_under):
        raise PositionGone(
            "cursor_gone",
            _("The feed cannot be followed from this position. Start anew from the snapshot."),
            list=cursor.credit_list.code,
        )


def _move(credit_list: CreditList, position: Position, by: Actor, **values: Any) -> Cursor:
    assert by.unit is not None
    cursor = follow(by.unit, credit_list)
    require_followable(cursor, position, extent_of(credit_list))
    values |= {"epoch": position.epoch, "seq": position.seq} | _restarted()
    Cursor.objects.filter(pk=cursor.pk).update(**values)
    return Cursor.objects.select_related("unit").get(pk=cursor.pk)
