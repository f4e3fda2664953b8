"""Reports to the city government: the list, a new one, writing, issuing, the letter and its file."""

from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from jinan_credit.oversight.city_report_document import document_of
from jinan_credit.oversight.city_report_files import CONTENT_TYPE, write_document
from jinan_credit.oversight.city_report_forms import PeriodForm, ReportForm
from jinan_credit.oversight.city_report_sheets import key_figures
from jinan_credit.oversight.city_report_tables import CityReportFilter, CityReportTable
from jinan_credit.oversight.enums import ReportState
from jinan_credit.oversight.models import CityReport
from jinan_credit.oversight.models.city_report import SECTIONS
from jinan_credit.oversight.selectors.city_report import last_step, report_for, reports_visible_to, standing
from jinan_credit.oversight.services.city_report import draft_report, issue_report, move_report, revise_report
from jinan_credit.oversight.snapshot import one_snapshot
from jinan_credit.oversight.workflow import CITY_REPORT

BUTTONS = ("discard", "withdraw")
"""Issuing has a page of its own."""
MOST_DIGITS = 19


@staff_page(Act.OVERSEE)
@require_GET
def report_list(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    chosen = CityReportFilter(request.GET, queryset=reports_visible_to(actor), request=request)
    table = paged(request, CityReportTable(chosen.qs))
    context = {"table": table, "filter": chosen, "total": table.paginator.count}
    return render(request, "oversight/city_reports.html", context)


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def report_new(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    form = PeriodForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report = draft_report(period=form.chosen(), by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("city_report_edit", pk=report.pk)
    return render(request, "oversight/city_report_new.html", {"form": form, "back": reverse("city_reports")})


@staff_page(Act.OVERSEE)
@require_GET
def report_page(request: StaffRequest, pk: int) -> HttpResponse:
    """As it is printed. A draft is its own preview, with the figures of this moment."""
    actor = request.actor
    report = report_for(pk, actor)
    context = {
        "report": report,
        "document": document_of(report),
        "is_draft": report.state == ReportState.DRAFT,
        "ending": report.moves.filter(name__in=BUTTONS).first(),
        "buttons": [move for move in open_moves(CITY_REPORT, state=report.state, by=actor) if move.name in BUTTONS],
        "effects": {
            "discard": _("The draft is given up. Another report of this period can be begun."),
            "withdraw": _("The report stays as it is, with a note. Another of its period can then be issued instead."),
        },
        "moves": report.moves.select_related("by", "by_client", "unit"),
        "steps": CITY_REPORT,
    }
    return render(request, "oversight/city_report.html", context)


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def report_edit(request: StaffRequest, pk: int) -> HttpResponse:
    actor = request.actor
    report, conflict, status = _draft(request, pk, actor), None, 200
    form = ReportForm(request.POST or None, initial={**report.texts, "seen_step": last_step(report)})
    if request.method == "POST" and form.is_valid():
        try:
            revise_report(report=report, texts=form.texts(), by=actor, seen_step=form.cleaned_data["seen_step"])
        except DomainError as refusal:
            status = refusal.status
            if refusal.code == "edit_conflict":
                form, conflict = _after_conflict(form, refusal, report_for(pk, actor))
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Kept as a draft. This is how it will look."))
            return redirect("city_report", pk=pk)
    with one_snapshot():
        figures = key_figures(report.period)
    context = {"report": report, "form": form, "figures": figures, "conflict": conflict, "back": _page_of(report)}
    return render(request, "oversight/city_report_edit.html", context, status=status)


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def report_issue(request: StaffRequest, pk: int) -> HttpResponse:
    """What issuing leads to, in words, before it is done."""
    actor = request.actor
    report, refused = _draft(request, pk, actor), None
    if request.method == "POST":
        seen = request.POST.get("seen_step", "")
        seen_step = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < MOST_DIGITS else None
        try:
            issued = issue_report(report=report, by=actor, seen_step=seen_step)
        except DomainError as refusal:
            refused = refusal
        else:
            messages.success(request, _("Issued as %(number)s.") % {"number": issued.number})
            return redirect("city_report", pk=pk)
    context = {
        "report": report,
        "refused": refused,
        "stands": standing(report),
        "empty": [heading for name, heading in SECTIONS.items() if not getattr(report, name)],
        "seen_step": last_step(report),
        "back": _page_of(report),
    }
    return render(request, "oversight/city_report_issue.html", context, status=refused.status if refused else 200)


@staff_page(Act.OVERSEE)
@require_POST
def report_move(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    act = partial(move_report, report=report_for(pk, request.actor))
    return make_posted_move(request, act, reverse("city_report", args=[pk]))


@staff_page(Act.OVERSEE)
@require_GET
def report_file(request: StaffRequest, pk: int) -> FileResponse:
    """The same as a document that can be edited."""
    report = report_for(pk, request.actor)
    file = BytesIO()
    write_document(file, document_of(report), made_at=report.issued_at or clock.now())
    name = f"{report.number} {report.title}".strip()
    return attachment(file, f"{name}.docx", CONTENT_TYPE)


def _page_of(report: CityReport) -> str:
    return reverse("city_report", args=[report.pk])


def _draft(request: StaffRequest, pk: int, actor: Actor) -> CityReport:
    """What comes from an old tab is refused by the service, in words."""
    report = report_for(pk, actor)
    if request.method == "GET" and report.state != ReportState.DRAFT:
        raise NotFound
    return report


def _after_conflict(typed: ReportForm, refusal: DomainError, report: CityReport) -> tuple[ReportForm, dict[str, Any]]:
    """The form as it was typed, ready to be kept over what the other person wrote, and the two side by side."""
    form = ReportForm({**typed.cleaned_data, "seen_step": refusal.details["seen_step"]})
    form.is_valid()
    return form, {
        "by": refusal.details["by"],
        "at": datetime.fromisoformat(refusal.details["at"]),
        "step": CITY_REPORT[refusal.details["step"]].label,
        "lines": [
            {"label": form.fields[name].label, "old": theirs, "new": typed.cleaned_data[name]}
            for name, theirs in report.texts.items()
            if typed.cleaned_data[name] != theirs
        ],
    }
