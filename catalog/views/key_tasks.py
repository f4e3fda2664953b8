"""重点任务: the annex of the plan with what became of each row; one task with its reports; reporting and urging."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from catalog.enums import GROUP_MARKS, KeyTaskGroup, KeyTaskReportState, KeyTaskRequestState
from catalog.filters import KeyTaskFilter
from catalog.key_task_forms import KeyTaskReportForm, NoteForm, RequestForm
from catalog.models import KeyTask, KeyTaskEvidence, KeyTaskReport
from catalog.selectors import key_tasks_of
from catalog.services.key_tasks import (
    ask_for_report,
    discard_report,
    draft_report,
    note_on_task,
    revise_report,
    send_report,
    withdraw_request,
)
from catalog.views.form_page import form_page, posted
from catalog.workflow import KEY_TASK_REPORT, KEY_TASK_REQUEST
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound

_REPORT_MOVES: dict[str, Callable[..., KeyTaskReport]] = {"send": send_report, "discard": discard_report}


class Group(NamedTuple):
    mark: str | Promise
    label: str | Promise
    tasks: list[KeyTask]


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def key_tasks(request: StaffRequest) -> HttpResponse:
    """The annex as it is printed, with status and last report beside each row."""
    tasks = KeyTask.objects.with_standing().prefetch_related("lead_units")
    filtered = KeyTaskFilter(request.GET, queryset=tasks, request=request)
    shown = list(filtered.qs)
    _name_leads_of_today(shown)
    groups = [
        Group(GROUP_MARKS[group], group.label, [task for task in shown if task.group == group])
        for group in KeyTaskGroup
    ]
    context = {"filter": filtered, "total": len(shown), "groups": [group for group in groups if group.tasks]}
    return render(request, "catalog/key_tasks.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
def key_task(request: StaffRequest, number: int) -> HttpResponse:
    """One task: the row of the annex, its reports in their order, what the coordinator asked and noted."""
    task = _task(number)
    if request.method == "POST":
        return _withdraw(request, task)
    leads = key_tasks_of(request.actor).filter(pk=task.pk).exists()
    oversees = request.actor.may(Act.OVERSEE)
    open_request = task.requests.filter(state=KeyTaskRequestState.ASKED).select_related("asked_by").first()
    reports = KeyTaskReport.objects.visible_to(request.actor).filter(key_task=task)
    may_withdraw = open_moves(KEY_TASK_REQUEST, state=KeyTaskRequestState.ASKED, by=request.actor)
    context = {
        "task": task,
        "mark": GROUP_MARKS[KeyTaskGroup(task.group)],
        "reports": reports.sent().select_related("key_task", "unit", "sent_by", "answers").prefetch_related("evidence"),
        "drafts": reports.filter(state=KeyTaskReportState.DRAFT).select_related("made_by") if leads else [],
        "leads": leads,
        "oversees": oversees,
        "open_request": open_request,
        "request_moves": [move for move in may_withdraw if move.name == "withdraw"] if open_request else [],
        "requests": task.requests.select_related("asked_by") if leads or oversees else [],
        "notes": task.notes.select_related("made_by") if leads or oversees else [],
    }
    return render(request, "catalog/key_task.html", context)


@staff_page(Act.REPORT_KEY_TASKS)
@require_http_methods(["GET", "POST"])
def key_task_report_new(request: StaffRequest, number: int) -> HttpResponse:
    task = _task(number)
    if not key_tasks_of(request.actor).filter(pk=task.pk).exists():
        raise NotFound
    return _write(request, task, None)


@staff_page(Act.REPORT_KEY_TASKS)
@require_http_methods(["GET", "POST"])
def key_task_report_edit(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    if request.actor.unit is None or report.unit_id != request.actor.unit.pk:
        raise NotFound
    if request.method == "GET" and report.state != KeyTaskReportState.DRAFT:
        raise NotFound
    return _write(request, report.key_task, report)


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
def key_task_report(request: StaffRequest, pk: int) -> HttpResponse:
    """One report: what was sent stays; a draft is sent or discarded here."""
    report = _report(request, pk)
    is_own = request.actor.unit is not None and report.unit_id == request.actor.unit.pk
    if request.method == "POST":
        return _move(request, report)
    moves = open_moves(KEY_TASK_REPORT, state=report.state, by=request.actor) if is_own else []
    context = {
        "report": report,
        "task": report.key_task,
        "moves": [move for move in moves if move.name in _REPORT_MOVES],
        "effects": {
            "send": _("Every unit can read it, and the task has this status. It cannot be changed any more."),
            "discard": _("Nobody else has seen it."),
        },
        "may_revise": any(move.name == "revise" for move in moves),
        "steps": report.moves.select_related("by", "by_client", "unit"),
        "workflow": KEY_TASK_REPORT,
    }
    return render(request, "catalog/key_task_report.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def key_task_evidence(request: StaffRequest, pk: int, evidence_pk: int) -> FileResponse:
    """A file that proves a report, for those who may read it."""
    reports = KeyTaskReport.objects.visible_to(request.actor).filter(pk=pk)
    found = get_object_or_404(
        KeyTaskEvidence.objects.filter(report__in=reports).select_related("report__key_task"), pk=evidence_pk
    )
    return attachment(found.file, found.download_name, found.content_type)


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def key_task_ask(request: StaffRequest, number: int) -> HttpResponse:
    """Ask the lead units for a report by a day."""
    task = _task(number)
    return form_page(
        request,
        RequestForm(posted(request)),
        lambda given: ask_for_report(key_task=task, **given, by=request.actor),
        then=lambda asked: _address(task),
        heading=_("Ask for a report"),
        submit=_("Ask for a report"),
        done=_("The report is asked for."),
        subtitle=str(task),
        back=_address(task),
        effects=[_("It stands on the workbench of the lead units until a report is sent.")],
    )


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def key_task_note(request: StaffRequest, number: int) -> HttpResponse:
    task = _task(number)
    return form_page(
        request,
        NoteForm(posted(request)),
        lambda given: note_on_task(key_task=task, **given, by=request.actor),
        then=lambda note: _address(task),
        heading=_("Write a note"),
        submit=_("Keep the note"),
        done=_("The note is kept."),
        subtitle=str(task),
        back=_address(task),
    )


def _name_leads_of_today(tasks: list[KeyTask]) -> None:
    """`leads_today`: who holds the lead units' duties today, where these are others than the annex names."""
    holders, units = current_holders(clock.today()), Unit.objects.in_bulk()
    for task in tasks:
        leads = [unit.pk for unit in task.lead_units.all()]
        today = dict.fromkeys(holders[pk] for pk in leads if pk in holders)
        named = [units[pk] for pk in today if pk not in leads]
        task.leads_today = named  # type: ignore[attr-defined]


