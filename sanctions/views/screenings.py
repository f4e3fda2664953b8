"""The screening desk, its results and receipts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, DataProfile
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.rate import rate_limited
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.enums import LEFT, Mark
from lists.models import CreditList, Entry
from sanctions.enums import HitState, RowResult, ScreeningResult
from sanctions.filters import ScreeningFilter
from sanctions.forms import AnswerForm, ReceiptForm, ScreeningForm
from sanctions.models import Execution, Hit, Screening
from sanctions.rules import result_of_all
from sanctions.selectors.duties import lists_of
from sanctions.selectors.rewards import entitlements, promises_of_parties
from sanctions.selectors.screenings import (
    FoundEntry,
    answers_of,
    consortium_of,
    found_entries,
    measures_of_open_hits,
    screening_for,
    screenings_list,
    suggested_entries,
)
from sanctions.services.answers import answer_hits
from sanctions.services.executions import Report, answer_hit
from sanctions.services.judgements import judge_not_same, withdraw_judgement
from sanctions.services.looking_up import look_up_all
from sanctions.services.receipts import is_about, read_receipt
from sanctions.services.screenings import close_screening, keep
from sanctions.tables import ScreeningTable
from sanctions.workflow import SCREENING

ANSWERED_MEANWHILE = ("already_answered", "nothing_to_answer")


@staff_page(Act.SCREEN_PARTIES)
def screening_new(request: HttpRequest) -> HttpResponse:
    """The desk. `?joins=<screening>`: another party of the same matter; else it begins as the officer's last one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    joins = _joined(request.GET.get("joins", ""), actor)
    form = ScreeningForm(request.POST or None, initial=_begun(actor, joins))
    if request.method == "POST" and form.is_valid():
        try:
            screened = look_up_all(parties=form.parties(), query=form.query(), by=actor, joins=joins)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            keep(screened)
            return redirect(f"{reverse('screening', args=[screened[0].screening.pk])}#answer")
    lists = lists_of(actor.unit) if actor.unit else {}
    context = {"form": form, "joins": joins, "list_count": len(lists), "recent": screenings_list(actor)[:5]}
    return render(request, "sanctions/screening_new.html", context)


def _joined(pk: str, actor: Actor) -> Screening | None:
    try:
        return screening_for(UUID(pk), actor) if pk else None
    except ValueError:
        raise NotFound from None


def _begun(actor: Actor, joins: Screening | None) -> dict[str, str]:
    """What an officer would type again: the matter and the purpose, and in the same matter its reference."""
    last = joins or Screening.objects.visible_to(actor).filter(by=actor.user).order_by("-pk").first()
    if last is None:
        return {}
    again = {"matter": last.matter_name, "matter_code": last.matter_code, "purpose": last.purpose}
    return again | ({"reference": last.matter_reference} if joins else {})


@staff_page(Act.SCREEN_PARTIES)
@require_GET
def screening_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = ScreeningFilter(request.GET, queryset=screenings_list(actor), request=request)
    table = paged(request, ScreeningTable(chosen.qs))
    context = {"table": table, "filter": chosen, "total": table.paginator.count}
    return render(request, "sanctions/screening_list.html", context)


@staff_page(Act.SCREEN_PARTIES)
@require_GET
def screening_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render(request, "sanctions/screening.html", _page(screening_for(pk, actor), actor))


