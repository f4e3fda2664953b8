"""公共信用信息目录 on the public site: the edition that holds, kind of information by kind; it names no party."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.models import InformationCatalog

PER_PAGE = 50


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    edition = InformationCatalog.objects.issued().first()
    context: dict[str, Any] = {"edition": edition}
    if edition is not None:
        items = edition.items.select_related("provider").order_by("code")
        context["page"] = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/catalogue.html", context)
