"""Exports: asked for with a reason, made in the background, fetched by who asked as long as the link holds."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from catalog.models import RuleProfile
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.staff import recently_confirmed
from jinan_credit.accounts.tables import MOST_COUNTED, counted, paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.forms.finding import ExportForm
from lists.models import EntryExport
from lists.services.export_sources import ENTRIES, SOURCES
from lists.services.exports import RULES, fetch_export, request_export
from lists.services.import_files import ERROR_COLUMN
from lists.services.inert_workbook import CONTENT_TYPES
from lists.tables import PER_PAGE, ExportTable
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def exports(request: StaffRequest) -> HttpResponse:
    """The person's own exports, the newest first."""
    table = ExportTable(EntryExport.objects.visible_to(request.actor))
    paged(request, table, per_page=PER_PAGE)
    return render(request, "lists/exports.html", {"table": table})


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
@recently_confirmed
def export_new(request: StaffRequest, source: str = ENTRIES) -> HttpResponse:
    """Ask for an export of the rows of a page that the filters in the address match."""
    if source not in SOURCES:
        raise Http404
    of = SOURCES[source]
    request.actor.require(of.act)
    query = of.query_of(request.GET)
    chosen = of.choose(query, request.actor)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            export = request_export(
                query=query, reason=given["reason"], file_format=given["format"], source=source, by=request.actor
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("export", export.pk)
    count = counted(chosen.rows) if chosen else 0
    context = {
        "form": form,
        "of": of,
        "filters": chosen.words if chosen else "",
        "count": min(count, MOST_COUNTED),
        "is_capped": count > MOST_COUNTED,
        "rules": RuleProfile.objects.for_case(RULES, clock.today()),
        "back": f"{reverse(of.page)}?{query}",
    }
    return render(request, "lists/export_new.html", context, status=400 if form.errors else 200)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
@never_cache
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """How far an export is, and its link; another person's is not there (404)."""
    shown = get_object_or_404(EntryExport.objects.visible_to(request.actor), pk=pk)
    if request.htmx:  # type: ignore[attr-defined]
        answer = render(request, "lists/_export_progress.html", {"export": shown})
        if not shown.is_under_way:
            answer["HX-Refresh"] = "true"
        return answer
    is_over = shown.expires_at is not None and shown.expires_at < clock.now()
    return render(request, "lists/export.html", {"export": shown, "is_over": is_over})


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def export_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file; each download is counted."""
    shown = get_object_or_404(EntryExport.objects.visible_to(request.actor), pk=pk)
    file = fetch_export(export=shown, by=request.actor)
    return attachment(file, f"{_name(shown)}.{shown.format.lower()}", CONTENT_TYPES[shown.format])


def _name(shown: EntryExport) -> str:
    if shown.copy_of is not None:
        return f"{shown.copy_of.file_name.rpartition('.')[0] or shown.copy_of.file_name}-{ERROR_COLUMN}"
    return str(SOURCES[shown.source].file_name) % {"number": shown.pk}
