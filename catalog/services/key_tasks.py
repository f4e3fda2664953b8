"""重点任务: lead units report on the rows of the annex; the coordinator asks for reports and notes what he thinks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog import events
from catalog.enums import KeyTaskProgress, KeyTaskReportState, KeyTaskRequestState
from catalog.models import (
    KeyTask,
    KeyTaskEvidence,
    KeyTaskNote,
    KeyTaskReport,
    KeyTaskReportMove,
    KeyTaskRequest,
    KeyTaskRequestMove,
)
from catalog.selectors import key_tasks_of, lead_holders
from catalog.workflow import KEY_TASK_REPORT, KEY_TASK_REQUEST
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import EventKind
from jinan_credit.accounts.files import files_or_nothing, keep_file
from jinan_credit.accounts.models import Unit, User
from jinan_credit.accounts.moves import make_move, require_move, require_seen, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff, units_with
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import require_no_citizen_number
from jinan_credit.kernel.uploads import MOST_FILES, CleanFile


@dataclass(frozen=True)
class Progress:
    """What a report says. Of a single day, both ends of the period are that day."""

    progress: str
    text: str
    period_from: date
    period_to: date


@files_or_nothing()
def draft_report(*, key_task: KeyTask, says: Progress, by: Actor, evidence: Iterable[CleanFile] = ()) -> KeyTaskReport:
    """Begin a report on a task that one's own unit leads today.

    Refusals: `act_not_allowed`, `person_needed`; `not_your_task`; `text_missing`, `period_backwards`, `day_to_come`,
    `task_has_an_end`; `number_told`; `evidence_known`, `too_many_files`.
    """
    user, unit = _person(by, Act.REPORT_KEY_TASKS)
    _require_lead(key_task, by)
    report = KeyTaskReport(key_task=key_task, unit=unit, made_by=user, made_at=clock.now())
    _write(report, says)
    _keep(report, evidence, user)
    write_move(KeyTaskReportMove, report, "draft", from_state="", to_state=report.state, by=by, reason="")
    return report


@files_or_nothing()
def revise_report(
    *,
    report: KeyTaskReport,
    says: Progress,
    by: Actor,
    evidence: Iterable[CleanFile] = (),
    without: Collection[int] = (),
    seen_step: int | None = None,
) -> KeyTaskReport:
    """Write a draft of one's own unit anew. `without`: ids of files to take out.

    Refusals: as `draft_report`; `not_found`, `report_was_sent`, `edit_conflict`.
    """
    user, _unit = _person(by, Act.REPORT_KEY_TASKS)
    report = _lock(report, by)
    if report.state != KeyTaskReportState.DRAFT:
        raise DomainError("report_was_sent", _("A report stays as it was sent. Write a new one."))
    require_seen(report, seen_step)
    _write(report, says)
    _take_out(report.evidence.filter(pk__in=without))
    _keep(report, evidence, user)
    write_move(KeyTaskReportMove, report, "revise", from_state=report.state, to_state=report.state, by=by, reason="")
    return report


@transaction.atomic
def send_report(*, report: KeyTaskReport, by: Actor) -> KeyTaskReport:
    """Send a draft of one's own unit: the task has the status that it says, and a request for a report is answered.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `not_your_task` (another unit leads it meanwhile).
    """
    user, _unit = _person(by, Act.REPORT_KEY_TASKS)
    report = _lock(report, by)
    require_move(KEY_TASK_REPORT, "send", state=report.state, by=by)
    _require_lead(report.key_task, by)
    request = report.key_task.requests.select_for_update().filter(state=KeyTaskRequestState.ASKED).first()
    if request is not None:
        make_move(KeyTaskRequestMove, request, KEY_TASK_REQUEST, "answer", by=by)
    report.answers, report.sent_by, report.sent_at = request, user, clock.now()
    make_move(KeyTaskReportMove, report, KEY_TASK_REPORT, "send", by=by)
    number, link = report.key_task.number, reverse("key_task_report", args=[report.pk])
    tell_staff(events.REPORT_SENT, link=link, unit=str(report.unit), number=number)
    return report


@transaction.atomic
def discard_report(*, report: KeyTaskReport, by: Actor) -> KeyTaskReport:
    """Give up a draft of one's own unit. Refusals: `act_not_allowed`, `not_found`, `move_not_open`."""
    report = _lock(report, by)
    make_move(KeyTaskReportMove, report, KEY_TASK_REPORT, "discard", by=by)
    return report


