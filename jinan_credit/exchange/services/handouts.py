"""What a unit's own system fetches is written down before it is sent: the copy it then holds (rule 12), and full
document numbers (rule 11).

What is pushed needs no row here: `PushAttempt` says which changes went to which unit.
"""

from django.db.models import F, Func, IntegerField, Sum, Value

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.services.copies import note_copy
from jinan_credit.exchange.snapshots import Snapshot
from lists.enums import HandoutWay
from lists.models import Change, CreditList
from lists.services.feed import NUMBERS_IN_BODY
from lists.services.handouts import log_handout


def log_snapshot(*, credit_list: CreditList, snapshot: Snapshot, by: Actor) -> None:
    """A snapshot that cannot be written down is not given: it is closed."""
    assert by.unit is not None
    try:
        note_copy(
            unit=by.unit, credit_list=credit_list, start=snapshot.cursor.seq, end=snapshot.cursor, is_by_system=True
        )
        log_handout(
            way=HandoutWay.SNAPSHOT,
            credit_list=credit_list,
            number_count=snapshot.number_count,
            up_to=str(snapshot.cursor),
            by=by,
        )
    except BaseException:
        snapshot.close()
        raise


def log_pull(*, credit_list: CreditList, start: Position, end: Position, floor: int = 0, by: Actor) -> None:
    """A batch that was fetched; of numbers nothing where the unit gets no full ones, or the batch holds none."""
    assert by.unit is not None
    note_copy(unit=by.unit, credit_list=credit_list, start=start.seq, end=end, is_by_system=True)
    if by.unit.data_profile != DataProfile.FULL:
        return
    log_handout(
        way=HandoutWay.FEED,
        credit_list=credit_list,
        number_count=_numbers_between(credit_list, start.seq, end.seq, floor),
        after=str(start),
        up_to=str(end),
        by=by,
    )


def numbers_in_bodies() -> Sum:
    """Of changes: how many document numbers they hold."""
    found = Func(F("body"), Value(NUMBERS_IN_BODY), function="jsonb_path_query_array")
    return Sum(Func(found, function="jsonb_array_length", output_field=IntegerField()), default=0)


def _numbers_between(credit_list: CreditList, after: int, up_to: int, floor: int) -> int:
    changes = Change.objects.between(credit_list.pk, after, up_to)
    if up_to <= floor:
        changes = changes.last_up_to(floor)
    return int(changes.order_by().aggregate(count=numbers_in_bodies())["count"])
