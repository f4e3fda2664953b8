"""通报 on the public site: cases of organisations, as long as anybody may read of them.

No search engine keeps a copy: it would outlive the case that is taken off.
"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sanctions.selectors import public_bulletins, public_cases

PER_PAGE = 20


@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    page = Paginator(public_bulletins(), PER_PAGE).get_page(request.GET.get("page"))
    return _not_kept(render(request, "portal/bulletins.html", {"page": page}))


@require_safe
def bulletin(request: HttpRequest, year: int, serial: int) -> HttpResponse:
    shown = get_object_or_404(public_bulletins(), year=year, serial=serial)
    return _not_kept(render(request, "portal/bulletin.html", {"bulletin": shown, "cases": public_cases(shown)}))


def _not_kept(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, noarchive"
    return answer
