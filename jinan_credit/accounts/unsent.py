"""A form that met an ended session: kept in the new one until the same person has signed in, who then sends it or not.

Files are not kept: they are chosen again. Nor is a form with a password.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

EXPECTED = "ended_session_of"
KEPT = "unsent_form"
MOST_BYTES = 200_000


@dataclass(frozen=True)
class UnsentForm:
    address: str
    fields: list[tuple[str, str]]
    had_files: bool


def expect_of(request: HttpRequest, user_id: int) -> None:
    """The session of this person has just ended; what he sends now is kept for him."""
    request.session[EXPECTED] = user_id


def is_turned_away(request: HttpRequest, answer: HttpResponse) -> bool:
    """Whether a form was answered by the sign-in because the session had ended."""
    asked = answer.headers.get("Location", "")
    return (
        asked.startswith((reverse("account_login"), "/admin/login/"))
        and EXPECTED in request.session
        and not request.path.startswith((reverse("account_logout"), "/session/"))
        and not any("password" in name for name in request.POST)
    )


def keep(request: HttpRequest) -> HttpResponseRedirect:
    """Keep what was posted; on to the sign-in, and from there to the kept form."""
    user_id, body = request.session.pop(EXPECTED), request.POST.urlencode()
    if len(body) > MOST_BYTES:
        return redirect("account_login")
    request.session[KEPT] = {
        "user": user_id,
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
