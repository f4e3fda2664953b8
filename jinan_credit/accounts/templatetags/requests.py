"""What a page asks of the request that it answers."""

from urllib.parse import urlsplit

import structlog
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from jinan_credit.accounts import desks
from jinan_credit.accounts.session_life import seconds_left

register = template.Library()


@register.simple_tag
def request_number() -> str:
    """The id under which the log keeps this request; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


@register.filter
def session_seconds(request: HttpRequest) -> int:
    """How long the session lasts if nothing more is done; 0 for a visitor."""
    return max(seconds_left(request.session), 0) if request.user.is_authenticated else 0


@register.simple_tag
def single_sign_on() -> bool:
    """Whether the city has one."""
    return bool(settings.SINGLE_SIGN_ON)


@register.filter
def queue(request: HttpRequest) -> str:
    """For the addresses of an item's pages: the filter and the order of the list from which it was opened."""
    return desks.handed_on(request)


@register.filter
def in_queue(address: str, request: HttpRequest) -> str:
    """Such an address with it."""
    return f"{address}{desks.handed_on(request)}"


@register.filter
def back_to(request: HttpRequest, list_page: str) -> str:
    """The address of that list, as it was left."""
    return desks.back_to(request, list_page)


@register.filter
def way_back(request: HttpRequest) -> str:
    """Where the person came from, if that was a page of ours; else the page asked for, by GET."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"
