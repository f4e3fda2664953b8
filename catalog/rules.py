"""Who may apply what, by the kind of unit: the one table that publication, screening and answers obey. No database."""

from dataclasses import dataclass

from catalog.enums import MeasureCategory
from jinan_credit.accounts.enums import AUTHORITIES, DataProfile, UnitKind


@dataclass(frozen=True)
class Part:
    """The categories of measures that a kind of unit applies, and the clause of the plan that gives them to it."""

    categories: frozenset[str]
    clause: str


_ALL = frozenset(MeasureCategory.values)
_NOT_ADMINISTRATIVE = _ALL - {MeasureCategory.ADMINISTRATIVE}

PARTS: dict[str, Part] = {
    UnitKind.ADMINISTRATION: Part(_ALL, "三（二）1"),
    UnitKind.CUSTOMS: Part(_ALL, "三（二）1"),
    UnitKind.DISTRICT: Part(_ALL, "三（二）1"),
    UnitKind.COURT: Part(_NOT_ADMINISTRATIVE, "三（二）2"),
    UnitKind.PARTY_BODY: Part(_NOT_ADMINISTRATIVE, "三（二）4"),
    UnitKind.ASSOCIATION: Part(
        frozenset(
            {
                MeasureCategory.INDUSTRY,
                MeasureCategory.SOCIAL,
                MeasureCategory.ROLE_MODEL,
                MeasureCategory.PROMOTION,
            }
        ),
        "三（二）3、4，二（二）1、6",
    ),
    UnitKind.BANK: Part(frozenset({MeasureCategory.MARKET, MeasureCategory.LOWER_COST}), "三（二）2，二（二）5"),
    UnitKind.CREDIT_BUREAU: Part(
        frozenset({MeasureCategory.MARKET, MeasureCategory.PROMOTION}), "三（二）2，二（二）6"
    ),
    UnitKind.PLATFORM: Part(frozenset({MeasureCategory.MARKET, MeasureCategory.LOWER_COST}), "三（二）2，二（二）5"),
}
"""Administrative constraint is for administrations (P §三(二)1); market and industry constraint also for units that are
none (P §三(二)2–3). A court or a Party body, or any other, takes part in what is not in its row only by a law that the
measure names for it (`MeasureResponsibility.exception_basis`)."""


def may_apply(kind: str, category: str, exception_basis: str = "") -> bool:
    """Whether a unit of this kind may apply a measure of this category; an unknown kind may apply nothing."""
    part = PARTS.get(kind)
    return part is not None and (category in part.categories or exception_basis != "")


def is_concerned(kind: str, category: str) -> bool:
    """Whether a unit of this kind is among 市有关部门 for such a measure: authorities alone are."""
    return kind in AUTHORITIES and may_apply(kind, category)


def most_data(kind: str) -> DataProfile:
    """The widest data profile that a unit of this kind may have; the database holds units to it."""
    return DataProfile.FULL if kind in AUTHORITIES else DataProfile.MASKED
