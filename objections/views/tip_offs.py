"""The desk of tip-offs: for who receives them all, for the unit that verifies one, for who watches over it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from catalog.selectors import working_days_left
from jinan_credit.accounts.applicants import Receipt, keep_receipt
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import require_move
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.services.messages import messages_of_case
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.forms.entries import ROWS_OF_PERSONS, ListChoiceForm
from lists.models import CreditList
from objections.desks import TIP_OFFS
from objections.filters import TipOffFilter
from objections.forms import AssignForm, EnterTipOffForm, ForwardForm, LookForm, VerificationForm
from objections.models import TipOff, TipOffEvidence
from objections.selectors import lists_of_dishonesty, open_moves_of_tip_off
from objections.services.reporters import is_named, see_reporter
from objections.services.tip_offs import (
    assign_tip_off,
    forward_tip_off,
    receive_tip_off,
)
from objections.services.verifying import move_tip_off, verify_tip_off
from objections.tables import TipOffTable
from objections.workflow import TIP_OFF

desk_page = staff_page(Act.VERIFY_TIP_OFFS, Act.ASSIGN_TIP_OFFS, Act.SEE_REPORTERS)

PAGES = {"assign": "tip_off_assign", "verify": "tip_off_verify", "forward": "tip_off_forward"}
"""The steps that need more than a reason."""
EFFECTS = {
    "hand_back": gettext_lazy("Your unit sees it no more; it is assigned to another."),
    "answer": gettext_lazy("The reporter reads this with receipt number and query code. It ends the tip-off."),
    "find_nothing": gettext_lazy("No unit verifies it. The reporter is answered."),
}


@desk_page
@require_GET
def tip_offs(request: StaffRequest) -> HttpResponse:
    mine = TipOff.objects.visible_to(request.actor).select_related("credit_list", "unit")
    chosen = TipOffFilter(request.GET, queryset=mine, request=request)
    table = TipOffTable(chosen.qs)
    paged(request, table)
    context = {
        "filter": chosen,
        "table": table,
        "total": table.paginator.count,
        "may_enter": request.actor.may(Act.ASSIGN_TIP_OFFS),
    }
    return render(request, "objections/tip_offs.html", context)


@staff_page(Act.ASSIGN_TIP_OFFS)
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
def enter(request: StaffRequest) -> HttpResponse:
    """For a visitor, a caller or a letter; who reports is kept apart as if he had used the public form."""
    is_sent = request.method == "POST"
    form = EnterTipOffForm(*(request.POST, request.FILES) if is_sent else ())
    if is_sent and form.is_valid():
        evidence = form.cleaned_data["evidence"]
        try:
            received = receive_tip_off(claim=form.claim, by=request.actor, reporter=form.reporter, evidence=evidence)
        except DomainError as refusal:
            _show(form, refusal)
        else:
            case = received.tip_off
            keep_receipt(request, Receipt(case.receipt_number, received.secret, case.due_on.isoformat()))
            return redirect("tip_off_received")
    return render(request, "objections/tip_off_enter.html", {"form": form}, status=400 if form.errors else 200)


@desk_page
@require_http_methods(["GET", "POST"])
def tip_off(request: StaffRequest, pk: int) -> HttpResponseBase:
    case = _case(request, pk)
    if request.method == "POST":
        return make_posted_move(request, partial(move_tip_off, tip_off=case), TIP_OFFS.address(request, pk), _go_on)
    moves = open_moves_of_tip_off(case, request.actor)
    sees_reporters = request.actor.may(Act.SEE_REPORTERS)
    context = {
        "case": case,
        "moves": [move for move in moves if move.name not in PAGES],
        "pages": [(move, PAGES[move.name]) for move in moves if move.name in PAGES],
        "effects": EFFECTS,
        "days_left": working_days_left(case.deadline) if case.is_open else None,
        "workflow": TIP_OFF,
        "sees_reporters": sees_reporters,
        "is_named": sees_reporters and is_named(case),
        "told": messages_of_case(case.receipt_number) if sees_reporters else [],
        "looks": case.looks.select_related("by", "unit") if sees_reporters else [],
        "sees_entry": case.entry is not None and case.entry.unit == request.actor.unit,
    }
    return render(request, "objections/tip_off.html", context)


@staff_page(Act.ASSIGN_TIP_OFFS)
@require_http_methods(["GET", "POST"])
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    case = _case(request, pk)
    require_move(TIP_OFF, "assign", state=case.state, by=request.actor)
    form = AssignForm(request.POST if request.method == "POST" else None, tip_off=case)
    if request.method == "POST" and form.is_valid():
        try:
            assign_tip_off(tip_off=case, unit=form.cleaned_data["unit"], by=request.actor)
        except DomainError as refusal:
            _show(form, refusal)
        else:
            return _go_on(request, case, _("Assigned. The unit finds it among its work."))
    return _form_page(request, case, form, "assign")


@staff_page(Act.ASSIGN_TIP_OFFS)
@require_http_methods(["GET", "POST"])
def forward(request: StaffRequest, pk: int) -> HttpResponse:
    case = _case(request, pk)
    require_move(TIP_OFF, "forward", state=case.state, by=request.actor, reason="-")
    form = ForwardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            forward_tip_off(tip_off=case, to=values["forwarded_to"], by=request.actor, reason=values["reason"])
        except DomainError as refusal:
            _show(form, refusal)
        else:
            return _go_on(request, case, _("Forwarded. Tell the reporter where to."))
    return _form_page(request, case, form, "forward")


@staff_page(Act.VERIFY_TIP_OFFS)
@require_http_methods(["GET", "POST"])
def verify(request: StaffRequest, pk: int) -> HttpResponse:
    """First the list, where the unit initiates more than one, then findings and draft."""
    case = _case(request, pk)
    if case.unit != request.actor.unit:
        raise NotFound("tip_off_not_found", _("There is no such tip-off."))
    require_move(TIP_OFF, "verify", state=case.state, by=request.actor, reason="-")
    lists = lists_of_dishonesty().initiated_by(case.unit)
    code = request.GET.get("credit_list", "")
    credit_list = lists.filter(code=code).first() if code else (lists[0] if len(lists) == 1 else None)
    context: dict[str, Any] = {"case": case, "credit_list": credit_list}
    if credit_list is None:
        choice = ListChoiceForm(lists=lists, initial={"credit_list": case.credit_list})
        return render(request, "objections/tip_off_verify.html", {**context, "form": choice})
    form = _verification(request, case, credit_list)
    if request.method == "POST" and "more_persons" not in request.POST and form.is_valid():
        values = form.cleaned_data
        try:
            entry = verify_tip_off(
                tip_off=case, credit_list=credit_list, values=values, by=request.actor, reason=values["findings"]
            )
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Verified. The draft is kept; submit it when it is complete."))
            return redirect("entry", entry.pk)
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "objections/tip_off_verify.html", {**context, "form": form}, status=status)


@staff_page(Act.SEE_REPORTERS)
@require_http_methods(["GET", "POST"])
@never_cache
def reporter(request: StaffRequest, pk: int) -> HttpResponse:
    """Who made it: with a reason, logged, shown in this one answer."""
    case = _case(request, pk)
    form, seen = LookForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            seen = see_reporter(tip_off=case, by=request.actor, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            _show(form, refusal)
    context = {"case": case, "form": form, "seen": seen, "is_named": is_named(case)}
    return render(request, "objections/tip_off_reporter.html", context, status=400 if form.errors else 200)


@desk_page
@require_GET
def evidence(request: StaffRequest, pk: int) -> FileResponse:
    document = get_object_or_404(TipOffEvidence.objects.visible_to(request.actor).select_related("tip_off"), pk=pk)
    return attachment(document.file, document.download_name, document.content_type)


def _case(request: StaffRequest, pk: int) -> TipOff:
    cases = TipOff.objects.visible_to(request.actor).select_related(
        "credit_list", "unit", "rule_profile", "entry__credit_list", "entry__unit", "concluded_by", "answered_by"
    )
    return get_object_or_404(cases, pk=pk)


def _go_on(request: StaffRequest, case: TipOff, said: str) -> HttpResponseRedirect:
    """Whoever hands one back sees it no more."""
    is_seen = TipOff.objects.visible_to(request.actor).filter(pk=case.pk).exists()
    return TIP_OFFS.go_on(request, case, said, is_seen=is_seen)


def _verification(request: StaffRequest, case: TipOff, credit_list: CreditList) -> VerificationForm:
    """With what was typed; where more rows for persons are wanted nothing is judged yet."""
    if request.method != "POST":
        return VerificationForm(tip_off=case, credit_list=credit_list)
    wants_more = "more_persons" in request.POST
    rows = ROWS_OF_PERSONS if wants_more else 0
    form = VerificationForm(request.POST, tip_off=case, credit_list=credit_list, rows=rows)
    if wants_more:
        form.wait()
    return form


def _show(form: Any, refusal: DomainError) -> None:
    if isinstance(refusal, NotFound):
        raise refusal
    add_refusal(form, refusal)


def _form_page(request: StaffRequest, case: TipOff, form: Any, move: str) -> HttpResponse:
    context = {"case": case, "form": form, "move": TIP_OFF[move]}
    return render(request, "objections/tip_off_step.html", context, status=400 if form.errors else 200)
