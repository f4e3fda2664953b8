from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


class OnlyFilter(django_filters.ChoiceFilter):
    """All rows, or with `yes` only those that `picks`, mostly a method of the queryset, leaves."""

    def __init__(self, picks: Callable[[Any], QuerySet[Any]], **options: Any) -> None:
        super().__init__(choices=[("yes", _("Yes"))], empty_label=_("All"), **options)
        self.picks = picks

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return self.picks(rows) if value else rows
