"""Who may open a page: a signed-in person whose roles hold the act."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User


class StaffRequest(HttpRequest):
    actor: Actor
    user: User


View = Callable[..., HttpResponseBase]

recently_confirmed: Callable[[View], View] = reauthentication_required()
"""Before a sensitive act: who signed in a while ago says once more who he is; what he sent goes on afterwards."""


def staff_page(*acts: Act) -> Callable[[View], View]:
    """Signed in, and holding one of the acts; else `act_not_allowed`, naming the first. With none: signed in.

    The page says what it asks for in `acts`: the table of permissions is read from there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if acts and not any(request.actor.may(act) for act in acts):
                request.actor.require(acts[0])
            return view(request, *args, **kwargs)

        wrapped.acts = acts  # type: ignore[attr-defined]
        return login_required(wrapped)

    return decorate
