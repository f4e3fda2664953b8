"""What a unit takes away is written down, whatever its data profile: it must follow with the removals (rule 12)."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.models import Cursor, OfflineCopy
from jinan_credit.exchange.rules import Position
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotAllowed
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
        fetched_at = coalesce(excluded.fetched_at, copy.fetched_at),
        deleted_at = NULL,
        deleted_by_id = NULL
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


@transaction.atomic
def confirm_deletion(copy: OfflineCopy, *, by: Actor) -> None:
    """A list no longer concerns the unit, and its copy is gone: the clerk's word for it ends the report.

    Refusals: `act_not_allowed`, `not_your_unit`, `list_still_concerns_you`.
    """
    by.require(Act.SIGN_TASKS)
    if by.user is None or copy.unit_id not in by.units:
        raise NotAllowed("not_your_unit", _("Only a person of the unit that holds the copy can say so."))
    ended = Cursor.objects.filter(
        unit=copy.unit_id, credit_list=copy.credit_list_id, ended_at__isnull=False, told_ended_at=None
    )
    if not ended.update(told_ended_at=clock.now()):
        raise DomainError("list_still_concerns_you", _("This list still concerns your unit: keep the copy up to date."))
    OfflineCopy.objects.filter(pk=copy.pk).update(deleted_at=clock.now(), deleted_by=by.user)
