"""Publications: what was published when, by whom, with which entries and what the units made of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.tables import MOST_COUNTED, CappedPaginator, paged
from lists.enums import ChangeReason, ExitReason
from lists.filters import PublicationFilter
from lists.models import Change, Publication
from lists.panels import publication_panels
from lists.tables import PER_PAGE, OrdinalPaginator, PublicationEntryTable, PublicationTable
from lists.views.staff import StaffRequest, staff_page

REASONS = {**dict(ChangeReason.choices), **dict(ExitReason.choices)}


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def publications(request: StaffRequest) -> HttpResponse:
    visible = Publication.objects.visible_to(request.actor).select_related("credit_list", "unit", "approved_by")
    filtered = PublicationFilter(request.GET, queryset=visible, request=request)
    table = PublicationTable(filtered.qs)
    paged(request, table, per_page=PER_PAGE, paginator_class=CappedPaginator)
    total = table.paginator.count
    context = {"filter": filtered, "table": table, "total": total if total < MOST_COUNTED else None}
    return render(request, "lists/publications.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def publication(request: StaffRequest, pk: int) -> HttpResponse:
    """One publication; of a unit that initiates its list, or for the coordinator. Else it is not there (404)."""
    related = ("credit_list", "unit", "made_by", "approved_by")
    shown = get_object_or_404(Publication.objects.visible_to(request.actor).select_related(*related), pk=pk)
    changes = Change.objects.filter(publication=shown).defer("body")
    table = PublicationEntryTable(changes.select_related("entry__subject"))
    paged(request, table, per_page=PER_PAGE, paginator_class=OrdinalPaginator)
    context = {
        "publication": shown,
        "reason_in_words": REASONS.get(shown.change_reason, shown.change_reason),
        "table": table,
        "panels": publication_panels.for_(shown, request.actor),
    }
    return render(request, "lists/publication.html", context)
