"""案例: one's own unit's cases, or all that were reported; one of them; a new one; writing it anew."""

from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from sanctions.case_forms import CaseForm
from sanctions.case_tables import CaseExecutionTable, CaseFilter, CaseTable
from sanctions.enums import CaseFlaw
from sanctions.models import CaseReport
from sanctions.selectors.cases import case_for, cases_visible_to, executions_for_cases
from sanctions.services.case_texts import prefilled, text_of
from sanctions.services.cases import REVISABLE, draft_case, move_case, revise_case
from sanctions.workflow import CASE

BUTTONS = {"report", "adopt", "send_back", "withdraw"}


class Step(NamedTuple):
    """A line of the timeline that is no move of the workflow."""

    name: str
    label: Any


class Difference(NamedTuple):
    """A part of the text as another person kept it meanwhile, and as it was typed."""

    label: Any
    old: str
    new: str


WRITING_STEPS = (Step("draft", gettext_lazy("Drafted")), Step("revise", gettext_lazy("Revised")))


@staff_page(Act.SEE_WORKBENCH, Act.SEE_AUDIT)
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    sees_all = actor.may(Act.CIRCULATE_CASES) or actor.may(Act.SEE_AUDIT)
    chosen = CaseFilter(request.GET, queryset=cases_visible_to(actor), request=request)
    if not sees_all:
        del chosen.form.fields["unit"]
    table = paged(request, CaseTable(chosen.qs, exclude=() if sees_all else ("unit",)))
    context = {
        "table": table,
        "filter": chosen,
        "total": table.paginator.count,
        "may_report": actor.may(Act.REPORT_CASES),
    }
    return render(request, "sanctions/case_list.html", context)


@staff_page(Act.REPORT_CASES)
@require_GET
def case_choose(request: HttpRequest) -> HttpResponse:
    """Of which execution the case is made."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    table = paged(request, CaseExecutionTable(executions_for_cases(actor)))
    return render(request, "sanctions/case_choose.html", {"table": table})


@staff_page(Act.REPORT_CASES)
@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as the execution gives it, to be revised and kept as a draft."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    execution = executions_for_cases(actor).filter(pk=pk).first()
    if execution is None:
        raise NotFound
    form = CaseForm(request.POST or None, initial=vars(prefilled(execution)))
    if request.method == "POST" and form.is_valid():
        try:
            made = draft_case(execution=execution, text=form.text(), by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Kept as a draft. Read it once more, then report it."))
            return redirect("case", pk=made.pk)
    context = {"form": form, "back": reverse("case_choose"), "about": CaseReport(execution=execution)}
    return render(request, "sanctions/case_form.html", context)


@staff_page(Act.REPORT_CASES)
@require_http_methods(["GET", "POST"])
def case_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case, conflict = _own(pk, actor), None
    if request.method == "GET" and case.state not in REVISABLE:
        raise NotFound
    last = case.moves.order_by("-pk").values_list("pk", flat=True).first()
    form = CaseForm(request.POST or None, initial={**vars(text_of(case)), "seen_step": last})
    if request.method == "POST" and form.is_valid():
        try:
            revise_case(case=case, text=form.text(), by=actor, seen_step=form.cleaned_data["seen_step"])
        except DomainError as refusal:
            if refusal.code == "edit_conflict":
                form, conflict = _after_conflict(form, refusal, _own(pk, actor))
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Kept. Read it once more, then report it."))
            return redirect("case", pk=pk)
    context = {"form": form, "back": reverse("case", args=[pk]), "about": case, "conflict": conflict}
    return render(request, "sanctions/case_form.html", context, status=409 if conflict else 200)


def _after_conflict(typed: CaseForm, refusal: DomainError, case: CaseReport) -> tuple[CaseForm, dict[str, Any]]:
    """The form as it was typed, ready to be kept over what the other person wrote, and the two side by side."""
    form = CaseForm({**typed.cleaned_data, "seen_step": refusal.details["seen_step"]})
    form.is_valid()
    lines = [
        Difference(form.fields[name].label, theirs, mine)
        for name, theirs in vars(text_of(case)).items()
        if (mine := typed.cleaned_data[name]) != theirs
    ]
    steps = {step.name: step.label for step in (*CASE, *WRITING_STEPS)}
    return form, {
        "by": refusal.details["by"],
        "at": datetime.fromisoformat(refusal.details["at"]),
        "step": steps.get(refusal.details["step"], refusal.details["step"]),
        "lines": lines,
    }


@staff_page(Act.SEE_WORKBENCH, Act.SEE_AUDIT)
@require_GET
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render(request, "sanctions/case.html", _page(case_for(pk, actor), actor))


def _page(case: CaseReport, actor: Actor) -> dict[str, Any]:
    is_own = actor.unit is not None and case.unit_id == actor.unit.pk
    moves = open_moves(CASE, state=case.state, by=actor, made_by=case.makers)
    return {
        "case": case,
        "is_own": is_own,
        "flaw": CaseFlaw(case.flaw).label if case.flaw else "",
        "may_revise": is_own and case.state in REVISABLE and actor.may(Act.REPORT_CASES),
        "buttons": [move for move in moves if move.name in BUTTONS and (is_own or move.act != Act.REPORT_CASES)],
        "effects": {
            "report": _("The text goes to the coordinator. It is checked that it names no natural person."),
            "adopt": _("The case can then be collected into a bulletin. Its text cannot be changed any more."),
            "send_back": _("The unit reads your reason, corrects the case and reports it again."),
        },
        "moves": case.moves.select_related("by", "by_client", "unit"),
        "steps": [*CASE, *WRITING_STEPS],
    }


@staff_page(Act.REPORT_CASES, Act.CIRCULATE_CASES)
@require_POST
def case_move(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    act = partial(move_case, case=case_for(pk, request.actor))
    return make_posted_move(request, act, reverse("case", args=[pk]))


def _own(pk: int, actor: Actor) -> CaseReport:
    """`not_found` when it is another unit's."""
    case = case_for(pk, actor)
    if actor.unit is None or case.unit_id != actor.unit.pk:
        raise NotFound
    return case
