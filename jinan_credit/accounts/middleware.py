from collections.abc import Callable

import pghistory.middleware
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.errors import DomainError, NotFound

GetResponse = Callable[[HttpRequest], HttpResponse]


class ProxyAddressMiddleware:
    """Behind the site's own proxy: REMOTE_ADDR is the address that the proxy saw, so that limits and locks tell
    visitors apart. The proxy overwrites X-Forwarded-For; only its last entry is believed. Production only."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if seen:
            request.META["REMOTE_ADDR"] = seen
        return self.get_response(request)


class ActorMiddleware:
    """`request.actor`: who acts through the browser. Nobody is an actor without acts.

    What a signed-in person sees is kept by no cache: after signing out, the way back shows nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = Actor(user=user if user.is_authenticated else None)  # type: ignore[attr-defined]
        answer = self.get_response(request)
        if user.is_authenticated and not answer.has_header("Cache-Control"):
            add_never_cache_headers(answer)
        return answer


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Who changed a row through the browser. A machine is no user: its acts name the client in their move log."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            answer: HttpResponse = self.get_response(request)
            return answer
        return super().__call__(request)


class RefusalMiddleware:
    """A refusal that no form caught becomes a page that says what, why and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, NotFound):
            raise Http404 from error
        if isinstance(error, DomainError):
            return render(request, "layout/refusal.html", {"refusal": error}, status=error.status)
        return None


def note_refusal(request: HttpRequest, refusal: DomainError) -> None:
    messages.error(request, str(refusal))
