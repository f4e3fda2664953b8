"""Changes that a unit's system rejected: who looks into them, and how each one ends."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.exchange.models import ParkedChange
from jinan_credit.exchange.selectors import rejected_changes
from jinan_credit.exchange.services import parking
from jinan_credit.exchange.tables import OpenRejectedTable, SettledRejectedTable
from jinan_credit.kernel.errors import DomainError

SHOWN = 100


@staff_page(Act.SEE_PUSH)
@require_GET
def rejected(request: StaffRequest) -> HttpResponse:
    """The open ones, or with `?settled=1` those that came to an end; the coordinator sees every unit's."""
    actor, is_settled = request.actor, request.GET.get("settled") == "1"
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


@staff_page(Act.SEE_PUSH)
@require_POST
def send_again(request: StaffRequest, pk: int) -> HttpResponse:
    actor = request.actor
    try:
        cursor = parking.send_again(_own(request, pk), by=actor)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(list)s is being sent again from this change on.") % {"list": cursor.credit_list})
    return redirect("push_rejected")


@staff_page(Act.SEE_PUSH)
@require_POST
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    actor = request.actor
    try:
        parking.settle_by_hand(_own(request, pk), by=actor, reason=request.POST.get("reason", ""))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Settled."))
    return redirect("push_rejected")


def _own(request: StaffRequest, pk: int) -> ParkedChange:
    return get_object_or_404(ParkedChange.objects.visible_to(request.actor), pk=pk)