@staff_page(Act.SCREEN_PARTIES)
@require_GET
def screening_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    screening = screening_for(pk, actor)
    found = found_entries(screening, DataProfile.MASKED)
    check_address = request.build_absolute_uri(reverse("receipt_check"))
    context = {"screening": screening, "found": found, "list_names": _list_names(), "check_address": check_address}
    return render(request, "sanctions/receipt.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("20/minute", "receipt")
def receipt_check(request: HttpRequest) -> HttpResponse:
    """For anybody who was handed a receipt: whether it is genuine, and what it says. It names no party."""
    form, context = ReceiptForm(request.POST or None), dict[str, Any]()
    if request.method == "POST" and form.is_valid():
        try:
            payload = read_receipt(form.cleaned_data["receipt"])
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            code = form.cleaned_data["code"]
            context = {
                "payload": payload,
                "unit": Unit.objects.filter(code=payload["unit"]).first(),
                "at": datetime.fromisoformat(payload["at"]),
                "result": ScreeningResult(payload["result"]) if "result" in payload else None,
                "counts": [(RowResult(one.upper()).label, number) for one, number in payload.get("counts", {}).items()],
                "code": code if "party" in payload else "",
                "is_about": bool(code) and "party" in payload and is_about(payload, code),
            }
    return render(request, "sanctions/receipt_check.html", {"form": form, **context})


@staff_page(Act.SCREEN_PARTIES)
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


@staff_page(Act.SIGN_TASKS)
@require_POST
def hit_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer to one hit; what was typed stays when it is refused."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    hit = _own_hit(pk, actor)
    screening = screening_for(hit.screening_id, actor)
    found = next(one for one in found_entries(screening, DataProfile.MASKED) if one.hit.pk == pk)
    form = AnswerForm(request.POST, request.FILES, measures=found.measures, prefix=f"hit-{pk}")
    return _answered(request, screening, form, pk, lambda report: answer_hit(hit=hit, report=report, by=actor))


@staff_page(Act.SIGN_TASKS)
@require_POST
def hits_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One answer to all open hits of a screening and of its consortium."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    screening = screening_for(pk, actor)
    form = AnswerForm(request.POST, request.FILES, measures=measures_of_open_hits(screening), prefix="all")
    return _answered(
        request, screening, form, 0, lambda report: answer_hits(screening=screening, report=report, by=actor)
    )


def _answered(
    request: HttpRequest, screening: Screening, form: AnswerForm, key: int, act: Callable[[Report], object]
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            act(form.report())
        except DomainError as refusal:
            if refusal.code not in ANSWERED_MEANWHILE:
                add_refusal(form, refusal)
            else:  # the page has no form left to say it in
                note_refusal(request, refusal)
                return redirect("screening", pk=screening.pk)
        else:
            messages.success(request, _("Answered. The initiating unit sees it."))
            if form.is_last_word:
                _close_if_done(request, screening)
            return redirect(f"{reverse('screening', args=[screening.pk])}#answer")
    return render(request, "sanctions/screening.html", _page(screening, actor, {key: form}), status=422)


def _close_if_done(request: HttpRequest, screening: Screening) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        close_screening(screening=screening, by=actor)
        messages.success(request, _("The screening is closed."))
    except DomainError as refusal:
        if refusal.code != "hits_open":  # the officer goes on with the next one
            note_refusal(request, refusal)


@staff_page(Act.SCREEN_PARTIES)
@require_POST
def not_same_party(request: HttpRequest, pk: UUID) -> HttpResponseRedirect:
    """The unit's judgement on a suggestion, or its withdrawal."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    act = withdraw_judgement if request.POST.get("withdraw") else judge_not_same
    screening = screening_for(pk, actor)
    try:
        entry_id = UUID(request.POST.get("entry", ""))
    except ValueError:
        raise NotFound from None
    try:
        act(screening=screening, entry_id=entry_id, by=actor, reason=request.POST.get("reason", "")[:300])
    except DomainError as refusal:
        note_refusal(request, refusal)
    return redirect(f"{reverse('screening', args=[pk])}#suggestions")


def _own_hit(pk: int, actor: Actor) -> Hit:
    try:
        return Hit.objects.visible_to(actor).get(pk=pk)
    except Hit.DoesNotExist:
        raise NotFound from None


def _page(screening: Screening, actor: Actor, forms: dict[int, AnswerForm] | None = None) -> dict[str, Any]:
    found = found_entries(screening, DataProfile.MASKED)
    answers = answers_of(one.hit for one in found)
    owed = promises_of_parties([one.hit.entry_id for one in found], actor)
    left = {
        entry.pk: entry for entry in Entry.objects.filter(pk__in=[one.hit.entry_id for one in found], state__in=LEFT)
    }
    members = consortium_of(screening)
    open_lines = sum(one.hit.state == HitState.OPEN for one in found)
    open_hits = Hit.objects.open().filter(screening__in=members).count() if members else open_lines
    together = None
    if (open_hits > 1 or open_hits > open_lines) and actor.may(Act.SIGN_TASKS):
        together = (forms or {}).get(0) or AnswerForm(measures=measures_of_open_hits(screening), prefix="all")
    lines = [
        {
            **_line(one, answers.get(one.hit.pk, []), actor, forms or {}),
            "entitlements": entitlements(one.measures),
            "is_flagged": Mark.BLACK_LISTED in one.entry["marks"],
            "promises": owed.get(one.hit.entry_id, []),
            "left": left.get(one.hit.entry_id),
        }
        for one in found
    ]
    return {
        "screening": screening,
        "is_to_be_rewarded": all(line["entitlements"] and not line["is_flagged"] for line in lines),
        "list_names": _list_names(),
        "members": members,
        "result_of_all": ScreeningResult(result_of_all(one.result for one in members)),
        "together": together,
        "lines": lines,
        "suggestions": suggested_entries(screening, DataProfile.MASKED),
        "open_hits": open_hits,
        "buttons": open_moves(SCREENING, state=screening.state, by=actor),
        "moves": screening.moves.select_related("by", "by_client", "unit"),
        "workflow": SCREENING,
    }


def _list_names() -> dict[str, str]:
    """By code, which is what receipts and published entries hold."""
    return dict(CreditList.objects.values_list("code", "name"))


def _line(found: FoundEntry, answers: list[Execution], actor: Actor, forms: dict[int, AnswerForm]) -> dict[str, Any]:
    hit = found.hit
    form = None
    if hit.state == HitState.OPEN and actor.may(Act.SIGN_TASKS):
        form = forms.get(hit.pk) or AnswerForm(measures=found.measures, prefix=f"hit-{hit.pk}")
    return {"hit": hit, "entry": found.entry, "measures": found.measures, "answers": answers, "form": form}
