"""The unit's desk: queue, case, decision, entry for a visitor, documents."""

from functools import partial

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from catalog.selectors import working_days_left
from jinan_credit.accounts.applicants import Receipt, keep_receipt
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.services.messages import messages_of_case
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.selectors import cooperating_units, notices_of_case, told_units
from objections.desks import OBJECTIONS
from objections.enums import DocumentPurpose
from objections.filters import ObjectionFilter
from objections.forms import CorrectionForm, EnterObjectionForm
from objections.models import Extension, Objection, ObjectionEvidence
from objections.selectors import (
    moves_of_extension,
    open_moves_of,
    requests_open_to,
    why_not_mine,
)
from objections.services.decisions import move_objection, uphold_by_correction
from objections.services.extensions import move_extension
from objections.services.objections import (
    submit_objection_by_document,
)
from objections.tables import ObjectionTable
from objections.workflow import EXTENSION, HELP, OBJECTION

PAGES = {"correct", "pause", "resume"}
"""The steps that need more than a reason."""


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def objections(request: StaffRequest) -> HttpResponse:
    mine = Objection.objects.visible_to(request.actor).select_related("entry", "credit_list")
    chosen = ObjectionFilter(request.GET, queryset=mine)
    table = ObjectionTable(chosen.qs)
    paged(request, table)
    context = {
        "filter": chosen,
        "table": table,
        "total": chosen.qs.count(),
        "may_enter": request.actor.may(Act.EXAMINE_OBJECTIONS),
        "may_help": request.actor.may(Act.ANSWER_HELP),
    }
    return render(request, "objections/objections.html", context)


@staff_page(Act.SEE_WORKBENCH)
def objection(request: StaffRequest, pk: int) -> HttpResponseBase:
    case = _case(request, pk)
    if request.method == "POST":
        return make_posted_move(
            request, partial(move_objection, objection=case), OBJECTIONS.address(request, pk), OBJECTIONS.go_on
        )
    moves, requests = open_moves_of(case, request.actor), requests_open_to(case, request.actor)
    extension = case.extensions.first()
    context = {
        "case": case,
        "moves": [move for move in moves if move.name not in PAGES],
        "pages": {move.name for move in moves} | requests,
        "help_requests": case.help_requests.select_related("unit", "answered_by").prefetch_related(
            "documents__objection", "moves"
        ),
        "help_workflow": HELP,
        "extension_workflow": EXTENSION,
        "documents": _documents(case),
        "may_withdraw": request.actor.may(Act.EXAMINE_OBJECTIONS),
        "extension": extension,
        "extension_moves": moves_of_extension(extension, request.actor) if extension else [],
        "has_steps": bool(moves) or bool(requests),
        "is_barred": why_not_mine(case, request.actor),
        "effects": _effects(case) if moves else {},
        "days_left": _days_left(case),
        "workflow": OBJECTION,
        "letters": notices_of_case(case.receipt_number),
        "told": messages_of_case(case.receipt_number),
        "corrections": case.correction_lines,
    }
    return render(request, "objections/objection.html", context)


@staff_page(Act.DECIDE_OBJECTIONS)
@require_POST
def extension(request: StaffRequest, pk: int) -> HttpResponse:
    cases = Objection.objects.visible_to(request.actor).order_by().values("pk")
    asked = get_object_or_404(Extension.objects.filter(objection__in=cases).select_related("objection"), pk=pk)
    return make_posted_move(
        request,
        partial(move_extension, extension=asked),
        OBJECTIONS.address(request, asked.objection_id),
        lambda request, decided, said: OBJECTIONS.go_on(request, decided.objection, said),
    )


@staff_page(Act.DECIDE_OBJECTIONS)
def correct(request: StaffRequest, pk: int) -> HttpResponseBase:
    case = _case(request, pk)
    if case.entry is None:
        raise NotFound
    form = CorrectionForm(request.POST or None, entry=case.entry)
    if request.method == "POST" and form.is_valid():
        try:
            uphold_by_correction(
                objection=case, new_values=form.new_values, by=request.actor, reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return OBJECTIONS.go_on(request, case, _("The entry is corrected; the new version goes to all units."))
    units = told_units(case.credit_list).count()
    return render(request, "objections/correct.html", {"case": case, "form": form, "units": units})


@staff_page(Act.EXAMINE_OBJECTIONS)
def enter(request: StaffRequest) -> HttpResponseBase:
    form = EnterObjectionForm(request.POST or None, request.FILES or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            submitted = submit_objection_by_document(
                credit_list=data["credit_list"],
                document_number=data["document_number"],
                applicant=form.applicant,
                grounds=data["grounds"],
                statement=data["statement"],
                by=request.actor,
                evidence=data["evidence"],
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            case = submitted.objection
            keep_receipt(request, Receipt(case.receipt_number, submitted.secret, case.due_on.isoformat()))
            return redirect("objection_received")
    return render(request, "objections/enter.html", {"form": form})


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def evidence(request: StaffRequest, pk: int) -> FileResponse:
    document = get_object_or_404(ObjectionEvidence.objects.visible_to(request.actor).select_related("objection"), pk=pk)
    return attachment(document.file, document.download_name, document.content_type)


def _case(request: StaffRequest, pk: int) -> Objection:
    cases = Objection.objects.visible_to(request.actor).select_related(
        "entry__credit_list",
        "entry__unit",
        "entry__subject",
        "credit_list",
        "unit",
        "rule_profile",
        "examined_by",
        "decided_by",
    )
    return get_object_or_404(cases, pk=pk)


def _documents(case: Objection) -> dict[str, list[ObjectionEvidence]]:
    """By purpose; those of an answer stand with the answer."""
    documents = list(case.evidence.all())
    purposes = (DocumentPurpose.APPLICANT, DocumentPurpose.INSPECTION)
    return {purpose.value: [one for one in documents if one.purpose == purpose] for purpose in purposes}


def _days_left(case: Objection) -> int | None:
    if not case.is_open:
        return None
    return case.counted_wd if case.paused_on else working_days_left(case.due_on)


def _effects(case: Objection) -> dict[str, str]:
    """What a step leads to, in words."""
    told, released = told_units(case.credit_list).count(), cooperating_units(case.credit_list).count()
    return {
        "accept": ngettext(
            "%(count)d unit learns that an objection is open. Measures are not suspended.",
            "%(count)d units learn that an objection is open. Measures are not suspended.",
            told,
        )
        % {"count": told},
        "ask_supplement": _(
            "The applicant is asked once; the working days are counted anew when the supplement is there."
        ),
        "remove": ngettext(
            "The entry leaves the list at once, also on the public site; "
            "%(count)d unit is told and must confirm release.",
            "The entry leaves the list at once, also on the public site; "
            "%(count)d units are told and must confirm release.",
            released,
        )
        % {"count": released},
        "dismiss": ngettext(
            "The applicant gets your reasons and the remedies; %(count)d unit is told the result.",
            "The applicant gets your reasons and the remedies; %(count)d units are told the result.",
            told,
        )
        % {"count": told},
    }
