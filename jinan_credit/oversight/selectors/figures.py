"""The figures of domain §6, from what is kept. Read them `in one_snapshot()`: then all are of one moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from statistics import median
from typing import Any

from django.db.models import F, QuerySet, Sum

from catalog.selectors import work_calendar
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.replica import reading_connection
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import TallyCode
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.kept import counted_parts, tallied
from jinan_credit.oversight.spans import monday_of
from jinan_credit.oversight.tallies import TALLIES
from lists.models import CreditList
from sanctions.models import ScreeningBatch
from sanctions.selectors import ScreeningFigures, TaskFigures, overdue_counts

Key = tuple[int, int]
"""Of a unit and of a list."""


@dataclass(frozen=True)
class Tasks:
    """The figures of tasks by unit and list, counted once: whatever lines are asked for are sums of these."""

    cells: dict[Key, TaskFigures]

    @property
    def total(self) -> TaskFigures:
        return sum(self.cells.values(), TaskFigures())

    def by_unit(self) -> list[tuple[Unit, TaskFigures]]:
        """Every unit that owed something, by code."""
        return _summed(Unit, self.cells, 0)

    def by_list(self) -> list[tuple[CreditList, TaskFigures]]:
        """Every list that published, by code."""
        return _summed(CreditList, self.cells, 1)


@dataclass(frozen=True)
class ExecutionTotals:
    """`amount` in CNY."""

    applied: int
    not_applied: int
    amount: Decimal

    @property
    def measure_rate(self) -> float | None:
        """Of the cases in which a measure was applicable, those in which one was applied."""
        return rate_of(self.applied, self.applied + self.not_applied)


@dataclass(frozen=True)
class Expired:
    """Of terms that ended: `late` left after the day that followed, `standing` are to be taken out still."""

    ended: int
    out: int
    out_on_time: int

    @property
    def late(self) -> int:
        return self.out - self.out_on_time

    @property
    def standing(self) -> int:
        return self.ended - self.out

    @property
    def on_time_rate(self) -> float | None:
        return rate_of(self.out_on_time, self.ended)


def rate_of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def task_figures(scope: Scope) -> Tasks:
    """Five queries. What is overdue is counted now: it changes with the day, without a change of any task."""
    overdue = overdue_counts(**scope.conditions)
    kept = _kept_tasks(scope, "unit", "credit_list")
    return Tasks({key: replace(figures, overdue=overdue.get(key, 0)) for key, figures in kept.items()})


def weekly_tasks(scope: Scope, *by: str) -> dict[tuple[Any, ...], TaskFigures]:
    """By Monday, and by what else is given; without what is overdue."""
    return _kept_tasks(scope, "week", *by)


def _kept_tasks(scope: Scope, *by: str) -> dict[Any, TaskFigures]:
    rows = tallied(TALLIES[TallyCode.TASKS], **scope.days, by=by, only=scope.keys("unit", "credit_list"))
    return {tuple(row.pop(name) for name in by): TaskFigures(**row) for row in rows}


def weeks_of(scope: Scope) -> list[date]:
    """The Mondays of the weeks that the period touches."""
    first, last = monday_of(scope.since), monday_of(scope.until)
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def median_release_days(scope: Scope) -> int | None:
    """Whole days from the publication of a removal to the confirmation; None where none is confirmed."""
    rows = tallied(TALLIES[TallyCode.RELEASES], **scope.days, by=["took"], only=scope.keys("unit", "credit_list"))
    middle = (sum(row["released"] for row in rows) + 1) // 2
    for row in sorted(rows, key=lambda row: row["took"]):
        middle -= row["released"]
        if middle <= 0:
            return int(row["took"])
    return None


def execution_totals(scope: Scope) -> ExecutionTotals:
    rows = tallied(TALLIES[TallyCode.EXECUTIONS], **scope.days, by=[], only=scope.keys("unit", "credit_list"))
    none = {"applied": 0, "not_applied": 0, "amount": 0}
    total = rows[0] if rows else none
    return ExecutionTotals(total["applied"], total["not_applied"], Decimal(total["amount"]))


def most_frequent_matters(scope: Scope, most: int) -> tuple[list[str], int]:
    """Those in which most parties were looked up, and how many matters there are: whatever was typed."""
    screenings, by = TALLIES[TallyCode.SCREENINGS], ["matter_name"]
    counted = [
        rows.values_list("by_matter_name", f"{prefix}screenings")
        for rows, prefix in counted_parts(screenings, **scope.days, by=by, only=scope.keys("unit"))
    ]
    of_batches = batches_of(scope).order_by().values("matter_name").annotate(parties=_WITHOUT_HIT)
    counted.append(of_batches.values_list("matter_name", "parties"))
    statements, values = zip(*(part.query.sql_with_params() for part in counted), strict=True)
    with reading_connection().cursor() as cursor:
        cursor.execute(_MOST_FREQUENT.format(" UNION ALL ".join(statements)), [*chain(*values), most])
        found = cursor.fetchall()
    return [matter for matter, _all in found], found[0][1] if found else 0


_MOST_FREQUENT = """
    SELECT matter, count(*) OVER () FROM ({}) AS counted (matter, parties)
    GROUP BY matter ORDER BY sum(parties) DESC, matter LIMIT %s
