"""A button of a page: the move that it names is made, and the page that comes next says what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.staff import StaffRequest
from jinan_credit.kernel.errors import DomainError

GoOn = Callable[[StaffRequest, Any, str], HttpResponseRedirect]


def make_posted_move(
    request: StaffRequest, act: Callable[..., Any], back: str, go_on: GoOn | None = None
) -> HttpResponseRedirect:
    """`act(name=, reason=, by=)` gives the object in its new state. What is not there stays a missing page.

    `go_on(request, moved, said)` says where the work goes on after the act; a refusal leads `back`.
    """
    name, reason = (request.POST.get(field, "") for field in ("move", "reason"))
    try:
        moved = act(name=name, reason=reason, by=request.actor)
    except DomainError as refusal:
        note_refusal(request, refusal)
    else:
        said = _("Done: %(state)s.") % {"state": moved.get_state_display()}
        if go_on is not None:
            return go_on(request, moved, said)
        messages.success(request, said)
    return redirect(back)
