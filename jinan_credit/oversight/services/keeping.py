"""Keep the counts of the days that are over (models.kept says how they stay right)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value

from jinan_credit.kernel import clock
from jinan_credit.oversight.models import FigureMark, KeptSpan
from jinan_credit.oversight.snapshot import one_snapshot
from jinan_credit.oversight.spans import DAY, WEEK, days_of, monday_of, spans_of, week_of
from jinan_credit.oversight.tallies import TALLIES, Tally

OPEN_DAYS = 2
"""Today and yesterday are never kept: no transaction is open so long that its change of them could come late."""
DAYS_AT_ONCE = 28


def keep_figures(progress: Callable[[str], None] | None = None) -> int:
    """Count each day that is over and not kept, or has changed since. Returns how many. Safe to run twice."""
    total = 0
    for tally in TALLIES.values():
        while kept := _keep_some(tally):
            total += kept
            if progress is not None:
                progress(f"{tally.code}: {total}")
    return total


def _keep_some(tally: Tally) -> int:
    with one_snapshot():
        if not _is_mine(tally):
            return 0
        marks = FigureMark.objects.filter(tally=tally.code)
        marked = set(marks.values_list("day", flat=True).distinct())
        days = _days_to_count(tally, marked)
        _forget(tally, days)
        if days:
            _keep_days(tally, days)
            _keep_weeks(tally, days)
        marks.filter(day__in=[*days, *(marked - _kept(tally, DAY))]).delete()
        return len(days)


def _is_mine(tally: Tally) -> bool:
    """One at a time counts a tally; whoever comes second leaves it to the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"figures {tally.code}"])
        return bool(cursor.fetchone()[0])


def _days_to_count(tally: Tally, marked: set[date]) -> list[date]:
    """The newest first: they are asked for most."""
    kept, first = _kept(tally, DAY), tally.first_day()
    over = set(days_of(first, clock.today() - timedelta(days=OPEN_DAYS))) if first else set()
    return sorted((over - kept) | (marked & kept), reverse=True)[:DAYS_AT_ONCE]


def _kept(tally: Tally, days: int) -> set[date]:
    return set(KeptSpan.objects.starts(tally.code, days))


def _forget(tally: Tally, days: Iterable[date]) -> None:
    """Also the weeks that these days are part of."""
    for length, starts in ((DAY, list(days)), (WEEK, [monday_of(day) for day in days])):
        tally.kept_lines(length).filter(starts_on__in=starts).delete()
        KeptSpan.objects.filter(tally=tally.code, days=length, starts_on__in=starts).delete()


def _keep_days(tally: Tally, days: list[date]) -> None:
    _insert(tally, DAY, tally.counted(spans_of(days), ["day", *tally.keys], {}))
    KeptSpan.objects.bulk_create(KeptSpan(tally=tally.code, starts_on=day, days=DAY) for day in days)


def _keep_weeks(tally: Tally, days: list[date]) -> None:
    """The sums of the weeks of which all seven days are kept."""
    kept = _kept(tally, DAY)
    whole = [monday for monday in {monday_of(day) for day in days} if kept.issuperset(week_of(monday))]
    for monday in whole:
        of_days = tally.kept_lines(DAY).filter(starts_on__in=week_of(monday))
        counted = of_days.annotate(monday=Value(monday)).values("monday", *tally.keys).annotate(**tally.kept_sums())
        _insert(tally, WEEK, counted)
    KeptSpan.objects.bulk_create(KeptSpan(tally=tally.code, starts_on=monday, days=WEEK) for monday in whole)


def _insert(tally: Tally, days: int, counted: "QuerySet[Any, Any]") -> None:
    """What was counted, without a way through Python. The query names the day, the keys and the counts."""
    fields: list[Any] = [tally.kept._meta.get_field(name) for name in ("starts_on", *tally.keys, *tally.counts([]))]
    sql, params = counted.query.sql_with_params()
    into = f"INSERT INTO {tally.kept._meta.db_table} ({', '.join(field.column for field in fields)}, days)"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} SELECT counted.*, {days} FROM ({sql}) counted", params)  # noqa: S608 the ORM's own SQL
