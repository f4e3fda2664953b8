"""Rows as the API shows them."""

from collections.abc import Iterable
from typing import Any

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.moves import open_moves
from sanctions.enums import HitState, Match, MatchedAs
from sanctions.models import Execution, ExecutionAttachment, NotSameParty, Screening, UnitTask, WrittenPromise
from sanctions.rules import result_of_all
from sanctions.selectors.duties import OwnMeasure, current_holder
from sanctions.selectors.releases import TakenMeasure, measures_taken, with_liftings
from sanctions.selectors.screenings import (
    FoundEntry,
    SuggestedEntry,
    consortium_of,
    found_entries,
    suggested_entries,
)
from sanctions.selectors.unit_tasks import ResponseRow
from sanctions.workflow import PROMISE, UNIT_TASK


def screening_out(
    screening: Screening, found: list[FoundEntry] | None = None, members: list[Screening] | None = None
) -> dict[str, Any]:
    """`found`: the hits with their entries, and `members`: the consortium, where they are known already."""
    if members is None:
        members = consortium_of(screening)
    profile = DataProfile(current_holder(screening.unit).data_profile)
    if found is None:
        found = found_entries(screening, profile) if screening.result == "HIT" else []
    suggested = suggested_entries(screening, profile)
    return {
        "id": str(screening.pk),
        "result": screening.result.lower(),
        "unknown_reason": screening.unknown_reason.lower() or None,
        "hits": [*map(hit_out, found), *map(_suggestion_out, suggested)],
        "positions": screening.positions,
        "screened_at": screening.screened_at,
        "as_of": screening.as_of,
        "known_at": screening.known_at,
        "closed_at": screening.closed_at,
        "receipt": screening.receipt,
        "consortium": _consortium_out(members) if members else None,
    }


def _consortium_out(members: list[Screening]) -> dict[str, Any]:
    return {
        "result": result_of_all(member.result for member in members).lower(),
        "members": [{"id": str(member.pk), "result": member.result.lower()} for member in members],
    }


def not_same_out(judgement: NotSameParty) -> dict[str, Any]:
    return {
        "reason": judgement.reason,
        "judged_at": judgement.judged_at,
        "screening": str(judgement.screening_id),
    }


def _suggestion_out(found: SuggestedEntry) -> dict[str, Any]:
    """In the same shape, without an id: it is not to be answered."""
    return {
        "id": None,
        "entry_id": found.entry_id,
        "entry_version": found.entry_version,
        "entry": found.entry,
        "match": Match.NAME.lower(),
        "matched_as": MatchedAs.SUBJECT.lower(),
        "score": found.score,
        "explanation": found.explanation,
        "answered": False,
        "measures": _measures_out(found.measures),
        "not_same": not_same_out(found.judgement) if found.judgement else None,
    }


def _measures_out(measures: Iterable[OwnMeasure]) -> list[dict[str, Any]]:
    return [
        {"id": measure.id, "content": measure.content, "category": measure.category, "bases": list(measure.bases)}
        for measure in measures
    ]


def hit_out(found: FoundEntry) -> dict[str, Any]:
    hit = found.hit
    return {
        "id": hit.pk,
        "entry_id": str(hit.entry_id),
        "entry_version": hit.entry_version,
        "entry": found.entry,
        "match": hit.match.lower(),
        "matched_as": hit.matched_as.lower(),
        "score": hit.score,
        "explanation": str(Match(hit.match).label),
        "answered": hit.state == HitState.ANSWERED,
        "measures": _measures_out(found.measures),
    }


