"""What a unit answers for: the lists it cooperates on and its own measures on each.

Both follow from the catalogue, which changes a few times a year and is asked at every screening, so they are
remembered in the process until its stamp (models.DutiesStamp) is another, and no longer than the day.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from catalog.enums import MeasureObject
from catalog.models import Measure
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.kernel import clock
from lists.models import CreditList
from lists.selectors import lists_for_unit, measures_for_list
from sanctions.enums import MatchedAs

MOST_KEPT = 1_000

_APPLIES_TO = {
    MatchedAs.SUBJECT: frozenset(MeasureObject.values),
    MatchedAs.RELATED_PERSON: frozenset({MeasureObject.RELATED_PERSON, MeasureObject.BOTH}),
}
STAMP_AND_HEADS = """
        (SELECT stamp::text FROM sanctions_dutiesstamp),
        coalesce((SELECT array_agg(credit_list_id || ',' || epoch || ':' || seq) FROM lists_feedhead), '{}')
"""
"""Two columns: the state of the duties, and the cursor of every list."""


@dataclass(frozen=True)
class OwnMeasure:
    """A measure that this unit itself applies, with what carries it."""

    id: int
    content: str
    kind: str
    category: str
    applies_to: str
    bases: tuple[str, ...]


@dataclass
class Duties:
    """Of one unit, by one state of the catalogue. `lists`: codes by id."""

    unit: Unit
    stamp: tuple[str, date]
    lists: dict[int, str]
    _measures: dict[tuple[int, str], tuple[OwnMeasure, ...]] = field(default_factory=dict)

    def measures(self, list_id: int, matched_as: str = MatchedAs.SUBJECT) -> tuple[OwnMeasure, ...]:
        """The unit's own measures on a list; for a related person only those that reach related persons."""
        if (list_id, matched_as) not in self._measures:
            own = [_own(one) for one in measures_for_list(CreditList.objects.get(pk=list_id), self.unit)]
            for reached_as, reach in _APPLIES_TO.items():
                self._measures[list_id, reached_as] = tuple(one for one in own if one.applies_to in reach)
        return self._measures[list_id, matched_as]

    def measures_by_code(self, list_code: str, matched_as: str = MatchedAs.SUBJECT) -> tuple[OwnMeasure, ...]:
        """The same by the list's code; none on a list the unit does not cooperate on."""
        for list_id, code in self.lists.items():
            if code == list_code:
                return self.measures(list_id, matched_as)
        return ()


_kept: dict[int, Duties] = {}


def current_holder(unit: Unit) -> Unit:
    """Who answers what a unit looked up: the unit itself, or when it has ended whoever holds its duties."""
    if unit.valid_to is None or unit.valid_to >= clock.today():
        return unit
    holder = current_holders(clock.today()).get(unit.pk)
    return Unit.objects.get(pk=holder) if holder else unit


def duties_of(unit: Unit) -> Duties:
    """What the unit answers for by the catalogue of this moment."""
    return duties_and_heads(unit)[0]


def duties_and_heads(unit: Unit) -> tuple[Duties, dict[int, str]]:
    """The duties and, read at the same moment, the cursor of every list by the list's id. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {STAMP_AND_HEADS}")
        stamp, heads = cursor.fetchone()
    return duties_by(unit, stamp), cursors(heads)


def cursors(heads: list[str]) -> dict[int, str]:
    """The cursor of every list by the list's id, from the second column of `STAMP_AND_HEADS`."""
    return {int(list_id): position for list_id, _comma, position in (head.partition(",") for head in heads)}


def lists_of(unit: Unit) -> dict[int, str]:
    """Codes of the lists the unit cooperates on, by id."""
    return duties_of(unit).lists


def own_measures(credit_list: CreditList, unit: Unit, matched_as: str = MatchedAs.SUBJECT) -> tuple[OwnMeasure, ...]:
    """The unit's own measures on a list; for a related person only those that reach related persons."""
    return duties_of(unit).measures(credit_list.pk, matched_as)


def duties_by(unit: Unit, state: str) -> Duties:
    """The duties by the state that was read: remembered, or read anew."""
    kept, stamp = _kept.get(unit.pk), (state, clock.today())
    if kept is None or kept.stamp != stamp:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        lists = dict(lists_for_unit(unit).values_list("pk", "code"))
        kept = _kept[unit.pk] = Duties(unit, stamp, lists)
    return kept


def _own(measure: Measure) -> OwnMeasure:
    return OwnMeasure(
        id=measure.pk,
        content=measure.content,
        kind=measure.kind,
        category=measure.category,
        applies_to=measure.applies_to,
        bases=tuple(str(basis) for basis in measure.bases.all()),
    )
