"""Feedback of one's own unit, and what others report on one's own entries."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.models import Entry
from sanctions.filters import EntryDoneFilter, ExecutionFilter
from sanctions.forms import ReportForm
from sanctions.models import Execution
from sanctions.selectors.cases import with_makes_case
from sanctions.selectors.duties import own_measures
from sanctions.selectors.executions import attachment_for, done_with, last_executions
from sanctions.selectors.screenings import executions_visible_to
from sanctions.services.executions import cancel_execution, enforce
from sanctions.tables import ExecutionTable
from sanctions.views.rewards import told_before

PAGE = 25


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def execution_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    executions = executions_visible_to(actor)
    if actor.may(Act.REPORT_CASES):
        executions = with_makes_case(executions, actor)
    chosen = ExecutionFilter(request.GET, queryset=executions, request=request)
    table = paged(request, ExecutionTable(chosen.qs))
    context = {"table": table, "filter": chosen, "total": table.paginator.count, "own_unit": actor.unit}
    return render(request, "sanctions/execution_list.html", context)


@staff_page(Act.SIGN_TASKS)
@require_POST
def execution_cancel(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        cancel_execution(execution=Execution(pk=pk), by=actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("Cancelled. The row stays, with the reason."))
    except DomainError as refusal:
        note_refusal(request, refusal)
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "executions")


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def executions_by_entry(request: HttpRequest) -> HttpResponse:
    """What was done with each entry of the lists that one's unit initiates."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = EntryDoneFilter(request.GET, queryset=last_executions(actor), request=request)
    page = Paginator(chosen.qs.values_list("entry", flat=True), PAGE).get_page(request.GET.get("page"))
    context = {"filter": chosen, "page": page, "total": page.paginator.count, "lines": done_with(list(page))}
    return render(request, "sanctions/executions_by_entry.html", context)


@staff_page(Act.SIGN_TASKS)
def entry_execution(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the unit did about an entry without a query: an honour revoked, say."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    entry = Entry.objects.visible_to(actor).select_related("credit_list", "subject").filter(pk=pk).first()
    measures = own_measures(entry.credit_list, actor.unit) if entry is not None and actor.unit is not None else ()
    if entry is None or not measures:
        raise NotFound
    form = ReportForm(request.POST or None, request.FILES or None, measures=measures)
    if request.method == "POST" and form.is_valid():
        try:
            enforce(entry=entry, report=form.report(), by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Recorded. The initiating unit sees it."))
            return redirect("entry", pk)
    context: dict[str, Any] = {"entry": entry, "form": form, **told_before(entry, measures, actor)}
    return render(request, "sanctions/entry_execution.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def execution_attachment(request: HttpRequest, execution: int, pk: int) -> FileResponse:
    """A file that proves an execution, for those who may see it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = attachment_for(execution, pk, actor)
    return attachment(found.file, found.download_name, found.content_type)
