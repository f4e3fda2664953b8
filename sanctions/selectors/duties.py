"""What a unit answers for: the lists it cooperates on and its own measures on each.

Both follow from the catalogue, which changes a few times a year and is asked at every screening, so they are
remembered in the process until the catalogue's history has a new line, and no longer than some seconds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from catalog.enums import MeasureObject
from catalog.models import Measure
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.models import CreditList
from lists.selectors import lists_for_unit, measures_for_list
from sanctions.enums import MatchedAs

KEPT_FOR = timedelta(seconds=10)

_APPLIES_TO = {
    MatchedAs.SUBJECT: frozenset(MeasureObject.values),
    MatchedAs.RELATED_PERSON: frozenset({MeasureObject.RELATED_PERSON, MeasureObject.BOTH}),
}
_STAMP = """
    SELECT
        (SELECT max(pgh_id) FROM catalog_measureevent),
        (SELECT max(pgh_id) FROM catalog_measureresponsibilityevent),
        (SELECT max(pgh_id) FROM catalog_memorandumversionevent),
        (SELECT max(pgh_id) FROM lists_creditlistevent),
        (SELECT max(pgh_id) FROM accounts_unitevent),
        (SELECT (count(*), max(id))::text FROM catalog_measure_bases),
        (SELECT (count(*), max(id))::text FROM lists_creditlist_memoranda)
"""
_kept: dict[tuple[Any, ...], tuple[datetime, Any]] = {}


@dataclass(frozen=True)
class OwnMeasure:
    """A measure that this unit itself applies, with what carries it."""

    id: int
    content: str
    kind: str
    applies_to: str
    bases: tuple[str, ...]


def lists_of(unit: Unit) -> dict[int, str]:
    """Codes of the lists the unit cooperates on, by id."""
    key = ("lists", unit.pk, clock.today(), _catalogue_stamp())
    return _remembered(key) or _remember(key, dict(lists_for_unit(unit).values_list("pk", "code")))


def own_measures(credit_list: CreditList, unit: Unit, matched_as: str = MatchedAs.SUBJECT) -> tuple[OwnMeasure, ...]:
    """The unit's own measures on a list; for a related person only those that reach related persons."""
    key = ("measures", unit.pk, credit_list.pk, clock.today(), _catalogue_stamp())
    measures = _remembered(key)
    if measures is None:
        measures = _remember(key, tuple(_own(measure) for measure in measures_for_list(credit_list, unit)))
    reached = _APPLIES_TO[MatchedAs(matched_as)]
    return tuple(measure for measure in measures if measure.applies_to in reached)


def _catalogue_stamp() -> tuple[Any, ...]:
    """Moves on with every change of the catalogue, the lists and the units, by whatever path it was made."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return tuple(cursor.fetchone())


def _own(measure: Measure) -> OwnMeasure:
    return OwnMeasure(
        id=measure.pk,
        content=measure.content,
        kind=measure.kind,
        applies_to=measure.applies_to,
        bases=tuple(str(basis) for basis in measure.bases.all()),
    )


def _remembered(key: tuple[Any, ...]) -> Any:
    kept_at, value = _kept.get(key, (None, None))
    if kept_at is None or not timedelta(0) <= clock.now() - kept_at < KEPT_FOR:
        return None
    return value


def _remember(key: tuple[Any, ...], value: Any) -> Any:
    if len(_kept) > 10_000:
        _kept.clear()
    _kept[key] = (clock.now(), value)
    return value
