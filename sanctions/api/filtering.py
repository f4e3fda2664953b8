"""The filters of a list call: what cannot be understood is refused, not left out."""

from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework.request import Request

from jinan_credit.kernel.errors import InvalidInput


def filtered(filterset: type[FilterSet], request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Refusal: `filter_wrong` (400), at the parameter that is wrong."""
    chosen = filterset(request.query_params, queryset=rows)
    if not chosen.form.is_valid():
        name, errors = next(iter(chosen.form.errors.items()))
        raise InvalidInput("filter_wrong", str(errors[0]), field=name)
    return chosen.qs