@transaction.atomic
def ask_for_report(*, key_task: KeyTask, due_on: date, by: Actor, text: str = "") -> KeyTaskRequest:
    """Ask the lead units for a report by a day; it stands on their workbench until one is sent.

    Refusals: `act_not_allowed`, `person_needed`, `day_past`, `number_told`, `already_asked`.
    """
    user, _unit = _person(by, Act.OVERSEE)
    require_no_citizen_number(text=text)
    if due_on < clock.today():
        raise InvalidInput("day_past", _("This day is over. Choose today or a later day."), field="due_on")
    try:
        with transaction.atomic():
            request = KeyTaskRequest.objects.create(
                key_task=key_task, due_on=due_on, text=text.strip(), asked_by=user, asked_at=clock.now()
            )
    except IntegrityError as error:
        if "asked_for_one_report_at_a_time" not in str(error):
            raise
        raise DomainError(
            "already_asked", _("A report on this task is asked for already. Withdraw that request first.")
        ) from error
    write_move(KeyTaskRequestMove, request, "ask", from_state="", to_state=request.state, by=by, reason=request.text)
    _tell_leads(events.REPORT_ASKED, key_task, day=due_on)
    return request


@transaction.atomic
def withdraw_request(*, request: KeyTaskRequest, by: Actor, reason: str) -> KeyTaskRequest:
    """Refusals: `act_not_allowed`, `move_not_open`, `reason_missing`, `number_told`."""
    require_no_citizen_number(reason=reason)
    request = KeyTaskRequest.objects.select_for_update().get(pk=request.pk)
    make_move(KeyTaskRequestMove, request, KEY_TASK_REQUEST, "withdraw", by=by, reason=reason)
    return request


@transaction.atomic
def note_on_task(*, key_task: KeyTask, text: str, by: Actor) -> KeyTaskNote:
    """Write a note for the lead units. Refusals: `act_not_allowed`, `person_needed`, `text_missing`, `number_told`."""
    user, _unit = _person(by, Act.OVERSEE)
    require_no_citizen_number(text=text)
    if not text.strip():
        raise InvalidInput("text_missing", _("Write what is to be noted."), field="text")
    note = KeyTaskNote.objects.create(key_task=key_task, text=text.strip(), made_by=user, made_at=clock.now())
    _tell_leads(events.TASK_NOTED, key_task)
    return note


def _tell_leads(kind: EventKind, key_task: KeyTask, **values: Any) -> None:
    """Those who report on it: as `key_tasks_of` has it, whoever keeps the catalogue where nobody else does."""
    units = lead_holders(key_task) or units_with(Act.KEEP_CATALOGUE)
    tell_staff(kind, units=units, link=reverse("key_task", args=[key_task.number]), number=key_task.number, **values)


def _person(by: Actor, act: Act) -> tuple[User, Unit]:
    by.require(act)
    if by.user is None or by.unit is None:
        raise NotAllowed("person_needed", _("Only a person of a unit does this."))
    return by.user, by.unit


def _require_lead(key_task: KeyTask, by: Actor) -> None:
    if not key_tasks_of(by).filter(pk=key_task.pk).exists():
        raise NotAllowed("not_your_task", _("Another unit leads this task: its lead units report on it."))


def _lock(report: KeyTaskReport, by: Actor) -> KeyTaskReport:
    by.require(Act.REPORT_KEY_TASKS)
    reports = KeyTaskReport.objects.select_for_update(of=("self",)).select_related("key_task")
    locked = reports.filter(pk=report.pk, unit=by.unit).first()
    if locked is None:
        raise NotFound
    return locked


def _write(report: KeyTaskReport, says: Progress) -> None:
    if not says.text.strip():
        raise InvalidInput("text_missing", _("Say what has been done."), field="text")
    require_no_citizen_number(text=says.text)
    if says.period_to < says.period_from:
        raise InvalidInput("period_backwards", _("The last day is before the first day."), field="period_to")
    if says.period_to > clock.today():
        raise InvalidInput("day_to_come", _("Report on what has been: this day has not come yet."), field="period_to")
    if says.progress == KeyTaskProgress.CONTINUING and report.key_task.due_on is not None:
        raise InvalidInput(
            "task_has_an_end", _("This task has a time limit: say whether it is done."), field="progress"
        )
    report.progress, report.text = says.progress, says.text.strip()
    report.period_from, report.period_to = says.period_from, says.period_to
    report.save()


def _keep(report: KeyTaskReport, evidence: Iterable[CleanFile], user: User) -> None:
    """Under random names and with their hashes, in `files_or_nothing`."""
    hashes = list(report.evidence.values_list("sha256", flat=True))
    for file in evidence:
        if file.sha256 in hashes:
            raise DomainError("evidence_known", _("This very file is with the report already."), field="evidence")
        hashes.append(file.sha256)
        if len(hashes) > MOST_FILES:
            raise DomainError(
                "too_many_files", _("A report has at most %(most)d files.") % {"most": MOST_FILES}, field="evidence"
            )
        kept = KeyTaskEvidence(
            report=report,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            added_by=user,
            added_at=clock.now(),
        )
        keep_file(kept.file, file)
        kept.save()


def _take_out(evidence: QuerySet[KeyTaskEvidence]) -> None:
    for one in evidence:
        one.delete()
        transaction.on_commit(partial(one.file.storage.delete, str(one.file.name)))
