"""The site as a whole: its foot, and what of it search engines may keep."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from limits import parse

from jinan_credit.accounts.rate import count_call

View = Callable[..., HttpResponse]

SEARCHES = parse("60/minute")
LONGEST_QUERY = 200

STATIC_PAGES = (
    "home",
    "about",
    "public_lists",
    "public_catalogue",
    "public_memoranda",
    "public_articles",
    "public_statistics",
    "status",
    "verify",
    "receipt_check",
    "objection_new",
    "repair_new",
)
"""All that a search engine is told of: pages that name no party, whatever is on the lists."""


def foot(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `site`, what the foot of the public pages says of whoever runs them; `staff_address`, what
    stands before the path of a staff page there, None where it is not known: the public's listener knows none of them.
    """
    return {"site": settings.SITE, "staff_address": settings.STAFF_ADDRESS}


def not_kept(view: View) -> View:
    """No cache and no search engine keeps the page: a copy would outlive what leaves the site.

    The view may say otherwise to search engines.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer.headers.setdefault("X-Robots-Tag", "noindex, noarchive")
        return answer

    return never_cache(wrapped)


def typed_query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_QUERY]


def count_search(request: HttpRequest) -> None:
    """One counter for all searches of an address; `rate_limited` beyond."""
    count_call(SEARCHES, "public-search", request.META.get("REMOTE_ADDR", ""))
