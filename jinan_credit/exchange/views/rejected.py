"""Changes that a unit's system rejected: who looks into them, and how each one ends."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.exchange.models import ParkedChange
from jinan_credit.exchange.selectors import rejected_changes
from jinan_credit.exchange.services import parking
from jinan_credit.exchange.tables import OpenRejectedTable, SettledRejectedTable
from jinan_credit.exchange.views.push import actor_of
from jinan_credit.kernel.errors import DomainError

SHOWN = 100


@login_required
@require_GET
def rejected(request: HttpRequest) -> HttpResponse:
    """The open ones, or with `?settled=1` those that came to an end; the coordinator sees every unit's."""
    actor, is_settled = actor_of(request), request.GET.get("settled") == "1"
    found = rejected_changes(actor, is_settled=is_settled)
    rows = list(found[: SHOWN + 1])
    table_of = SettledRejectedTable if is_settled else OpenRejectedTable
    context = {
        "table": table_of(rows[:SHOWN]),
        "has_more": len(rows) > SHOWN,
        "shown": SHOWN,
        "is_settled": is_settled,
        "own_unit": actor.unit,
    }
    return render(request, "exchange/rejected.html", context)


@login_required
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        cursor = parking.send_again(_own(request, pk), by=actor)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(list)s is being sent again from this change on.") % {"list": cursor.credit_list})
    return redirect("push_rejected")


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        parking.settle_by_hand(_own(request, pk), by=actor, reason=request.POST.get("reason", ""))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Settled."))
    return redirect("push_rejected")


def _own(request: HttpRequest, pk: int) -> ParkedChange:
    return get_object_or_404(ParkedChange.objects.visible_to(actor_of(request)), pk=pk)
