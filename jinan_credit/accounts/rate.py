"""Limits by address for what anybody may call, counted exactly in Redis; in this process when Redis is away."""

from collections.abc import Callable, Collection
from functools import cache, wraps
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from jinan_credit.kernel.errors import DomainError

log = structlog.get_logger(__name__)

View = Callable[..., HttpResponseBase]


class RateLimited(DomainError):
    """Too many requests from one address."""

    status = 429


def rate_limited(rate: str, scope: str, methods: Collection[str] = ("POST",)) -> Callable[[View], View]:
    """Let an address call the view at most `rate` ("20/minute") times; `RateLimited` beyond. One counter a scope."""
    limit = parse(rate)

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                count_call(limit, scope, request.META.get("REMOTE_ADDR", ""))
            return view(request, *args, **kwargs)

        return limited

    return decorate


def count_call(limit: RateLimitItem, scope: str, address: str) -> None:
    """Count one call; `rate_limited` when the limit was reached before."""
    try:
        allowed = _shared().hit(limit, scope, address)
    except RedisError as error:
        log.warning("rate_limit_falls_back", error=str(error))
        allowed = _own().hit(limit, scope, address)
    if not allowed:
        raise RateLimited("rate_limited", _("Too many requests from your address. Please wait a minute and try again."))


def forget_calls() -> None:
    """Start all counters anew."""
    _shared().storage.reset()
    _own().storage.reset()


@cache
def _shared() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(
        RedisStorage(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, key_prefix="rate")
    )


@cache
def _own() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())
