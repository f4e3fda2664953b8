"""A form that met an ended session: kept in the new one until the same person has signed in, who then sends it or not.

Whose it is, a signed cookie tells, whoever or whatever ended the session; signing out takes it away.
Files are not kept: they are chosen again. Nor is a form with a password.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

WHOSE = "signed_in_as"
KEPT = "unsent_form"
MOST_BYTES = 200_000


@dataclass(frozen=True)
class UnsentForm:
    address: str
    fields: list[tuple[str, str]]
    had_files: bool


def carry_whose(request: HttpRequest, answer: HttpResponse) -> None:
    """The browser tells whose forms it sends, until he signs out or closes it."""
    if signed_in := _signed_in(request):
        if _whose(request) != signed_in:
            secure, same_site = settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_SAMESITE
            answer.set_signed_cookie(WHOSE, str(signed_in), httponly=True, secure=secure, samesite=same_site)
    elif WHOSE in request.COOKIES and request.path == reverse("account_logout"):
        answer.delete_cookie(WHOSE)


def _signed_in(request: HttpRequest) -> int | None:
    """Whom the session is of; the user of a request to the interface is who called it."""
    found = request.session.get(SESSION_KEY)
    return None if found is None else int(found)


def _whose(request: HttpRequest) -> int | None:
    told = request.get_signed_cookie(WHOSE, default=None)
    return None if told is None else int(told)


def is_turned_away(request: HttpRequest, answer: HttpResponse) -> bool:
    """Whether a form was answered by the sign-in because the session had ended."""
    asked = answer.headers.get("Location", "")
    return (
        asked.startswith((reverse("account_login"), "/admin/login/"))
        and _signed_in(request) is None
        and _whose(request) is not None
        and not request.path.startswith((reverse("account_logout"), "/session/"))
        and not any("password" in name for name in request.POST)
    )


def keep(request: HttpRequest) -> HttpResponseRedirect:
    """Keep what was posted; on to the sign-in, and from there to the kept form."""
    body = request.POST.urlencode()
    if len(body) > MOST_BYTES:
        return redirect("account_login")
    request.session[KEPT] = {
        "user": _whose(request),
        "address": request.get_full_path(),
        "body": body,
        "had_files": bool(request.FILES),
    }
    return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('unsent_form')})}")


def kept_form(request: HttpRequest) -> UnsentForm | None:
    """What waits for this person. What waits for another is forgotten."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if kept is None:
        return None
    if kept["user"] != request.user.pk:
        forget(request)
        return None
    posted = QueryDict(kept["body"])
    fields = [(name, value) for name in posted if name != "csrfmiddlewaretoken" for value in posted.getlist(name)]
    return UnsentForm(kept["address"], fields, kept["had_files"])


def forget(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)
