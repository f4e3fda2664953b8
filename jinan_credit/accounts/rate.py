"""Limits by address for what anybody may call, by client for the API: counted exactly in Redis; in this process when
Redis is away."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from limits import RateLimitItem, RateLimitItemPerDay, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis.exceptions import RedisError

from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import MEGABYTE, CleanFile

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")
View = Callable[..., HttpResponseBase]
AWAY_SECONDS = 5.0
_away = {"until": 0.0}


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
    if not _counted(lambda calls: calls.hit(limit, scope, address)):
        raise RateLimited("rate_limited", _("Too many requests from your address. Please wait a minute and try again."))


GUESSES = parse("5/15minutes")


def count_guess(user_id: int) -> None:
    """Count a code that a person types before it is looked at; `too_many_codes` after five in a quarter of an hour."""
    if not _counted(lambda calls: calls.hit(GUESSES, "second-factor", str(user_id))):
        raise RateLimited("too_many_codes", _("Too many wrong codes. Try again in 15 minutes."))


def forget_guesses(user_id: int) -> None:
    """A right code ends the count."""
    _counted(lambda calls: calls.clear(GUESSES, "second-factor", str(user_id)))


def count_upload(address: str, files: Collection[CleanFile]) -> None:
    """Count the documents that an address hands in; `upload_quota_used` when they are more than it may in 24 hours:
    then they do not count."""
    size = _size(files)
    if size and not _counted(lambda calls: _takes(calls, address, size)):
        words = _(
            "From your address at most %(most)d MB of documents are taken in 24 hours; these would be more. "
            "Try again tomorrow, or hand them in at the unit's counter."
        )
        most = settings.UPLOAD_BYTES_PER_ADDRESS // MEGABYTE
        raise RateLimited("upload_quota_used", words % {"most": most}, field="evidence")


@contextmanager
def handing_in(address: str, files: Collection[CleanFile]) -> Iterator[None]:
    """`count_upload`, for as long as they are being taken. What is then refused does not count."""
    count_upload(address, files)
    try:
        yield
    except Exception:
        if size := _size(files):
            _counted(lambda calls: _gives_back(calls, address, size))
        raise


def is_within(limit: RateLimitItem, scope: str, who: str) -> bool:
    """Count one call of a machine in the running window; False when the limit was reached before."""
    return _counted(lambda calls: FixedWindowRateLimiter(calls.storage).hit(limit, scope, who))


def seconds_left(limit: RateLimitItem, scope: str, who: str) -> float:
    """Until the running window ends."""
    ends_at = _counted(lambda calls: FixedWindowRateLimiter(calls.storage).get_window_stats(limit, scope, who))[0]
    return max(1.0, ends_at - time.time())


def _counted(ask: Callable[[MovingWindowRateLimiter], Answer]) -> Answer:
    """Redis that failed is left alone for a while, so that no call waits for it."""
    if time.monotonic() >= _away["until"]:
        try:
            return ask(_shared())
        except RedisError as error:
            _away["until"] = time.monotonic() + AWAY_SECONDS
            log.warning("rate_limit_falls_back", error=str(error))
    return ask(_own())


def _takes(calls: MovingWindowRateLimiter, address: str, size: int) -> bool:
    quota, bytes_taken, key = _quota(), _bytes_taken(calls), ("uploads", address)
    return bytes_taken.test(quota, *key, cost=size) and bytes_taken.hit(quota, *key, cost=size)


def _gives_back(calls: MovingWindowRateLimiter, address: str, size: int) -> bool:
    return _bytes_taken(calls).hit(_quota(), "uploads", address, cost=-size)


def _quota() -> RateLimitItem:
    return RateLimitItemPerDay(settings.UPLOAD_BYTES_PER_ADDRESS)


def _bytes_taken(calls: MovingWindowRateLimiter) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(calls.storage)


def _size(files: Collection[CleanFile]) -> int:
    return sum(len(file.content) for file in files)


def forget_calls() -> None:
    """Start all counters anew."""
    _away["until"] = 0.0
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
