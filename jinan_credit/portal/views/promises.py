"""信用承诺: what organisations promise the public, kept or broken (P §二(二)1)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jinan_credit.portal.selectors import SHORTEST_NAME, promises_of_subjects, public_promises, subjects_asked
from jinan_credit.portal.site import count_search, not_kept, typed_query

PER_PAGE = 20


@not_kept
@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """All of them, newest first, or those of the organisations that the query names."""
    query = typed_query(request)
    if query:
        count_search(request)
    found = promises_of_subjects(subjects_asked(query)) if query else public_promises()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "page": page, "is_too_short": 0 < len(query) < SHORTEST_NAME}
    return render(request, "portal/promises.html", context)
