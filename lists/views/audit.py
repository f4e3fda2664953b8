"""Who saw, looked for or was handed full document numbers, when and why (rule 11): for the audit administrator."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import DayInput
from jinan_credit.accounts.models import Unit
from lists.models import NumberHandout, NumberReveal, NumberSearch
from lists.views.staff import StaffRequest, staff_page

PER_PAGE = 50


class RevealFilter(django_filters.FilterSet):
    person = django_filters.CharFilter(method="by_person", label=_("Person"), max_length=50, strip=True)
    unit = django_filters.ModelChoiceFilter(queryset=Unit.objects.all(), to_field_name="code", label=_("Unit"))
    since = django_filters.DateFilter(field_name="at__date", lookup_expr="gte", label=_("From"), widget=DayInput)
    until = django_filters.DateFilter(field_name="at__date", lookup_expr="lte", label=_("Until"), widget=DayInput)

    class Meta:
        model = NumberReveal
        fields: list[str] = []

    def by_person(self, rows: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return rows.filter(Q(by__username__icontains=text) | Q(by__display_name__icontains=text))


class HandoutFilter(RevealFilter):
    person = django_filters.CharFilter(method="by_person", label=_("API client or person"), max_length=50, strip=True)

    def by_person(self, rows: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return rows.filter(Q(client__name__icontains=text) | Q(by__display_name__icontains=text))


@dataclass(frozen=True)
class Log:
    """A kind of access, as `kind` in the URL names it."""

    rows: QuerySet[Any]
    filters: type[RevealFilter] = RevealFilter


def _logs() -> dict[str, Log]:
    return {
        "reveals": Log(NumberReveal.objects.select_related("subject", "by", "unit", "person")),
        "searches": Log(NumberSearch.objects.select_related("by", "unit")),
        "handouts": Log(NumberHandout.objects.select_related("client", "by", "unit", "credit_list"), HandoutFilter),
    }


@staff_page(Act.SEE_AUDIT)
@require_GET
@never_cache
def number_log(request: StaffRequest) -> HttpResponse:
    """Reveals, searches or handouts; the newest first, 50 a page, the next begins behind the last row."""
    logs, kind = _logs(), request.GET.get("kind", "")
    kind = kind if kind in logs else "reveals"
    log = logs[kind]
    filtered = log.filters(request.GET, queryset=log.rows.order_by("-pk"), request=request)
    before = request.GET.get("before", "")
    found = filtered.qs.filter(pk__lt=int(before)) if _is_key(before) else filtered.qs
    shown = list(found[: PER_PAGE + 1])
    context: dict[str, Any] = {
        "filter": filtered,
        "kind": kind,
        "rows": shown[:PER_PAGE],
        "next": shown[PER_PAGE - 1].pk if len(shown) > PER_PAGE else None,
        "is_first": not before,
    }
    return render(request, "lists/number_log.html", context)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
