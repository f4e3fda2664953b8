"""Pure rules of repair. The numbers come from a rule profile."""

from collections.abc import Mapping
from datetime import date

from dateutil.relativedelta import relativedelta


def repair_possible_from(months: Mapping[str, int], published_on: date, dishonesty_class: str) -> date:
    """The first day on which repair can be applied for: the least publicity of its class, counted from publication.

    `months` maps classes to months; an entry without a class waits for the longest.
    """
    return published_on + relativedelta(months=months.get(dishonesty_class, max(months.values())))
