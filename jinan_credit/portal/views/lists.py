"""The lists, red and black, and the organisations on each of them (P §二(二)6, §三(二)2)."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jinan_credit.portal.freshness import from_replica
from jinan_credit.portal.selectors import page_of_list, public_lists
from jinan_credit.portal.site import not_kept
from lists.enums import ListKind

PER_PAGE = 20


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    kinds = [(ListKind(kind), list(some)) for kind, some in groupby(public_lists(), key=lambda one: one.kind)]
    return render(request, "portal/lists.html", {"kinds": kinds})


@not_kept
@require_safe
@from_replica
def list_page(request: HttpRequest, code: str) -> HttpResponse:
    """Newest first, by key: a page costs the same wherever it lies."""
    shown = get_object_or_404(public_lists(), code=code)
    found = page_of_list(shown, request.GET.dict(), PER_PAGE)
    return render(request, "portal/list.html", {"list": shown, "entries": found.rows, "page": found.page})
