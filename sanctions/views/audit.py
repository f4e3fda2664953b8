"""Who looked whom up, in what matter and for what purpose (PIPL art. 54): for the audit administrator."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.staff import staff_page
from sanctions.filters import ScreeningLogFilter
from sanctions.models import Screening

PER_PAGE = 50


@staff_page(Act.SEE_AUDIT)
@require_GET
@never_cache
def screening_log(request: HttpRequest) -> HttpResponse:
    """Every screening of every unit, the newest first, 50 a page; the next begins behind the last row."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kept = Screening.objects.logged_for(actor).select_related("unit", "by", "by_client").order_by("-pk")
    chosen = ScreeningLogFilter(request.GET, queryset=kept, request=request)
    before = _place(request.GET.get("before", ""))
    shown = list((chosen.qs.filter(pk__lt=before) if before else chosen.qs)[: PER_PAGE + 1])
    context = {
        "filter": chosen,
        "rows": shown[:PER_PAGE],
        "next": shown[PER_PAGE - 1].pk if len(shown) > PER_PAGE else None,
        "is_first": before is None,
    }
    return render(request, "sanctions/screening_log.html", context)


def _place(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
