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


@lru_cache(maxsize=4096)
def _months_later(day: date, months: int) -> date:
    """Remembered: the rows of a list file share few days."""
    return day + relativedelta(months=months)
