"""Counts of a period: kept ones where they are right, and a recount of the other days."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import DateField, F
from django.db.models.functions import TruncWeek

from jinan_credit.oversight.models import FigureMark, KeptSpan
from jinan_credit.oversight.spans import DAY, WEEK, days_of, spans_of, week_of
from jinan_credit.oversight.tallies import Tally


def kept_days(tally: Tally, since: date, until: date) -> set[date]:
    """The days of the period whose kept counts are right."""
    kept = KeptSpan.objects.starts(tally.code, DAY).filter(starts_on__range=(since, until))
    marked = FigureMark.objects.filter(tally=tally.code, day__range=(since, until))
    return set(kept) - set(marked.values_list("day", flat=True))


def tallied(
    tally: Tally, *, since: date, until: date, by: Iterable[str], only: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """One line for each combination of `by` (keys of the tally, `day` or `week`), with its counts.

    Both days count; `only` narrows by keys. Read it `in one_snapshot()`. Five queries at most.
    """
    by, only = list(by), only or {}
    right = kept_days(tally, since, until)
    weeks = set() if "day" in by else _whole_weeks(tally, right)
    single = right - {day for monday in weeks for day in week_of(monday)}
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    if right:
        kept = tally.kept_lines(WEEK).filter(starts_on__in=weeks) | tally.kept_lines(DAY).filter(starts_on__in=single)
        when = {"day": F("starts_on"), "week": TruncWeek("starts_on", output_field=DateField())}
        named = {f"by_{name}": when.get(name, F(name)) for name in by}
        kept = kept.filter(**only).annotate(**named).order_by().values(*named)
        _add(lines, by, tally, kept.annotate(**tally.kept_sums()), "sum_")
    open_days = [day for day in days_of(since, until) if day not in right]
    if open_days:
        _add(lines, by, tally, tally.counted(spans_of(open_days), by, only), "")
    return list(lines.values())


def _whole_weeks(tally: Tally, right: set[date]) -> set[date]:
    whole = {day for day in right if day.weekday() == 0 and right.issuperset(week_of(day))}
    return set(
        KeptSpan.objects.filter(tally=tally.code, days=WEEK, starts_on__in=whole).values_list("starts_on", flat=True)
    )


def _add(lines: dict[tuple[Any, ...], dict[str, Any]], by: list[str], tally: Tally, rows: Any, prefix: str) -> None:
    counts = list(tally.counts([]))
    for row in rows:
        key = tuple(row[f"by_{name}"] for name in by)
        line = lines.setdefault(key, dict(zip(by, key, strict=True)) | dict.fromkeys(counts, 0))
        for name in counts:
            line[name] += row[prefix + name] or 0
