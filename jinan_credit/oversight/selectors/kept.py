"""Counts of a period: kept ones where they are right, and a recount of the other days."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import DateField, F, QuerySet
from django.db.models.functions import TruncWeek

from jinan_credit.oversight.models import KeptSpan
from jinan_credit.oversight.spans import DAY, WEEK, days_of, spans_of, week_of
from jinan_credit.oversight.tallies import ALL, Tally


def kept_spans(tally: Tally, since: date, until: date) -> tuple[set[date], set[date]]:
    """The days of the period whose kept counts are right, and the Mondays of its whole weeks that are."""
    spans = KeptSpan.objects.right(tally.code).filter(starts_on__range=(since, until))
    found: dict[int, set[date]] = {DAY: set(), WEEK: set()}
    for days, starts_on in spans.values_list("days", "starts_on"):
        found[days].add(starts_on)
    return found[DAY], {monday for monday in found[WEEK] if week_of(monday)[-1] <= until}


def tallied(
    tally: Tally, *, since: date, until: date, by: Iterable[str], only: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """One line for each combination of `by` (keys of the tally, `day` or `week`), with its counts.

    Both days count; `only` narrows by keys. Read it `in one_snapshot()`. Three queries at most.
    """
    by = list(by)
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for rows, prefix in counted_parts(tally, since=since, until=until, by=by, only=only or {}):
        _add(lines, by, tally, rows, prefix)
    return list(lines.values())


def counted_parts(
    tally: Tally, *, since: date, until: date, by: list[str], only: Mapping[str, Any]
) -> Iterator[tuple[QuerySet[Any, Any], str]]:
    """What is kept of the period and a recount of its other days, each with what stands before the names of its counts;
    what they are counted by is named `by_…`.
    """
    right, weeks = kept_spans(tally, since, until)
    if "day" in by:
        weeks = set()
    single = right - {day for monday in weeks for day in week_of(monday)}
    if right:
        when = {"day": F("starts_on"), "week": TruncWeek("starts_on", output_field=DateField())}
        named = {f"by_{name}": when.get(name, F(name)) for name in by} or ALL
        kept = tally.kept_lines(WEEK).filter(starts_on__in=weeks) | tally.kept_lines(DAY).filter(starts_on__in=single)
        kept = kept.filter(**only).annotate(**named).order_by().values(*named)
        yield kept.annotate(**tally.kept_sums()), "sum_"
    open_days = [day for day in days_of(since, until) if day not in right]
    if open_days:
        yield tally.counted(spans_of(open_days), by, only), ""


def _add(lines: dict[tuple[Any, ...], dict[str, Any]], by: list[str], tally: Tally, rows: Any, prefix: str) -> None:
    counts = list(tally.counts([]))
    for row in rows:
        key = tuple(row[f"by_{name}"] for name in by)
        line = lines.setdefault(key, dict(zip(by, key, strict=True)) | dict.fromkeys(counts, 0))
        for name in counts:
            line[name] += row[prefix + name] or 0
