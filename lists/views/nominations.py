"""推荐: the nominations one's unit made and those it decides; one of them; a new one; its acceptance."""

from pathlib import PurePath

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import open_moves, require_move
from jinan_credit.accounts.tables import CappedPaginator, paged
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.enums import NominationState
from lists.forms.nominations import AcceptanceForm, NominationForm
from lists.models import Nomination
from lists.nomination_tables import NominationFilter, NominationTable
from lists.services.nominations import accept_nomination, decline_nomination, doubts_about, nominate
from lists.tables import PER_PAGE
from lists.views.staff import StaffRequest, own_unit, staff_page
from lists.views.steps import Step
from lists.workflow import NOMINATION

_STEPS = [*NOMINATION, Step("nominate", gettext_lazy("Nominated"))]
_RELATED = ("credit_list", "unit", "proposed_by", "decided_by", "entry")


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def nominations(request: StaffRequest) -> HttpResponse:
    visible = Nomination.objects.visible_to(request.actor).select_related(*_RELATED)
    filtered = NominationFilter(request.GET, queryset=visible, request=request)
    table = NominationTable(filtered.qs)
    paged(request, table, per_page=PER_PAGE, paginator_class=CappedPaginator)
    context = {
        "filter": filtered,
        "table": table,
        "total": table.paginator.count,
        "may_nominate": request.actor.may(Act.DRAFT_ENTRIES),
    }
    return render(request, "lists/nominations.html", context)


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def nomination_new(request: StaffRequest) -> HttpResponse:
    """Recommend a party; what speaks against it is said at once, as far as this unit may know it."""
    own_unit(request)
    form = NominationForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = nominate(
                credit_list=values["credit_list"], values=values, by=request.actor, document=values["document"]
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Nominated. An initiating unit of the list decides."))
            for doubt in doubts_about(made, request.actor):
                messages.warning(request, str(doubt.why))
            return redirect("nomination", made.pk)
    return render(request, "lists/nomination_form.html", {"form": form}, status=400 if form.errors else 200)


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
def nomination(request: StaffRequest, pk: int) -> HttpResponse:
    """One nomination; of the unit that made it or of one that decides it. Else it is not there (404)."""
    shown = _visible(request, pk)
    decides = shown.credit_list.is_initiated_by(request.actor)
    if request.method == "POST":
        if not decides:
            raise NotFound("nomination_not_found", _("There is no such nomination."))
        return _move(request, shown)
    made_by = [shown.proposed_by_id]
    moves = open_moves(NOMINATION, state=shown.state, by=request.actor, made_by=made_by) if decides else []
    is_open = shown.state == NominationState.OPEN
    context = {
        "nomination": shown,
        "moves": [move for move in moves if move.name == "decline"],
        "may_accept": any(move.name == "accept" for move in moves),
        "is_own_work": decides and is_open and shown.proposed_by_id == request.user.pk,
        "doubts": doubts_about(shown, request.actor) if is_open else [],
        "effects": {"decline": _("The unit that nominated reads your reason here.")},
        "moves_made": shown.moves.select_related("by", "by_client", "unit"),
        "steps": _STEPS,
        "sees_entry": shown.entry is not None and shown.entry.unit_id == own_unit(request).pk,
    }
    return render(request, "lists/nomination.html", context)


def _move(request: StaffRequest, shown: Nomination) -> HttpResponse:
    if request.POST.get("move") != "decline":
        raise Http404
    decline_nomination(nomination=shown, by=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("The nomination was declined."))
    return redirect("nomination", shown.pk)


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def nomination_accept(request: StaffRequest, pk: int) -> HttpResponse:
    """What the draft needs besides the party; then the draft is there."""
    shown = _visible(request, pk)
    if not shown.credit_list.is_initiated_by(request.actor):
        raise NotFound("nomination_not_found", _("There is no such nomination."))
    require_move(NOMINATION, "accept", state=shown.state, by=request.actor, made_by=[shown.proposed_by_id])
    form = AcceptanceForm(request.POST if request.method == "POST" else None, nomination=shown)
    if request.method == "POST" and form.is_valid():
        try:
            entry = accept_nomination(nomination=shown, values=form.cleaned_data, by=request.actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Accepted. The draft is kept; submit it when it is complete."))
            return redirect("entry", entry.pk)
    context = {"form": form, "nomination": shown, "doubts": doubts_about(shown, request.actor)}
    return render(request, "lists/nomination_accept.html", context, status=400 if form.errors else 200)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def nomination_document(request: StaffRequest, pk: int) -> FileResponse:
    """The document of a nomination as an attachment, for those who may see it."""
    shown = _visible(request, pk)
    if not shown.file:
        raise Http404
    name = f"{_('nomination')}-{shown.pk}{PurePath(str(shown.file.name)).suffix}"
    return attachment(shown.file, name, shown.content_type)


def _visible(request: StaffRequest, pk: int) -> Nomination:
    return get_object_or_404(Nomination.objects.visible_to(request.actor).select_related(*_RELATED), pk=pk)
