"""One's own sessions; how long the present one lasts; a form that came too late."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts import unsent
from jinan_credit.accounts.services.sessions import end_other_sessions, end_own_session, own_sessions
from jinan_credit.accounts.session_life import seconds_left
from jinan_credit.accounts.staff import recently_confirmed


@login_required
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    context = {"sessions": own_sessions(by=request.actor), "here": request.session.session_key}  # type: ignore[attr-defined]
    return render(request, "accounts/sessions.html", context)


@login_required
@require_POST
@recently_confirmed
def end_session(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    end_own_session(pk=pk, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


@login_required
@require_POST
@recently_confirmed
def end_others(request: HttpRequest) -> HttpResponseRedirect:
    count = end_other_sessions(key=request.session.session_key or "", by=request.actor)  # type: ignore[attr-defined]
    messages.success(
        request, ngettext("%(count)s session ended.", "%(count)s sessions ended.", count) % {"count": count}
    )
    return redirect("sessions")


@require_GET
def session_left(request: HttpRequest) -> JsonResponse:
    """How many seconds are left; asking does not prolong it."""
    return JsonResponse({"seconds": max(seconds_left(request.session), 0) if request.user.is_authenticated else 0})


@login_required
@require_POST
def session_stay(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"seconds": seconds_left(request.session)})


@login_required
def unsent_form(request: HttpRequest) -> HttpResponse:
    """What the person sent when his session had ended: to be sent now, or thrown away."""
    form = unsent.kept_form(request)
    if form is None:
        return redirect("workbench")
    if request.method == "POST":
        unsent.forget(request)
        messages.info(request, _("Thrown away. Nothing was sent."))
        return redirect("workbench")
    return render(request, "accounts/unsent_form.html", {"form": form})
