"""Prove that what is kept is what a recount gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value

from jinan_credit.oversight.models import KeptSpan
from jinan_credit.oversight.selectors.kept import kept_spans
from jinan_credit.oversight.snapshot import one_snapshot
from jinan_credit.oversight.spans import DAY, WEEK, spans_of, week_of
from jinan_credit.oversight.tallies import TALLIES, Tally

DAYS_AT_ONCE = 28


@dataclass(frozen=True)
class Difference:
    """A line that what is kept has and the recount has not, or less often, or the reverse: first day, keys, counts."""

    tally: str
    days: int
    found_in: str
    line: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.tally}, {self.days} day(s), only in what is {self.found_in}: {', '.join(map(str, self.line))}"


@dataclass
class Verified:
    days: int = 0
    lines: int = 0
    differences: list[Difference] = field(default_factory=list)


def verify_figures(progress: Callable[[str], None] | None = None) -> Verified:
    """Compare each kept day that bears no mark with a recount, and each kept week with its days."""
    verified = Verified()
    for tally in TALLIES.values():
        days = sorted(_right_days(tally))
        for begin in range(0, len(days), DAYS_AT_ONCE):
            _compare_days(tally, days[begin : begin + DAYS_AT_ONCE], verified)
        verified.days += len(days)
        _compare_weeks(tally, set(days), verified)
        if progress is not None:
            progress(f"{tally.code}: {len(days)} days")
    return verified


def _right_days(tally: Tally) -> set[date]:
    kept = set(KeptSpan.objects.starts(tally.code, DAY))
    return kept_spans(tally, min(kept), max(kept))[0] if kept else set()


def _compare_days(tally: Tally, days: list[date], verified: Verified) -> None:
    with one_snapshot():
        still_right = sorted(kept_spans(tally, days[0], days[-1])[0] & set(days))
        kept = tally.kept_lines(DAY).filter(starts_on__in=still_right)
        verified.lines += kept.count()
        named = kept.values_list("starts_on", *tally.keys, *tally.counts([]))
        _compare(tally, DAY, named, tally.counted(spans_of(still_right), ["day", *tally.keys], {}), verified)


def _compare_weeks(tally: Tally, right: set[date], verified: Verified) -> None:
    for monday in KeptSpan.objects.starts(tally.code, WEEK).filter(starts_on__in=right):
        kept = tally.kept_lines(WEEK).filter(starts_on=monday)
        of_days = tally.kept_lines(DAY).filter(starts_on__in=week_of(monday))
        sums = of_days.annotate(monday=Value(monday)).values("monday", *tally.keys).annotate(**tally.kept_sums())
        _compare(tally, WEEK, kept.values_list("starts_on", *tally.keys, *tally.counts([])), sums, verified)


def _compare(
    tally: Tally, days: int, kept: "QuerySet[Any, Any]", counted: "QuerySet[Any, Any]", verified: Verified
) -> None:
    for one, other, found_in in ((kept, counted, "kept"), (counted, kept, "counted")):
        sql, params = one.query.sql_with_params()
        other_sql, other_params = other.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"({sql}) EXCEPT ALL ({other_sql})", [*params, *other_params])
            verified.differences += [Difference(tally.code, days, found_in, line) for line in cursor.fetchall()]
