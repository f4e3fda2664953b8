"""通报 on the public site: cases of organisations, as long as anybody may read of them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jinan_credit.portal.site import not_kept
from sanctions.selectors import public_bulletins, public_cases

PER_PAGE = 20


@not_kept
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    page = Paginator(public_bulletins(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/bulletins.html", {"page": page})


@not_kept
@require_safe
def bulletin(request: HttpRequest, year: int, serial: int) -> HttpResponse:
    shown = get_object_or_404(public_bulletins(), year=year, serial=serial)
    return render(request, "portal/bulletin.html", {"bulletin": shown, "cases": public_cases(shown)})
