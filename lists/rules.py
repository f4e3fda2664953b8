"""Pure rules of listing. The numbers come from a rule profile, the day is passed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True)
class TermRule:
    """How long an entry may stand: the parameters of a rule profile `term-dishonesty` or `term-reward`."""

    parameters: Mapping[str, Any]

    def ends_on(self, begins: date, dishonesty_class: str) -> date:
        """The last day where the document gives none."""
        default = self.parameters["default_months"]
        months = default[dishonesty_class] if isinstance(default, dict) else default
        return _months_later(begins, months)

    def cap_on(self, document_on: date, dishonesty_class: str) -> date:
        """The last day that is lawful, counted from the document (order 36; rule 5)."""
        months = self.parameters.get(f"{dishonesty_class.lower()}_max_months", self.parameters.get("max_months"))
        return _months_later(document_on, months)

    def repairable_on(self, published_on: date, dishonesty_class: str) -> date | None:
        """The first day on which repair can be applied for: the least publicity of its class, from publication on.

        An entry without a class waits for the longest; None where the rule knows no repair (a red list).
        """
        months = self.parameters.get("repair_after_months")
        if months is None:
            return None
        return _months_later(published_on, months.get(dishonesty_class, max(months.values())))


def disclosed_until(act_ended_on: date, limit_years: int, left_on: date) -> date:
    """The last day on which an entry is kept: the disclosure limit (SD art. 38), never before it has left its list."""
    return max(act_ended_on + relativedelta(years=limit_years), left_on)


@lru_cache(maxsize=4096)
def _months_later(day: date, months: int) -> date:
    """Remembered: the rows of a list file share few days."""
    return day + relativedelta(months=months)
