"""What a unit takes away is written down, whatever its data profile: it must follow with the removals (rule 12)."""

from django.db import connection

from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.rules import Position
from jinan_credit.kernel import clock
from lists.models import CreditList

_NOTE = """
    INSERT INTO exchange_offlinecopy AS copy
        (unit_id, credit_list_id, epoch, from_seq, to_seq, first_at, last_at, fetched_at)
    VALUES (%(unit)s, %(list)s, %(epoch)s, %(from)s, %(to)s, %(now)s, %(now)s, %(fetched)s)
    ON CONFLICT (unit_id, credit_list_id) DO UPDATE SET
        epoch = excluded.epoch,
        from_seq = CASE WHEN copy.epoch = excluded.epoch THEN least(copy.from_seq, excluded.from_seq)
            ELSE excluded.from_seq END,
        to_seq = CASE WHEN copy.epoch = excluded.epoch THEN greatest(copy.to_seq, excluded.to_seq)
            ELSE excluded.to_seq END,
        first_at = CASE WHEN copy.epoch = excluded.epoch THEN copy.first_at ELSE excluded.first_at END,
        last_at = excluded.last_at,
        fetched_at = coalesce(excluded.fetched_at, copy.fetched_at)
"""


def note_copy(*, unit: Unit, credit_list: CreditList, start: int, end: Position, is_by_system: bool) -> None:
    """The unit now holds what the list said after `start` up to `end`. One query."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "unit": unit.pk,
                "list": credit_list.pk,
                "epoch": end.epoch,
                "from": start,
                "to": end.seq,
                "now": now,
                "fetched": now if is_by_system else None,
            },
        )
