from collections.abc import Iterable
from datetime import date, timedelta

from sanctions.selectors import Span

DAY, WEEK = 1, 7
"""Lengths of what is kept."""


def days_of(since: date, until: date) -> list[date]:
    """Both count."""
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> list[date]:
    """The seven days of its week, Monday first."""
    return days_of(monday_of(day), monday_of(day) + timedelta(days=6))


def spans_of(days: Iterable[date]) -> list[Span]:
    """The same days as runs without a gap."""
    spans: list[Span] = []
    for day in sorted(days):
        if spans and spans[-1][1] == day - timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans
