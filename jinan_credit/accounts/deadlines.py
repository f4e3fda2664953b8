"""What units owe by a day: each app adds its sources from `apps.py`, the daily mail reads them all.

A source counts for all units at once, so a morning costs the same for six units and for sixty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from jinan_credit.kernel import clock

DUE_SOON_WD = 3
"""What is due within so many working days is named before it is late: in the mail, on the workbench and in the lists. A
habit of ours: no day of the rules is counted by it."""


@dataclass(frozen=True)
class Owed:
    """Of one unit: how many are late, and how many more are due by the day that was asked for."""

    late: int
    soon: int


@dataclass(frozen=True)
class DueSource:
    """`count(until)` gives what each unit owes whose last day has passed or comes by `until`, in a constant number of
    queries; `link()` the list that it is about, read by those who hold `act`."""

    label: Promise
    act: str
    link: Callable[[], str]
    count: Callable[[date], Mapping[int, Owed]]


_sources: list[DueSource] = []


def add_due_sources(*sources: DueSource) -> None:
    _sources.extend(sources)


def due_sources() -> list[DueSource]:
    return list(_sources)


def owed_by_unit(rows: QuerySet[Any], until: date, *, due: str = "due_on", unit: str = "unit") -> dict[int, Owed]:
    """Rows that wait, by their unit and by whether their last day has passed."""
    late = Q(**{f"{due}__lt": clock.today()})
    counted = (
        rows.filter(**{f"{due}__lte": until})
        .order_by()
        .values_list(unit)
        .annotate(late=Count("pk", filter=late), soon=Count("pk", filter=~late))
    )
    return {pk: Owed(late, soon) for pk, late, soon in counted}
