"""Filters of a page kept under a name, and forgotten."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.errors import DomainError
from lists.models import SavedFilter
from lists.services.export_sources import ENTRIES, SOURCES, source_of_page
from lists.services.saved_filters import delete_filter, save_filter
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.SEE_WORKBENCH)
@require_POST
def filter_save(request: StaffRequest) -> HttpResponse:
    """Keep the filters of the page that is named under a name of one's own."""
    source = source_of_page(request.POST.get("page", SOURCES[ENTRIES].page))
    if source is None:
        raise Http404
    query = source.query_of(QueryDict(request.POST.get("query", "")))
    try:
        saved = save_filter(page=source.page, name=request.POST.get("name", ""), query=query, by=request.actor)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse(source.page)}?{query}")
    messages.success(request, _("The filters are kept as “%(name)s”.") % {"name": saved.name})
    return redirect(f"{reverse(source.page)}?{query}&saved={saved.pk}")


@staff_page(Act.SEE_WORKBENCH)
@require_POST
def filter_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget filters of one's own; another person's are not there (404)."""
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    delete_filter(saved=saved, by=request.actor)
    said = _("“%(name)s” is deleted. The rows that it showed are not touched.")
    messages.success(request, said % {"name": saved.name})
    return redirect(saved.page)
