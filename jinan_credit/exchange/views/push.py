"""The pages of the push: how every unit's copies stand; a unit's own address and keys."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, recently_confirmed, staff_page
from jinan_credit.exchange import selectors
from jinan_credit.exchange.forms import EndpointForm, RewindForm
from jinan_credit.exchange.models import Endpoint
from jinan_credit.exchange.services import cursors, endpoints
from jinan_credit.exchange.tables import AttemptTable, CursorTable, DeliveryTable
from jinan_credit.exchange.workflow import ENDPOINT
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.models import CreditList
from lists.selectors import lists_for_unit

_BUTTONS = ("pause", "resume")


@staff_page(Act.SEE_PUSH)
@require_GET
def push(request: StaffRequest) -> HttpResponse:
    """The coordinator: all units. Anybody else: the own unit."""
    actor = request.actor
    if not actor.may(Act.OVERSEE):
        return _unit_page(request, actor, actor.unit)
    lines = selectors.deliveries(actor)
    context = {
        "table": DeliveryTable(lines),
        "alerts": selectors.open_alerts(actor),
        "failing": sum(line.state == "FAILING" for line in lines),
        "paused": sum(line.state == "PAUSED" for line in lines),
        "behind": sum(line.changes_behind > 0 for line in lines),
        "is_sweep_late": selectors.is_sweep_late(),
    }
    return render(request, "exchange/push.html", context)


@staff_page(Act.SEE_PUSH)
@require_GET
def push_of_unit(request: StaffRequest, code: str) -> HttpResponse:
    actor = request.actor
    visible = (
        Unit.objects.all() if actor.may(Act.OVERSEE) else Unit.objects.filter(pk=actor.unit.pk if actor.unit else 0)
    )
    return _unit_page(request, actor, get_object_or_404(visible, code=code))


@staff_page(Act.SEE_PUSH)
@never_cache
@recently_confirmed
def endpoint_form(request: StaffRequest) -> HttpResponse:
    """Register or move the own unit's address. The secret is on the page that answers, and never again."""
    actor = request.actor
    known = Endpoint.objects.filter(unit=actor.unit).first()
    form = EndpointForm(request.POST or None, initial=_initial(known))
    if request.method == "POST" and form.is_valid():
        try:
            wishes = {name: value for name, value in form.cleaned_data.items() if name != "url"}
            _endpoint, secret = endpoints.register_endpoint(
                url=form.cleaned_data["url"], wishes=endpoints.Wishes(**wishes), by=actor
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return _secret_page(request, secret, is_new_address=True)
    context = {
        "form": form,
        "title": _("Push address"),
        "heading": _("Move to another address") if known else _("Register an address"),
        "back": reverse("push"),
        "warning": known and _("Every earlier key ends at once, and pushing goes to the new address only."),
    }
    return render(request, "exchange/address_form.html", context)


@staff_page(Act.SEE_PUSH)
@require_POST
@never_cache
@recently_confirmed
def rotate(request: StaffRequest) -> HttpResponse:
    _key, secret = endpoints.rotate_key(by=request.actor)
    return _secret_page(request, secret, is_new_address=False)


@staff_page(Act.SEE_PUSH)
def rewind(request: StaffRequest) -> HttpResponse:
    """Have one list sent to the own unit again, from where the person says."""
    actor = request.actor
    lists = lists_for_unit(actor.unit) if actor.unit else CreditList.objects.none()
    form = RewindForm(request.POST or None, lists=lists)
    if request.method == "POST" and form.is_valid():
        credit_list = form.cleaned_data["credit_list"]
        to = form.start_of(selectors.head_of(credit_list).epoch)
        try:
            cursors.rewind(code=credit_list.code, to=to, by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(list)s is being sent again.") % {"list": credit_list})
            return redirect("push")
    return render(request, "exchange/rewind.html", {"form": form})


@staff_page(Act.SEE_PUSH)
@require_POST
def move(request: StaffRequest) -> HttpResponse:
    return make_posted_move(request, endpoints.move_endpoint, reverse("push"))


def _secret_page(request: StaffRequest, secret: str, *, is_new_address: bool) -> HttpResponse:
    context = {"secret": secret, "is_new_address": is_new_address, "back": reverse("push")}
    return render(request, "exchange/secret.html", context)


def _initial(known: Endpoint | None) -> dict[str, Any]:
    if known is None:
        return {"url": "https://"}
    names = ("url", "auto_sign", "wants_gzip", "most_per_minute", "ca_certificates", "client_certificate")
    return {name: getattr(known, name) for name in names}


def _unit_page(request: StaffRequest, actor: Actor, unit: Unit | None) -> HttpResponse:
    endpoint = Endpoint.objects.filter(unit=unit).first() if unit else None
    is_own = unit is not None and unit == actor.unit
    moves = open_moves(ENDPOINT, state=endpoint.state, by=actor) if endpoint is not None and is_own else []
    copies = list(selectors.cursors_of(unit, actor)) if unit else []
    context = {
        "unit": unit,
        "alerts": selectors.open_alerts(actor, unit) if unit else [],
        "endpoint": endpoint,
        "is_own": is_own,
        "back": reverse("push") if actor.may(Act.OVERSEE) else "",
        "moves": [move for move in moves if move.name in _BUTTONS],
        "keys": endpoint.keys.live(clock.now()) if endpoint else [],
        "log": endpoint.moves.select_related("by", "by_client", "unit").order_by("-id")[:20] if endpoint else [],
        "workflow": ENDPOINT,
        "is_failing": any(copy.failures for copy in copies),
        "cursors": CursorTable(copies),
        "attempts": AttemptTable(selectors.last_attempts(actor, unit)) if unit else None,
        "rejected": selectors.rejected_count(actor, unit) if unit else 0,
    }
    return render(request, "exchange/unit.html", context)
