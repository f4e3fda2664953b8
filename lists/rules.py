"""Pure rules of listing. The numbers come from a rule profile, the day is passed in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import DomainError
from lists.enums import BasisKind, DishonestyClass

_SIMPLE = re.compile("(?<!不适用)(?<!未适用)(?<!非)(?:简易程序|当场(?:行政)?处罚)")
_MINOR = re.compile("(?<!不属于)(?<!并非)(?<!非)轻微")
_REMEDIED = re.compile("(?<!未)(?:已经?|及时|主动|自行)(?:全部|如期|按期|主动|自行|及时|完成)?(?:改正|整改|纠正)")


@dataclass(frozen=True)
class TermRule:
    """How long an entry may stand: the parameters of a rule profile `term-dishonesty` or `term-reward`."""

    parameters: Mapping[str, Any]

    @property
    def has_classes(self) -> bool:
        """Whether any of its numbers is another for each dishonesty class."""
        return any(isinstance(value, Mapping) for value in self.parameters.values())

    @property
    def needs_class(self) -> bool:
        """Whether there is no term without a class."""
        return isinstance(self.parameters.get("default_months"), Mapping)

    @property
    def gives_every_term(self) -> bool:
        """Whether each class has a term and its cap: "permanent" is not offered (rule 5)."""
        return all(self._default(one) is not None and self._cap(one) is not None for one in DishonestyClass.values)

    def months(self, dishonesty_class: str) -> tuple[int, int | None, int | None]:
        """Default, cap and least publicity before repair, in months; None where the rule gives no such number."""
        return self._default(dishonesty_class), self._cap(dishonesty_class), self._repair_after(dishonesty_class)

    def ends_on(self, begins: date, dishonesty_class: str) -> date:
        """The last day where the document gives none. Refusals: `rule_parameter_missing`."""
        return _months_later(begins, _given(self._default(dishonesty_class), "default_months"))

    def cap_on(self, document_on: date, dishonesty_class: str) -> date:
        """The last day that is lawful, counted from the document (order 36; rule 5). Refusals: as `ends_on`."""
        return _months_later(document_on, _given(self._cap(dishonesty_class), "max_months"))

    def repairable_on(self, document_on: date, dishonesty_class: str) -> date | None:
        """The first day on which repair can be applied for: the least publicity of its class, counted from the document
        as the cap is (order 36), so that it never begins after the last lawful day.

        An entry without a class waits for the longest; None where the rule knows no repair (a red list).
        """
        months = self._repair_after(dishonesty_class)
        return _months_later(document_on, months) if months is not None else None

    def _default(self, dishonesty_class: str) -> Any:
        months = self.parameters.get("default_months")
        return months.get(dishonesty_class) if isinstance(months, Mapping) else months

    def _cap(self, dishonesty_class: str) -> Any:
        return self.parameters.get(f"{dishonesty_class.lower()}_max_months", self.parameters.get("max_months"))

    def _repair_after(self, dishonesty_class: str) -> Any:
        months = self.parameters.get("repair_after_months")
        return months.get(dishonesty_class, max(months.values())) if isinstance(months, Mapping) else months


def _given(months: int | None, name: str) -> int:
    if months is None:
        raise DomainError(
            "rule_parameter_missing",
            _("The rules of the term do not give “%(name)s”. The coordinator keeps them in the catalogue.")
            % {"name": name},
        )
    return months


def minor_penalty(*texts: str) -> str:
    """The kind of penalty, named in these words, that can never be the only basis (rule 6, SD art. 13); "" for none."""
    for text in texts:
        if _SIMPLE.search(text):
            return BasisKind.SIMPLE_PENALTY
    whole = " ".join(texts)
    if _MINOR.search(whole) and _REMEDIED.search(whole):
        return BasisKind.REMEDIED_PENALTY
    return ""


def disclosed_until(act_ended_on: date, limit_years: int, left_on: date) -> date:
    """The last day on which an entry is kept: the disclosure limit (SD art. 38), never before it has left its list."""
    return max(act_ended_on + relativedelta(years=limit_years), left_on)


def kept_since(on: date, limit_years: int) -> date:
    """The first end of an act whose entry is still kept on this day; one that ended before is deleted."""
    bound = on - relativedelta(years=limit_years)
    return bound if bound + relativedelta(years=limit_years) >= on else bound + timedelta(days=1)  # 29 February


@lru_cache(maxsize=4096)
def _months_later(day: date, months: int) -> date:
    """The last day there is where none is so late, which no cap allows. Remembered: a file's rows share few days."""
    try:
        return day + relativedelta(months=months)
    except ValueError:
        return date.max
