"""Working days: China's calendar with its make-up working days, the city's own decisions on top.

The day after receipt counts as day 1. Where no holiday plan is known every weekday works: before the first one for
good, beyond the last one provisionally.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

import chinese_calendar
from chinese_calendar.constants import holidays, workdays


@dataclass(frozen=True)
class DueDate:
    on: date
    provisional: bool


@cache
def first_known_year() -> int:
    return min(day.year for day in [*holidays, *workdays])


@cache
def last_known_year() -> int:
    return max(day.year for day in [*holidays, *workdays])


@dataclass(frozen=True)
class WorkCalendar:
    """`overrides`: days on which the city decided otherwise; True is a working day."""

    overrides: Mapping[date, bool]

    def is_working_day(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if not first_known_year() <= day.year <= last_known_year():
            return day.weekday() < 5
        return bool(chinese_calendar.is_workday(day))

    def is_provisional(self, day: date) -> bool:
        return day not in self.overrides and day.year > last_known_year()

    def due_on(self, received_on: date, working_days: int) -> DueDate:
        """The last day of a limit of `working_days` that began with receipt on `received_on`."""
        day, provisional = received_on, False
        while working_days > 0:
            day += timedelta(days=1)
            provisional = provisional or self.is_provisional(day)
            working_days -= self.is_working_day(day)
        return DueDate(day, provisional)

    def working_days_between(self, after: date, until: date) -> int:
        """Working days later than `after`, up to and with `until`; negative when `until` has passed."""
        if until < after:
            return -self.working_days_between(until, after)
        return sum(self.is_working_day(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


Counted = TypeVar("Counted")


def counted_anew(rows: Iterable[Counted], dates: Sequence[str], count: Callable[[Counted], object]) -> list[Counted]:
    """Those of which `count` changes one of the `dates`, a last day or whether it is provisional; not saved."""
    changed = []
    for row in rows:
        before = [getattr(row, name) for name in dates]
        count(row)
        if [getattr(row, name) for name in dates] != before:
            changed.append(row)
    return changed
