from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import DayInput
from jinan_credit.kernel import clock


class OnlyFilter(django_filters.ChoiceFilter):
    """All rows, or with `yes` only those that `picks`, mostly a method of the queryset, leaves."""

    def __init__(self, picks: Callable[[Any], QuerySet[Any]], **options: Any) -> None:
        super().__init__(choices=[("yes", _("Yes"))], empty_label=_("All"), **options)
        self.picks = picks

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return self.picks(rows) if value else rows


class FromDayFilter(django_filters.DateFilter):
    """Rows of which a moment lies on this day or later. Asked as a span of time, so that its index can be read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": DayInput, **options})

    def filter(self, rows: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        return rows.filter(**{f"{self.field_name}__gte": clock.start_of(value)}) if value else rows


class ToDayFilter(FromDayFilter):
    """Rows of which a moment lies on this day or earlier."""

    def filter(self, rows: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        if value is None or value == date.max:
            return rows
        return rows.filter(**{f"{self.field_name}__lt": clock.start_of(value + timedelta(days=1))})
