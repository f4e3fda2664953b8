"""To the city's single sign-on and back."""

from dataclasses import asdict
from typing import Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import perform_login
from allauth.account.views import LogoutView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.models import User
from jinan_credit.accounts.rate import rate_limited
from jinan_credit.accounts.single_sign_on import (
    Attempt,
    address_of_sign_in,
    address_of_sign_out,
    note_confirmed_there,
    user_of_return,
)
from jinan_credit.kernel.errors import DomainError

KEPT, SIGN_OUT_AT = "sso_attempt", "sso_sign_out_at"


@require_GET
@never_cache
@rate_limited("30/minute", "sso", methods=["GET"])
def begin(request: HttpRequest) -> HttpResponse:
    """A link and no form: browsers hold the content security policy of a form against where it leads, too."""
    _require_single_sign_on()
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    attempt = Attempt.begin(target if safe else "", is_again=request.user.is_authenticated)
    try:
        address = address_of_sign_in(attempt)
    except DomainError as refusal:
        return _turned_back(request, refusal)
    request.session[KEPT] = asdict(attempt)
    return redirect(address)


@require_GET
@never_cache
@rate_limited("30/minute", "sso-back", methods=["GET"])
def finish(request: HttpRequest) -> HttpResponse:
    """Each attempt comes back once."""
    _require_single_sign_on()
    kept = request.session.pop(KEPT, None)
    if kept is None:
        return redirect("account_login")
    attempt = Attempt(**kept)
    try:
        user = user_of_return(attempt, request.GET.dict())
        sign_out_at = address_of_sign_out()
    except DomainError as refusal:
        return _turned_back(request, refusal)
    if attempt.is_again:
        return _confirmed(request, user, attempt)
    request.session[SIGN_OUT_AT] = sign_out_at
    user.backend = "django.contrib.auth.backends.ModelBackend"
    return perform_login(request, user, redirect_url=attempt.next or None)


def _confirmed(request: HttpRequest, user: User, attempt: Attempt) -> HttpResponse:
    """Goes on with what waited, where it is the same person who came back."""
    if request.user != user:
        return redirect("account_login")
    note_confirmed_there(request)
    request.GET = QueryDict(urlencode({"next": attempt.next}))
    return resume_request(request) or redirect("workbench")


def _turned_back(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    note_refusal(request, refusal)
    return redirect("my_account" if request.user.is_authenticated else "account_login")


def _require_single_sign_on() -> None:
    if not settings.SINGLE_SIGN_ON:
        raise Http404


class SignOutView(LogoutView):
    """Whoever came by the city's single sign-on is led there to sign out, too: by a page of its own, since browsers
    hold the content security policy of the form against where an answer sends them."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        address = self.request.session.get(SIGN_OUT_AT)
        answer: HttpResponse = super().post(*args, **kwargs)
        if not address:
            return answer
        page = render(self.request, "account/signed_out.html", {"address": address})
        page["Refresh"] = f"0; url={address}"
        return page


sign_out = SignOutView.as_view()
