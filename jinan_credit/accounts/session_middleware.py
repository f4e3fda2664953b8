"""Sessions end after a while, and whoever has something to do first does it first."""

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jinan_credit.accounts import session_life, unsent
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.passwords import is_too_old, rules
from jinan_credit.accounts.second_factors import has_second_factor, needs_second_factor
from jinan_credit.kernel import clock

GetResponse = Callable[[HttpRequest], HttpResponse]

FRESH_PASSWORD, HAS_FACTOR = "has_fresh_password", "has_second_factor"
OPEN_BEFORE = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "session_left",
        "session_stay",
        "set_language",
        "text_size",
    }
)
"""What a person can open before he has done what the sign-in asks of him; and the pages of the second factor."""

UNUSED_BY = frozenset({"session_left"})
"""A page asks for these by itself: nobody uses the session by that."""


class SessionLifeMiddleware:
    """A session ends some time after its last use, and at the latest some hours after the sign-in.

    A form that was sent too late is kept for the same person, who may send it after he has signed in again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.method == "POST" and unsent.is_turned_away(request, answer):
            return unsent.keep(request)
        unsent.carry_whose(request, answer)
        return answer

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not request.user.is_authenticated:
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if session_life.seconds_left(request.session) <= 0:
            return _end(request)
        if name not in UNUSED_BY and not is_polled(request) and session_life.use(request):
            seen = UserSession.objects.filter(session_key=request.session.session_key)
            seen.update(last_seen_at=clock.now(), ip=request.META["REMOTE_ADDR"])
        return None


def is_polled(request: HttpRequest) -> bool:
    return "X-Polled" in request.headers


def _end(request: HttpRequest) -> HttpResponseBase | None:
    is_absolute = session_life.is_absolute_end(request.session)
    logout(request)
    request.actor = Actor()  # type: ignore[attr-defined]
    if is_absolute:
        messages.warning(request, _("You were signed out: a session lasts so long and no longer. Sign in again."))
    else:
        messages.warning(request, _("You were signed out because nothing was done for a while. Sign in again."))
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return None


class DutyMiddleware:
    """Whoever has to change his password, or needs a second factor and has none, does that before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = request.resolver_match.url_name or "" if request.resolver_match else ""
        if name.startswith("mfa_") or name in OPEN_BEFORE or not request.user.is_authenticated:
            return None
        if why := why_no_fresh_password(request):
            messages.warning(request, why)
            return redirect("account_change_password")
        if lacks_second_factor(request):
            messages.warning(request, _("Your role needs a second factor. Set one up, then everything is open to you."))
            return redirect("mfa_index")
        return None


def why_no_fresh_password(request: HttpRequest) -> str:
    """The age is asked until it is right: a session is shorter than the age of a password counts."""
    user: Any = request.user
    if user.must_change_password and user.has_usable_password():
        return _("Another person set your password. Choose one of your own, then everything is open to you.")
    if rules().longest_days is None or request.session.get(FRESH_PASSWORD):
        return ""
    if is_too_old(user):
        return _("Your password is too old. Choose a new one, then everything is open to you.")
    request.session[FRESH_PASSWORD] = True
    return ""


def lacks_second_factor(request: HttpRequest) -> bool:
    """Asked once a session for those who have one: it is not taken away while the session lasts."""
    if not settings.SECOND_FACTOR_ROLES or request.session.get(HAS_FACTOR):
        return False
    user: Any = request.user
    if not needs_second_factor(user):
        return False
    request.session[HAS_FACTOR] = has_second_factor(user)
    return not request.session[HAS_FACTOR]
