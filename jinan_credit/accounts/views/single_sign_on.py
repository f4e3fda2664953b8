"""To the city's single sign-on and back."""

from dataclasses import asdict

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.rate import rate_limited
from jinan_credit.accounts.single_sign_on import Attempt, address_of_sign_in, user_of_return
from jinan_credit.kernel.errors import DomainError

KEPT = "sso_attempt"


@require_GET
@never_cache
@rate_limited("30/minute", "sso", methods=["GET"])
def begin(request: HttpRequest) -> HttpResponse:
    """A link and no form: browsers hold the content security policy of a form against where it leads, too."""
    _require_single_sign_on()
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    attempt = Attempt.begin(target if safe else "")
    try:
        address = address_of_sign_in(attempt)
    except DomainError as refusal:
        note_refusal(request, refusal)
        return redirect("account_login")
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
    except DomainError as refusal:
        note_refusal(request, refusal)
        return redirect("account_login")
    user.backend = "django.contrib.auth.backends.ModelBackend"
    return perform_login(request, user, redirect_url=attempt.next or None)


def _require_single_sign_on() -> None:
    if not settings.SINGLE_SIGN_ON:
        raise Http404
