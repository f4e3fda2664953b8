"""The audit: who saw what about whom, who changed what, and the seals that prove it."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

from django.db.models import F
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.kernel import clock
from jinan_credit.kernel.formulas import safe_cell
from jinan_credit.oversight.audit_forms import AccessForm, AuditExportForm, ChangesForm
from jinan_credit.oversight.audit_tables import AccessTable, ChangesTable, ErasureTable, SealTable, VerificationTable
from jinan_credit.oversight.enums import AuditPage
from jinan_credit.oversight.models import Erasure, Seal, Verification
from jinan_credit.oversight.selectors.access import Access, accesses, place_of, written
from jinan_credit.oversight.selectors.changes import RowChange, changes
from jinan_credit.oversight.selectors.history import hours_without_seal
from jinan_credit.oversight.services.audit import record_export

PER_PAGE = 50
MOST_ROWS = 100_000
SHOWN = 10
TABS = {
    "audit": AuditPage.ACCESS.label,
    "audit_changes": AuditPage.CHANGES.label,
    "audit_seals": gettext_lazy("Seals"),
}
audit_page = staff_page(Act.SEE_AUDIT)


@audit_page
@require_GET
@never_cache
def access_page(request: StaffRequest) -> HttpResponse:
    """Every log of access, merged; 50 a page, the next begins behind the last row."""
    form = AccessForm(request.GET)
    before = place_of(request.GET.get("before", ""))
    found = accesses(form.asked, before, per_fetch=PER_PAGE + 1) if form.asked else iter(())
    rows = list(islice(found, PER_PAGE + 1))
    context = {
        "subtitle": _("Who saw what about whom, when and why"),
        "note": _(
            "What was pushed to the units' systems is not here: each unit, and the coordinator, see it under Push."
        ),
        "export": reverse("audit_access_export"),
        "filter": SimpleNamespace(form=form),
        "table": AccessTable(rows[:PER_PAGE]),
        "next": written(rows[PER_PAGE - 1].place) if len(rows) > PER_PAGE else None,
        "is_first": before is None,
    }
    return _page(request, "oversight/audit_log.html", context)


@audit_page
@require_GET
@never_cache
def changes_page(request: StaffRequest) -> HttpResponse:
    """Of one table the versions of its rows, the newest first."""
    form = ChangesForm(request.GET or None)
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found = changes(form.wanted, before, per_fetch=PER_PAGE + 1) if form.wanted else iter(())
    rows = list(islice(found, PER_PAGE + 1))
    context = {
        "subtitle": _("Who changed what: every version of a row, with what stood there before"),
        "export": reverse("audit_changes_export") if rows else "",
        "filter": SimpleNamespace(form=form),
        "table": ChangesTable(rows[:PER_PAGE]),
        "next": rows[PER_PAGE - 1].key if len(rows) > PER_PAGE else None,
        "is_first": before is None,
    }
    return _page(request, "oversight/audit_log.html", context)


@audit_page
@require_GET
@never_cache
def seals_page(request: StaffRequest) -> HttpResponse:
    """The latest seals and verifications, and what was lawfully erased."""
    erasures = Erasure.objects.defer("rows").annotate(row_count=F("rows__len"))
    context = {
        "subtitle": _("Whether the history is what was sealed"),
        "is_late": hours_without_seal() > 0,
        "verifications": VerificationTable(Verification.objects.all()[:SHOWN]),
        "seals": SealTable(Seal.objects.all()[:SHOWN]),
        "erasures": ErasureTable(erasures[:SHOWN]),
    }
    return _page(request, "oversight/audit_seals.html", context)


def _page(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    name = str(request.resolver_match and request.resolver_match.url_name)
    return render(request, template, {"tabs": TABS, "title": TABS[name], "note": "", "export": "", **context})


@audit_page
@require_http_methods(["GET", "POST"])
@never_cache
def export(request: StaffRequest, page: str) -> HttpResponseBase:
    """With a reason, which is recorded; then the rows of the filters as one CSV file."""
    chosen = ChangesForm(request.GET) if page == AuditPage.CHANGES else AccessForm(request.GET)
    form = AuditExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and chosen.is_valid() and form.is_valid():
        record_export(page=page, filters=chosen.in_words, reason=form.cleaned_data["reason"], by=request.actor)
        return _file(page, _lines(chosen))
    context = {"form": form, "chosen": chosen, "page": AuditPage(page), "most": MOST_ROWS}
    return render(request, "oversight/audit_export.html", context, status=400 if form.errors or chosen.errors else 200)


def _lines(chosen: Any) -> Iterator[list[str]]:
    if isinstance(chosen, ChangesForm):
        yield [_("Time"), _("Person"), _("Where"), _("Row"), _("Field"), _("Before"), _("After")]
        assert chosen.wanted is not None
        for row in changes(chosen.wanted):
            yield from _of_change(row)
    else:
        yield [str(column.header) for column in AccessTable([]).columns]
        assert chosen.asked is not None
        yield from (_of_access(row) for row in accesses(chosen.asked))


def _of_access(row: Access) -> list[str]:
    return [_moment(row.place.at), str(row.kind), row.who, row.unit, row.about, row.outcome, row.reason]


def _of_change(row: RowChange) -> Iterator[list[str]]:
    for field in row.fields:
        yield [_moment(row.at), row.who, row.where, row.row, field.name, field.old, field.new]


def _moment(at: Any) -> str:
    return f"{clock.in_jinan(at):%Y-%m-%d %H:%M:%S}"


def _file(page: str, lines: Iterable[list[str]]) -> StreamingHttpResponse:
    writer = csv.writer(SimpleNamespace(write=lambda text: text))  # gives each line back
    body = (writer.writerow([safe_cell(cell) for cell in line]) for line in islice(lines, MOST_ROWS + 1))
    response = StreamingHttpResponse(_with_mark(body), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{page.lower()}-{clock.today()}.csv"'
    return response


def _with_mark(body: Iterable[str]) -> Iterator[str]:
    """Spreadsheets know by it that the file is UTF-8."""
    yield "\ufeff"
    yield from body