"""


def screenings_by(
    scope: Scope, *by: str, only: Mapping[str, Any] | None = None
) -> dict[tuple[Any, ...], ScreeningFigures]:
    """By unit, by kind of matter, or both; with the parties of batches. A list plays no part."""
    narrowed = {**scope.keys("unit"), **(only or {})}
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_SCREENING, 0))
    for code in (TallyCode.SCREENINGS, TallyCode.HITS):
        for row in tallied(TALLIES[code], **scope.days, by=by, only=narrowed):
            _count_in(found, tuple(row[name] for name in by), row)
    for row in batches_of(scope).filter(**narrowed).order_by().values(*by).annotate(**_OF_BATCHES):
        _count_in(found, tuple(row[name] for name in by), row)
    return {key: ScreeningFigures(**counts) for key, counts in found.items()}


_SCREENING = tuple(field.name for field in fields(ScreeningFigures))
_WITHOUT_HIT, _UNKNOWN = Sum(F("clear_count") + F("unknown_count"), default=0), Sum("unknown_count", default=0)
_OF_BATCHES = {
    "screenings": _WITHOUT_HIT,
    "cannot_tell": _UNKNOWN,
    "in_batches": _WITHOUT_HIT,
    "unknown_in_batches": _UNKNOWN,
}
"""A party of a batch with hits has a screening of its own (ADR 18)."""


def batches_of(scope: Scope) -> QuerySet[ScreeningBatch]:
    begin, end = clock.start_of(scope.since), clock.start_of(scope.until + timedelta(days=1))
    return ScreeningBatch.objects.filter(screened_at__gte=begin, screened_at__lt=end, **scope.keys("unit"))


def expired_by(scope: Scope, *by: str) -> dict[tuple[Any, ...], Expired]:
    """By the unit that decided, by list, or both."""
    rows = tallied(TALLIES[TallyCode.EXPIRY], **scope.days, by=by, only=scope.keys("unit", "credit_list"))
    return {tuple(row.pop(name) for name in by): Expired(**row) for row in rows}


def median_working_days(spans: Iterable[tuple[date, date]]) -> float | None:
    calendar = work_calendar()
    days = [calendar.working_days_between(*span) for span in spans]
    return median(days) if days else None


def _count_in(found: dict[tuple[Any, ...], dict[str, int]], key: tuple[Any, ...], row: dict[str, Any]) -> None:
    for name in _SCREENING:
        found[key][name] += row.get(name, 0)


def _summed(model: Any, cells: dict[Key, TaskFigures], place: int) -> list[tuple[Any, TaskFigures]]:
    sums: dict[int, TaskFigures] = defaultdict(TaskFigures)
    for key, figures in cells.items():
        sums[key[place]] += figures
    known = model.objects.in_bulk(list(sums))
    return sorted(((known[pk], figures) for pk, figures in sums.items()), key=lambda one: str(one[0].code))
