"""What a report to the city government is about: a quarter or a year of the calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from jinan_credit.oversight.enums import ReportKind

_MONTHS = {ReportKind.QUARTERLY: 3, ReportKind.YEARLY: 12}
QUARTERS_OFFERED, YEARS_OFFERED = 8, 5


@dataclass(frozen=True)
class ReportPeriod:
    """By its first day."""

    kind: str
    first: date

    @property
    def last(self) -> date:
        return self.first + relativedelta(months=_MONTHS[ReportKind(self.kind)], days=-1)

    @property
    def before(self) -> "ReportPeriod":
        """The period that it is compared with."""
        return ReportPeriod(self.kind, self.first - relativedelta(months=_MONTHS[ReportKind(self.kind)]))

    @property
    def quarter(self) -> int:
        return (self.first.month + 2) // 3

    @property
    def code(self) -> str:
        """2026, or 2026-Q3."""
        return f"{self.first:%Y}" if self.kind == ReportKind.YEARLY else f"{self.first:%Y}-Q{self.quarter}"

    def is_over(self, today: date) -> bool:
        return self.last < today

    def __str__(self) -> str:
        words = {1: _("First quarter of %s"), 2: _("Second quarter of %s")}
        words |= {3: _("Third quarter of %s"), 4: _("Fourth quarter of %s")}
        return (_("The year %s") if self.kind == ReportKind.YEARLY else words[self.quarter]) % self.first.year


def periods_over(kind: str, today: date) -> list[ReportPeriod]:
    """Those that a report may be begun of, the last first."""
    offered = YEARS_OFFERED if kind == ReportKind.YEARLY else QUARTERS_OFFERED
    return list(islice(_back_from(kind, today), offered))


def _back_from(kind: str, today: date) -> Iterator[ReportPeriod]:
    month = 1 if kind == ReportKind.YEARLY else (today.month - 1) // 3 * 3 + 1
    period = ReportPeriod(kind, date(today.year, month, 1))
    while True:
        period = period.before
        yield period
