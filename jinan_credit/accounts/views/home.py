"""The workbench, the person's own account and two switches."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.sign_in_changes import sign_in_changes
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.workbench import counters_for

YEAR = 365 * 24 * 3600


@staff_page()
@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """What waits for this person: figures that equal the lists they open."""
    counters = counters_for(request.actor)  # type: ignore[attr-defined]
    return render(
        request,
        "accounts/workbench.html",
        {
            "waiting": sorted((one for one in counters if one.count), key=lambda one: not one.is_urgent),
            "done": [one for one in counters if not one.count],
        },
    )


@staff_page()
@require_GET
def my_account(request: HttpRequest) -> HttpResponse:
    """Unit, roles and what they allow, in words; who changed what the person signs in with."""
    actor = request.actor  # type: ignore[attr-defined]
    return render(
        request,
        "accounts/my_account.html",
        {
            "roles": [Role(role).label for role in Role.values if role in actor.user.roles],
            "acts": [Act(act).label for act in Act.values if act in actor.acts],
            "sign_in_changes": sign_in_changes(actor.user),
        },
    )


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Large type on or off, kept in a cookie for a year; back to the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    answer = HttpResponseRedirect(target)
    if request.POST.get("size") == "large":
        answer.set_cookie("text_size", "large", max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        answer.delete_cookie("text_size", samesite="Lax")
    return answer


@require_GET
def admin_door(request: HttpRequest) -> HttpResponse:
    """The administration has no sign-in of its own; who is signed in and comes here may not enter."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/admin/"))
