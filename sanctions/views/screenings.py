"""The screening desk, its results and receipts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, DataProfile
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.enums import Mark
from sanctions.enums import HitState
from sanctions.filters import ScreeningFilter
from sanctions.forms import ReceiptForm, ReportForm, ScreeningForm
from sanctions.models import Execution, Hit, Screening
from sanctions.selectors.duties import lists_of
from sanctions.selectors.rewards import entitlements, promises_of_parties
from sanctions.selectors.screenings import (
    FoundEntry,
    answers_of,
    found_entries,
    screening_for,
    screenings_list,
    suggested_entries,
)
from sanctions.services.executions import answer_hit
from sanctions.services.receipts import read_receipt
from sanctions.services.screenings import close_screening, screen
from sanctions.tables import ScreeningTable
from sanctions.workflow import SCREENING


@login_required
def screening_new(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Act.SCREEN_PARTIES)
    form = ScreeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            screening = screen(
                party=form.party(),
                matter=form.matter_given(),
                purpose=given["purpose"],
                as_of=given["as_of"],
                by=actor,
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("screening", pk=screening.pk)
    lists = lists_of(actor.unit) if actor.unit else {}
    context = {"form": form, "list_count": len(lists), "recent": screenings_list(actor)[:5]}
    return render(request, "sanctions/screening_new.html", context)


@login_required
@require_GET
def screening_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Act.SCREEN_PARTIES)
    chosen = ScreeningFilter(request.GET, queryset=screenings_list(actor), request=request)
    table = ScreeningTable(chosen.qs)
    paged(request, table)
    context = {"table": table, "filter": chosen, "total": chosen.qs.count()}
    return render(request, "sanctions/screening_list.html", context)


@login_required
@require_GET
def screening_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render(request, "sanctions/screening.html", _page(screening_for(pk, actor), actor))


@login_required
@require_GET
def screening_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    screening = screening_for(pk, actor)
    found = found_entries(screening, DataProfile.MASKED)
    return render(request, "sanctions/receipt.html", {"screening": screening, "found": found})


@login_required
def receipt_check(request: HttpRequest) -> HttpResponse:
    """Whether a receipt is genuine, and what it says."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Act.SEE_WORKBENCH)
    form, payload = ReceiptForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            payload = read_receipt(form.cleaned_data["receipt"])
        except DomainError as refusal:
            add_refusal(form, refusal)
    return render(request, "sanctions/receipt_check.html", {"form": form, "payload": payload})


@login_required
@require_POST
def screening_close(request: HttpRequest, pk: UUID) -> HttpResponseRedirect:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    screening = screening_for(pk, actor)
    try:
        close_screening(screening=screening, by=actor)
        messages.success(request, _("The screening is closed."))
    except DomainError as refusal:
        note_refusal(request, refusal)
    return redirect("screening", pk=pk)


@login_required
@require_POST
def hit_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer to one hit; what was typed stays when it is refused."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    hit = _own_hit(pk, actor)
    screening = screening_for(hit.screening_id, actor)
    found = next(one for one in found_entries(screening, DataProfile.MASKED) if one.hit.pk == pk)
    form = ReportForm(request.POST, request.FILES, measures=found.measures, prefix=f"hit-{pk}")
    if form.is_valid():
        try:
            answer_hit(hit=hit, report=form.report(), by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The hit is answered. The initiating unit sees the answer."))
            return redirect("screening", pk=screening.pk)
    return render(request, "sanctions/screening.html", _page(screening, actor, {pk: form}), status=422)


def _own_hit(pk: int, actor: Actor) -> Hit:
    try:
        return Hit.objects.visible_to(actor).get(pk=pk)
    except Hit.DoesNotExist:
        raise NotFound("not_found", _("Not found.")) from None


def _page(screening: Screening, actor: Actor, forms: dict[int, ReportForm] | None = None) -> dict[str, Any]:
    found = found_entries(screening, DataProfile.MASKED)
    answers = answers_of(one.hit for one in found)
    owed = promises_of_parties([one.hit.entry_id for one in found], actor)
    return {
        "screening": screening,
        "lines": [
            {
                **_line(one, answers.get(one.hit.pk, []), actor, forms or {}),
                "entitlements": entitlements(one.measures),
                "is_flagged": Mark.BLACK_LISTED in one.entry["marks"],
                "promises": owed.get(one.hit.entry_id, []),
            }
            for one in found
        ],
        "suggestions": suggested_entries(screening, DataProfile.MASKED),
        "open_hits": sum(one.hit.state == HitState.OPEN for one in found),
        "buttons": open_moves(SCREENING, state=screening.state, by=actor),
        "moves": screening.moves.select_related("by", "by_client", "unit"),
        "workflow": SCREENING,
    }


def _line(found: FoundEntry, answers: list[Execution], actor: Actor, forms: dict[int, ReportForm]) -> dict[str, Any]:
    hit = found.hit
    form = None
    if hit.state == HitState.OPEN and actor.may(Act.SIGN_TASKS):
        form = forms.get(hit.pk) or ReportForm(measures=found.measures, prefix=f"hit-{hit.pk}")
    return {"hit": hit, "entry": found.entry, "measures": found.measures, "answers": answers, "form": form}
