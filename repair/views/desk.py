"""The unit's desk: queue, case, entry for a visitor, documents."""

from functools import partial

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from catalog.selectors import working_days_left
from jinan_credit.accounts.applicants import Receipt, keep_receipt
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.services.messages import messages_of_case
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.selectors import cooperating_units, notices_of_case, told_units
from repair.desks import REPAIRS
from repair.filters import RepairFilter
from repair.forms import EnterRepairForm
from repair.models import RepairApplication, RepairEvidence
from repair.selectors import figures_for, is_barred, open_moves_of
from repair.services.applications import (
    submit_repair_by_document,
)
from repair.services.decisions import move_repair
from repair.tables import RepairTable
from repair.workflow import REPAIR


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def repairs(request: StaffRequest) -> HttpResponse:
    mine = RepairApplication.objects.visible_to(request.actor).select_related("entry", "credit_list")
    chosen = RepairFilter(request.GET, queryset=mine)
    table = RepairTable(chosen.qs)
    paged(request, table)
    context = {
        "filter": chosen,
        "table": table,
        "total": chosen.qs.count(),
        "may_enter": request.actor.may(Act.VERIFY_REPAIRS),
        "figures": figures_for(request.actor, clock.today().year),
    }
    return render(request, "repair/repairs.html", context)


@staff_page(Act.SEE_WORKBENCH)
def repair(request: StaffRequest, pk: int) -> HttpResponseBase:
    case = _case(request, pk)
    if request.method == "POST":
        return make_posted_move(
            request, partial(move_repair, application=case), REPAIRS.address(request, pk), REPAIRS.go_on
        )
    moves = open_moves_of(case, request.actor)
    context = {
        "case": case,
        "moves": moves,
        "has_steps": bool(moves),
        "is_barred": is_barred(case, request.actor),
        "effects": _effects(case) if moves else {},
        "days_left": working_days_left(case.due_on) if case.is_open else None,
        "workflow": REPAIR,
        "letters": notices_of_case(case.receipt_number),
        "told": messages_of_case(case.receipt_number),
    }
    return render(request, "repair/repair.html", context)


@staff_page(Act.VERIFY_REPAIRS)
def enter(request: StaffRequest) -> HttpResponseBase:
    form = EnterRepairForm(request.POST or None, request.FILES or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            submitted = submit_repair_by_document(
                credit_list=data["credit_list"],
                document_number=data["document_number"],
                applicant=form.applicant,
                plea=form.plea(data["documents"]),
                by=request.actor,
                evidence=data["evidence"],
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            case = submitted.application
            keep_receipt(request, Receipt(case.receipt_number, submitted.secret, case.decide_due_on.isoformat()))
            return redirect("repair_received")
    return render(request, "repair/enter.html", {"form": form})


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def evidence(request: StaffRequest, pk: int) -> FileResponse:
    document = get_object_or_404(RepairEvidence.objects.visible_to(request.actor).select_related("application"), pk=pk)
    return attachment(document.file, document.download_name, document.content_type)


def _case(request: StaffRequest, pk: int) -> RepairApplication:
    cases = RepairApplication.objects.visible_to(request.actor).select_related(
        "entry__credit_list",
        "entry__unit",
        "entry__subject",
        "credit_list",
        "unit",
        "rule_profile",
        "verified_by",
        "approved_by",
    )
    return get_object_or_404(cases, pk=pk)


def _effects(case: RepairApplication) -> dict[str, str]:
    """What a step leads to, in words."""
    told, released = told_units(case.credit_list).count(), cooperating_units(case.credit_list).count()
    if case.person_index:
        leaves = ngettext(
            "The person is taken off the entry, which stays; %(count)d unit is told and must confirm release.",
            "The person is taken off the entry, which stays; %(count)d units are told and must confirm release.",
            released,
        )
    else:
        leaves = ngettext(
            "The entry leaves the list at once, also on the public site; "
            "%(count)d unit is told and must confirm release.",
            "The entry leaves the list at once, also on the public site; "
            "%(count)d units are told and must confirm release.",
            released,
        )
    return {
        "accept": ngettext(
            "%(count)d unit learns that a repair is open. Measures go on until it is approved.",
            "%(count)d units learn that a repair is open. Measures go on until it is approved.",
            told,
        )
        % {"count": told},
        "ask_supplement": _(
            "The applicant is asked once; the working days are counted anew when the supplement is there."
        ),
        "approve": leaves % {"count": released},
        "refuse": ngettext(
            "The entry stays. The applicant gets your reasons and the remedies; %(count)d unit is told.",
            "The entry stays. The applicant gets your reasons and the remedies; %(count)d units are told.",
            told,
        )
        % {"count": told},
        "refuse_false": ngettext(
            "The entry stays and new applications are barred for %(days)d days; %(count)d unit is told.",
            "The entry stays and new applications are barred for %(days)d days; %(count)d units are told.",
            told,
        )
        % {"count": told, "days": case.rule_profile["false_material_bar_days"]},
    }
