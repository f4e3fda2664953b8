"""The address of one's unit's office system, to which its messages go."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.services.staff_messages import require_unit_of_ways
from jinan_credit.accounts.staff import recently_confirmed, staff_page
from jinan_credit.exchange.forms import OfficeHookForm
from jinan_credit.exchange.models import OfficeHook
from jinan_credit.exchange.services import office_hooks
from jinan_credit.kernel.errors import DomainError


@staff_page(Act.SET_WAYS)
@never_cache
@recently_confirmed
def office_form(request: HttpRequest) -> HttpResponse:
    """Register or move the address. The secret is on the page that answers, and never again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
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
    return render(request, "exchange/office_form.html", {"form": form, "known": known})


@staff_page(Act.SET_WAYS)
@require_POST
@never_cache
@recently_confirmed
def office_rotate(request: HttpRequest) -> HttpResponse:
    secret = office_hooks.rotate_office_key(by=request.actor)  # type: ignore[attr-defined]
    return _secret_page(request, secret, is_new_address=False)


@staff_page(Act.SET_WAYS)
@require_POST
def office_move(request: HttpRequest) -> HttpResponseRedirect:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        if request.POST.get("move") == "pause":
            office_hooks.pause_office_hook(by=actor, reason=request.POST.get("reason", ""))
            messages.success(request, _("Nothing is sent to the office system. What is told meanwhile waits."))
        else:
            office_hooks.resume_office_hook(by=actor)
            messages.success(request, _("Messages go to the office system again."))
    except DomainError as refusal:
        note_refusal(request, refusal)
    return redirect("message_ways")


def _secret_page(request: HttpRequest, secret: str, *, is_new_address: bool) -> HttpResponse:
    context = {"secret": secret, "is_new_address": is_new_address, "back": reverse("message_ways")}
    return render(request, "exchange/secret.html", context)
