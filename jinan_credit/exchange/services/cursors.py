"""Cursors: made for the lists that concern a unit, moved on by the unit's own word."""

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models import Cursor, Endpoint
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.enums import Via
from jinan_credit.exchange.selectors import COOPERATIONS, head_of, list_for_unit
from jinan_credit.exchange.signals import changes_acknowledged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.models import CreditList


class PositionGone(DomainError):
    """The reader's position cannot be followed on from; it must start anew from the snapshot."""

    status = 410


def make_cursors() -> None:
    """A cursor for each list that concerns a unit with an address; an end for those that concern it no longer.

    Two statements, however many units and lists. A list that concerns the unit again is followed from the start.
    """
    values = {"today": clock.today(), "now": clock.now()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""{COOPERATIONS}
            UPDATE exchange_cursor SET ended_at = %(now)s, lease_until = NULL, fence = fence + 1
            WHERE ended_at IS NULL
                AND NOT EXISTS (
                    SELECT FROM cooperation
                    WHERE cooperation.unit_id = exchange_cursor.unit_id
                        AND cooperation.list_id = exchange_cursor.credit_list_id
                )""",
            values,
        )
        cursor.execute(
            f"""{COOPERATIONS}
            INSERT INTO exchange_cursor
                (unit_id, credit_list_id, via, epoch, seq, fence, failures, next_attempt_at, last_error, rewound_to)
            SELECT cooperation.unit_id, cooperation.list_id, 'PUSH', head.epoch, 0, 0, 0, %(now)s, '', ''
            FROM cooperation
            JOIN exchange_endpoint endpoint ON endpoint.unit_id = cooperation.unit_id
            JOIN lists_feedhead head ON head.credit_list_id = cooperation.list_id
            WHERE NOT EXISTS (
                SELECT FROM exchange_cursor current
                WHERE current.unit_id = cooperation.unit_id AND current.credit_list_id = cooperation.list_id
                    AND current.ended_at IS NULL
            )
            ON CONFLICT (credit_list_id, unit_id) DO UPDATE
                SET ended_at = NULL, seq = 0, epoch = EXCLUDED.epoch, next_attempt_at = EXCLUDED.next_attempt_at
                WHERE exchange_cursor.ended_at IS NOT NULL""",
            values,
        )


def follow(unit: Unit, credit_list: CreditList) -> Cursor:
    """The unit's cursor on a list that concerns it, made when it first pulls."""
    cursor = Cursor.objects.filter(unit=unit, credit_list=credit_list).first()
    if cursor is None or cursor.ended_at is not None:
        head = head_of(credit_list)
        fresh = {"epoch": head.epoch, "seq": 0, "next_attempt_at": clock.now(), "ended_at": None}
        via = Via.PUSH if Endpoint.objects.filter(unit=unit).exists() else Via.PULL
        cursor, _is_new = Cursor.objects.update_or_create(
            unit=unit, credit_list=credit_list, defaults=fresh, create_defaults={**fresh, "via": via}
        )
    return cursor


@transaction.atomic
def acknowledge(*, credit_list: CreditList, position: Position, by: Actor) -> Cursor:
    """The unit says by itself up to where it holds the list. Any sender at work for it loses its lease.

    Refusals: `cursor_gone` (another epoch, or beyond the head).
    """
    cursor = _move(credit_list, position, by)
    changes_acknowledged.send(
        sender=Cursor,
        unit=cursor.unit,
        credit_list=credit_list,
        seq=position.seq,
        auto_sign=Endpoint.objects.filter(unit=cursor.unit, auto_sign=True).exists(),
    )
    return cursor


@transaction.atomic
def rewind(*, code: str, position: Position, by: Actor) -> Cursor:
    """Send a list to the actor's unit again from an earlier position on.

    Refusals: `act_not_allowed`, `list_not_found`, `cursor_gone`.
    """
    by.require(Act.SEE_PUSH)
    return _move(list_for_unit(by.unit, code), position, by)


def require_followable(credit_list: CreditList, position: Position, head: Position) -> None:
    """`cursor_gone` unless the changes after this position can be given."""
    if position.epoch != head.epoch or position.seq > head.seq:
        raise PositionGone(
            "cursor_gone", _("The feed cannot be followed from this position. Start anew from the snapshot."), list=credit_list.code
        )


def _move(credit_list: CreditList, position: Position, by: Actor) -> Cursor:
    assert by.unit is not None
    require_followable(credit_list, position, head_of(credit_list))
    cursor = follow(by.unit, credit_list)
    Cursor.objects.filter(pk=cursor.pk).update(
        epoch=position.epoch,
        seq=position.seq,
        fence=F("fence") + 1,
        lease_until=None,
        failures=0,
        last_error="",
        rewound_to="",
        last_acked_at=clock.now(),
        next_attempt_at=clock.now(),
    )
    return Cursor.objects.select_related("unit").get(pk=cursor.pk)
