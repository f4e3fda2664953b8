"""Feedback of one's own unit, and what others report on one's own entries."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from sanctions.filters import ExecutionFilter
from sanctions.models import Execution
from sanctions.selectors.screenings import executions_visible_to
from sanctions.services.executions import cancel_execution
from sanctions.tables import ExecutionTable


@login_required
@require_GET
def execution_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Act.SEE_WORKBENCH)
    chosen = ExecutionFilter(request.GET, queryset=executions_visible_to(actor), request=request)
    table = ExecutionTable(chosen.qs)
    paged(request, table)
    context = {"table": table, "filter": chosen, "total": chosen.qs.count(), "own_unit": actor.unit}
    return render(request, "sanctions/execution_list.html", context)


@login_required
@require_POST
def execution_cancel(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        cancel_execution(execution=Execution(pk=pk), by=actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("Cancelled. The row stays, with the reason."))
    except NotFound:
        raise
    except DomainError as refusal:
        note_refusal(request, refusal)
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "executions")
