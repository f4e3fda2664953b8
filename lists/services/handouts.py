"""Full document numbers go to a unit (rule 11): written down before the answer is sent, none, no row."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from lists.enums import HandoutWay
from lists.models import CreditList, Entry, NumberHandout


def log_handout(
    *, way: HandoutWay, credit_list: CreditList, number_count: int, by: Actor, after: str = "", up_to: str = ""
) -> None:
    """So many numbers of a list; `after`, `up_to`: the positions of its feed between which they lie."""
    if number_count:
        _row(way, credit_list.pk, number_count, by, after=after, up_to=up_to).save()


def log_entries(*, entries: Iterable[Entry], bodies: Mapping[Any, Mapping[str, Any]], by: Actor) -> None:
    """Entries that were looked up, as they are about to be answered: a row a list, in one query."""
    counts: Counter[int] = Counter()
    for entry in entries:
        counts[entry.credit_list_id] += _numbers_in(bodies[entry.pk])
    NumberHandout.objects.bulk_create(
        _row(HandoutWay.ENTRIES, list_id, count, by) for list_id, count in counts.items() if count
    )


def _numbers_in(body: Mapping[str, Any]) -> int:
    holders = [body["subject"], *body["related_persons"]]
    return sum(1 for holder in holders if holder["document_number"])


def _row(way: HandoutWay, list_id: int, count: int, by: Actor, **positions: str) -> NumberHandout:
    assert by.unit is not None, "only a unit's own system, or its staff, gets full numbers"
    return NumberHandout(
        way=way,
        credit_list_id=list_id,
        number_count=count,
        client=by.client,
        by=by.user,
        unit=by.unit,
        at=clock.now(),
        **positions,
    )