def execution_out(execution: Execution) -> dict[str, Any]:
    return {
        "id": execution.pk,
        "unit": execution.unit.code,
        "hit": execution.hit_id,
        "task": execution.task_id,
        "entry_id": str(execution.entry_id) if execution.entry_id else None,
        "outcome": execution.outcome.lower(),
        "measures": [measure.pk for measure in execution.measures.all()],
        "reason": execution.reason,
        "performed_on": execution.performed_on,
        "matter": execution.matter,
        "amount": None if execution.amount is None else str(execution.amount),
        "note": execution.note,
        "made_at": execution.made_at,
        "cancelled_at": execution.cancelled_at,
        "cancel_reason": execution.cancel_reason,
        "liftings": [
            {"measure": one.measure_id, "lifted_on": one.lifted_on, "reason": one.reason}
            for one in execution.liftings.all()
        ],
        "attachments": [attachment_out(one) for one in execution.attachments.all()],
        "promise": execution.promise.pk if hasattr(execution, "promise") else None,
    }


def attachment_out(attachment: ExecutionAttachment) -> dict[str, Any]:
    return {name: getattr(attachment, name) for name in ("id", "content_type", "size", "sha256", "added_at")}


def promise_out(promise: WrittenPromise, actor: Actor) -> dict[str, Any]:
    return {
        "id": promise.pk,
        "execution": promise.execution_id,
        "entry_id": str(promise.execution.entry_id),
        "missing": promise.missing,
        "wording": promise.wording,
        "due_on": promise.due_on,
        "state": promise.state,
        "is_overdue": promise.is_overdue,
        "moves": [move.name for move in open_moves(PROMISE, state=promise.state, by=actor)],
    }


def response_out(row: ResponseRow) -> dict[str, Any]:
    task = row.task
    return {
        "task": task.pk,
        "unit": {"code": task.unit.code, "name": task.unit.name},
        "list": task.credit_list.code,
        "publication": _publication_out(task),
        "period": _period_out(task),
        "kind": task.kind,
        "state": task.state,
        "due_on": task.due_on,
        "feedback_due_on": task.feedback_due_on,
        "is_overdue": task.is_overdue,
        "signed_at": row.signed_at,
        "is_signed_late": row.is_late,
        "answered_at": row.answered_at,
        "reason": row.reason,
    }


def _publication_out(task: UnitTask) -> dict[str, Any] | None:
    publication = task.publication
    if publication is None:
        return None
    return {
        "id": publication.pk,
        "number": publication.number,
        "kind": publication.kind,
        "reason": publication.change_reason,
        "count": publication.count,
        "published_at": publication.published_at,
        "first_seq": publication.first_seq,
        "last_seq": publication.last_seq,
    }


def _period_out(task: UnitTask) -> dict[str, Any] | None:
    return {"from": task.period_from, "to": task.period_to} if task.period_to else None


def task_out(task: UnitTask, actor: Actor) -> dict[str, Any]:
    return {
        "id": task.pk,
        "kind": task.kind,
        "state": task.state,
        "list": task.credit_list.code,
        "publication": _publication_out(task),
        "period": _period_out(task),
        "due_on": task.due_on,
        "feedback_due_on": task.feedback_due_on,
        "is_overdue": task.is_overdue,
        "is_taken_on": task.claimed_by_id is not None,
        "moves": [move.name for move in open_moves(UNIT_TASK, state=task.state, by=actor)],
    }


def release_task_out(task: UnitTask, actor: Actor) -> dict[str, Any]:
    """A task with the measures that are to be lifted, and what became of them."""
    return {**task_out(task, actor), "measures": [_taken_out(one) for one in with_liftings(measures_taken(task), task)]}


def _taken_out(taken: TakenMeasure) -> dict[str, Any]:
    execution, lifting = taken.execution, taken.lifting
    return {
        "execution": execution.pk,
        "entry_id": str(execution.entry_id) if execution.entry_id else None,
        "measure": taken.measure.pk,
        "content": taken.measure.content,
        "performed_on": execution.performed_on,
        "amount": None if execution.amount is None else str(execution.amount),
        "lifted_on": lifting.lifted_on if lifting else None,
        "reason": lifting.reason if lifting else None,
    }
