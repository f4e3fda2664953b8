"""Rewards: what a party is entitled to, and the promises it gave where material was missing."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from lists.enums import Mark
from lists.models import Entry
from sanctions.filters import PromiseFilter
from sanctions.models import WrittenPromise
from sanctions.selectors.duties import OwnMeasure
from sanctions.selectors.rewards import entitlements, promise_for, promises, promises_of_parties
from sanctions.services.promises import move_promise
from sanctions.tables import PromiseTable
from sanctions.workflow import PROMISE


def told_before(entry: Entry | None, measures: tuple[OwnMeasure, ...], actor: Actor) -> dict[str, Any]:
    """What an officer should know before he answers: what a reward means, who is flagged, who broke his word."""
    return {
        "entitlements": entitlements(measures),
        "is_flagged": entry is not None and Mark.BLACK_LISTED in entry.marks,
        "promises": promises_of_parties([entry.pk], actor).get(entry.pk, []) if entry is not None else [],
    }


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def promise_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = PromiseFilter(request.GET, queryset=promises(actor), request=request)
    table = paged(request, PromiseTable(chosen.qs))
    context = {"table": table, "filter": chosen, "total": table.paginator.count}
    return render(request, "sanctions/promise_list.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def promise_page(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    promise = promise_for(pk, actor)
    is_own = actor.unit is not None and promise.execution.unit_id == actor.unit.pk
    context = {
        "promise": promise,
        "execution": promise.execution,
        "attachments": promise.execution.attachments.all(),
        "buttons": open_moves(PROMISE, state=promise.state, by=actor) if is_own else [],
        "effects": {"keep": _("The party handed in what was missing in time, or late and you let it pass.")},
        "moves": promise.moves.select_related("by", "by_client", "unit"),
        "workflow": PROMISE,
    }
    return render(request, "sanctions/promise.html", context)


@staff_page(Act.SIGN_TASKS)
@require_POST
def promise_move(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    act = partial(move_promise, promise=WrittenPromise(pk=pk))
    return make_posted_move(request, act, reverse("promise", args=[pk]))
