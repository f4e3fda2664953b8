from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.middleware.common import CommonMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext as _
from django_structlog.middlewares import RequestMiddleware

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.errors import refusal_of
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound

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


class WholeAddressMiddleware:
    """A call that changes something and lacks the last slash is refused: programs repeat a redirected one as a GET."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS") or request.path_info.endswith("/"):
            return self.get_response(request)
        words = _("There is nothing at this address. Addresses of this interface end with a slash: %(address)s")
        return JsonResponse(refusal_of("not_found", words % {"address": f"{request.path}/"}), status=404)


class ShortWayMiddleware:
    """The units' systems go a short way: session, cookie, page and history of what a person did concern none of them.

    A machine is no user; its acts name the client in their move log. Of what stands behind this in MIDDLEWARE it needs
    the language, the addresses and the log. No cache on the way keeps what it is answered.
    """

    ADDRESSES = "/api/v1/"
    NEEDED: tuple[Any, ...] = (LocaleMiddleware, WholeAddressMiddleware, CommonMiddleware, RequestMiddleware)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        views: Any = BaseHandler()
        views._view_middleware = views._template_response_middleware = views._exception_middleware = []
        self.short_way: Any = convert_exception_to_response(views._get_response)
        for needed in reversed(self.NEEDED):
            self.short_way = convert_exception_to_response(needed(self.short_way))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.ADDRESSES):
            return self.get_response(request)
        answer: HttpResponse = self.short_way(request)
        answer.setdefault("Cache-Control", "private, no-store")
        return answer


class WithoutNulMiddleware:
    """No text that somebody typed has a NUL in it, and the database takes none: it is left out of form and address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = without_nul(request.GET)
        if request.method == "POST":
            request.POST = without_nul(request.POST)
        return self.get_response(request)


def without_nul(given: QueryDict) -> Any:
    if not any("\0" in text for _name, texts in given.lists() for text in texts):
        return given
    plain = QueryDict(mutable=True)
    for name, texts in given.lists():
        plain.setlist(name, [text.replace("\0", "") for text in texts])
    plain._mutable = False
    return plain


class ActorMiddleware:
    """`request.actor`: who acts through the browser. Nobody is an actor without acts.

    What a signed-in person sees is kept by no cache: after signing out, the way back shows nothing. What anybody sees
    is asked for anew each time: an entry that left is in nobody's next answer.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = Actor(user=user if user.is_authenticated else None)  # type: ignore[attr-defined]
        answer = self.get_response(request)
        if answer.has_header("Cache-Control"):
            return answer
        if user.is_authenticated:
            add_never_cache_headers(answer)
        elif answer.get("Content-Type", "").startswith("text/html"):
            patch_cache_control(answer, private=True, no_cache=True)
        return answer


class RefusalMiddleware:
    """A refusal that no form caught becomes a page that says what, why and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, NotFound):
            raise Http404 from error
        if _is_nul(error):
            error = InvalidInput("no_text", _("What you sent holds a character that is no text."))
        if isinstance(error, DomainError):
            return render(request, "layout/refusal.html", {"refusal": error}, status=error.status)
        return None


def _is_nul(error: Exception) -> bool:
    """PostgreSQL keeps no NUL, and no person types one."""
    return isinstance(error, ValueError) and "NUL (0x00)" in str(error)


def note_refusal(request: HttpRequest, refusal: DomainError) -> None:
    """Say it on the page that comes next; what is not there stays a missing page."""
    if isinstance(refusal, NotFound):
        raise refusal
    messages.error(request, str(refusal))
