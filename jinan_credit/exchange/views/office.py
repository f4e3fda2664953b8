"""The address of one's unit's office system, to which its messages go."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.services.staff_messages import require_unit_of_ways
from jinan_credit.accounts.staff import StaffRequest, recently_confirmed, staff_page
from jinan_credit.exchange.forms import OfficeHookForm
from jinan_credit.exchange.models import OfficeHook
from jinan_credit.exchange.services import office_hooks
from jinan_credit.kernel.errors import DomainError


@staff_page(Act.SET_WAYS)
@never_cache
@recently_confirmed
def office_form(request: StaffRequest) -> HttpResponse:
    """Register or move the address. The secret is on the page that answers, and never again."""
    actor = request.actor
    known = OfficeHook.objects.filter(unit=require_unit_of_ways(actor)).first()
    initial = {"url": known.url, "ca_certificates": known.ca_certificates} if known else {"url": "https://"}
    form = OfficeHookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _hook, secret = office_hooks.register_office_hook(**form.cleaned_data, by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return _secret_page(request, secret, is_new_address=True)
    context = {
        "form": form,
        "title": _("Office system"),
        "heading": _("Move to another address") if known else _("Register the office system"),
        "back": reverse("message_ways"),
        "warning": known and _("Every earlier key ends at once, and messages go to the new address only."),
    }
    return render(request, "exchange/address_form.html", context)


@staff_page(Act.SET_WAYS)
@require_POST
@never_cache
@recently_confirmed
def office_rotate(request: StaffRequest) -> HttpResponse:
    secret = office_hooks.rotate_office_key(by=request.actor)
    return _secret_page(request, secret, is_new_address=False)


@staff_page(Act.SET_WAYS)
@require_POST
def office_move(request: StaffRequest) -> HttpResponseRedirect:
    return make_posted_move(request, office_hooks.move_office_hook, reverse("message_ways"))


def _secret_page(request: StaffRequest, secret: str, *, is_new_address: bool) -> HttpResponse:
    context = {"secret": secret, "is_new_address": is_new_address, "back": reverse("message_ways")}
    return render(request, "exchange/secret.html", context)
