"""通报: the bulletins; one of them as it is printed; collecting, issuing and withdrawing it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from sanctions.case_forms import BulletinForm
from sanctions.case_tables import BulletinFilter, BulletinTable
from sanctions.enums import BulletinState, CaseFlaw
from sanctions.models import Bulletin
from sanctions.selectors.cases import bulletin_for, bulletins_visible_to, cases_of, cases_to_collect
from sanctions.services.bulletins import draft_bulletin, move_bulletin, revise_bulletin
from sanctions.views.cases import WRITING_STEPS
from sanctions.workflow import BULLETIN


@staff_page(Act.SEE_WORKBENCH, Act.SEE_AUDIT)
@require_GET
def bulletin_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = BulletinFilter(request.GET, queryset=bulletins_visible_to(actor), request=request)
    table = paged(request, BulletinTable(chosen.qs))
    context = {
        "table": table,
        "filter": chosen,
        "total": table.paginator.count,
        "may_issue": actor.may(Act.CIRCULATE_CASES),
    }
    return render(request, "sanctions/bulletin_list.html", context)


@staff_page(Act.SEE_WORKBENCH, Act.SEE_AUDIT)
@require_GET
def bulletin_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft is its own preview: it looks as it will be printed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    bulletin = bulletin_for(pk, actor)
    cases = list(cases_of(bulletin))
    keeps = actor.may(Act.CIRCULATE_CASES)
    context = {
        "bulletin": bulletin,
        "cases": cases,
        "flawed": [(case, CaseFlaw(case.flaw).label) for case in cases if case.flaw],
        "withdrawal": bulletin.moves.filter(name="withdraw").first(),
        "may_revise": keeps and bulletin.state == BulletinState.DRAFT,
        "buttons": open_moves(BULLETIN, state=bulletin.state, by=actor),
        "effects": {
            "issue": _(
                "It gets the next number of the year and goes to all units; cases of organisations also to the public."
            ),
            "withdraw": _("Its number stays, with a note. Its cases can be collected again. The units read why."),
        },
        "moves": bulletin.moves.select_related("by", "by_client", "unit") if keeps or actor.may(Act.SEE_AUDIT) else [],
        "steps": [*BULLETIN, *WRITING_STEPS],
    }
    return render(request, "sanctions/bulletin.html", context)


@staff_page(Act.CIRCULATE_CASES)
@require_http_methods(["GET", "POST"])
def bulletin_new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@staff_page(Act.CIRCULATE_CASES)
@require_http_methods(["GET", "POST"])
def bulletin_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    bulletin = bulletin_for(pk, actor)
    if bulletin.state != BulletinState.DRAFT:
        raise NotFound
    return _form(request, bulletin)


def _form(request: HttpRequest, bulletin: Bulletin | None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    cases = list(cases_to_collect(bulletin))
    form = BulletinForm(request.POST or None, cases=cases, initial=_initial(bulletin))
    if request.method == "POST" and form.is_valid():
        try:
            kept = (
                draft_bulletin(**form.cleaned_data, by=actor)
                if bulletin is None
                else revise_bulletin(bulletin=bulletin, **form.cleaned_data, by=actor)
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Kept as a draft. This is how it will look."))
            return redirect("bulletin", pk=kept.pk)
    back = reverse("bulletins") if bulletin is None else reverse("bulletin", args=[bulletin.pk])
    return render(request, "sanctions/bulletin_form.html", {"form": form, "back": back})


def _initial(bulletin: Bulletin | None) -> dict[str, Any]:
    if bulletin is None:
        return {}
    cases = list(bulletin.cases.values_list("pk", flat=True))
    return {"title": bulletin.title, "text": bulletin.text, "cases": cases}


@staff_page(Act.CIRCULATE_CASES)
@require_POST
def bulletin_move(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    act = partial(move_bulletin, bulletin=bulletin_for(pk, request.actor))
    return make_posted_move(request, act, reverse("bulletin", args=[pk]))