def _task(number: int) -> KeyTask:
    tasks = KeyTask.objects.with_standing().select_related("memorandum").prefetch_related("lead_units")
    task = get_object_or_404(tasks, number=number)
    _name_leads_of_today([task])
    return task


def _report(request: StaffRequest, pk: int) -> KeyTaskReport:
    shown = KeyTaskReport.objects.visible_to(request.actor)
    related = ("key_task", "unit", "made_by", "sent_by", "answers")
    return get_object_or_404(shown.select_related(*related).prefetch_related("evidence"), pk=pk)


def _write(request: StaffRequest, task: KeyTask, report: KeyTaskReport | None) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = KeyTaskReportForm(*sent, key_task=task, report=report)

    def keep(given: dict[str, Any]) -> KeyTaskReport:
        says, evidence = form.says(), given["evidence"]
        if report is None:
            return draft_report(key_task=task, says=says, evidence=evidence, by=request.actor)
        return revise_report(
            report=report,
            says=says,
            evidence=evidence,
            without=given.get("without", ()),
            seen_step=given["seen_step"],
            by=request.actor,
        )

    return form_page(
        request,
        form,
        keep,
        then=lambda kept: reverse("key_task_report", args=[kept.pk]),
        heading=_("Report on a key task"),
        subtitle=str(task),
        submit=_("Keep as a draft"),
        done=_("Kept as a draft. Read it once more, then send it."),
        back=reverse("key_task_report", args=[report.pk]) if report else _address(task),
    )


def _address(task: KeyTask) -> str:
    return reverse("key_task", args=[task.number])


def _move(request: StaffRequest, report: KeyTaskReport) -> HttpResponse:
    name = request.POST.get("move", "")
    if name not in _REPORT_MOVES:
        raise Http404
    try:
        _REPORT_MOVES[name](report=report, by=request.actor)
    except NotFound:
        raise
    except DomainError as refusal:
        note_refusal(request, refusal)
        return redirect("key_task_report", report.pk)
    messages.success(request, _("The report is sent.") if name == "send" else _("The draft is discarded."))
    return redirect("key_task", report.key_task.number)


def _withdraw(request: StaffRequest, task: KeyTask) -> HttpResponse:
    asked = task.requests.filter(state=KeyTaskRequestState.ASKED).first()
    if request.POST.get("move") != "withdraw" or asked is None:
        raise Http404
    try:
        withdraw_request(request=asked, by=request.actor, reason=request.POST.get("reason", ""))
    except DomainError as refusal:
        note_refusal(request, refusal)
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("key_task", task.number)
