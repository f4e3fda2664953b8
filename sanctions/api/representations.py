"""Rows as the API shows them."""

from typing import Any

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.moves import open_moves
from sanctions.enums import HitState
from sanctions.models import Execution, Screening, UnitTask
from sanctions.selectors.screenings import FoundEntry, found_entries
from sanctions.workflow import UNIT_TASK


def screening_out(screening: Screening) -> dict[str, Any]:
    found = found_entries(screening, DataProfile(screening.unit.data_profile)) if screening.result == "HIT" else []
    return {
        "id": str(screening.pk),
        "result": screening.result.lower(),
        "unknown_reason": screening.unknown_reason.lower() or None,
        "hits": [_hit_out(one) for one in found],
        "positions": screening.positions,
        "screened_at": screening.screened_at,
        "as_of": screening.as_of,
        "known_at": screening.known_at,
        "closed_at": screening.closed_at,
        "receipt": screening.receipt,
    }


def _hit_out(found: FoundEntry) -> dict[str, Any]:
    hit = found.hit
    return {
        "id": hit.pk,
        "entry_id": str(hit.entry_id),
        "entry_version": hit.entry_version,
        "entry": found.entry,
        "match": hit.match.lower(),
        "matched_as": hit.matched_as.lower(),
        "score": hit.score,
        "answered": hit.state == HitState.ANSWERED,
        "measures": [
            {"id": measure.id, "content": measure.content, "bases": list(measure.bases)} for measure in found.measures
        ],
    }


def execution_out(execution: Execution) -> dict[str, Any]:
    return {
        "id": execution.pk,
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
    }


def task_out(task: UnitTask, actor: Actor) -> dict[str, Any]:
    publication = task.publication
    return {
        "id": task.pk,
        "kind": task.kind,
        "state": task.state,
        "list": publication.credit_list.code,
        "publication": {
            "id": publication.pk,
            "number": publication.number,
            "kind": publication.kind,
            "reason": publication.change_reason,
            "count": publication.count,
            "published_at": publication.published_at,
            "first_seq": publication.first_seq,
            "last_seq": publication.last_seq,
        },
        "due_on": task.due_on,
        "feedback_due_on": task.feedback_due_on,
        "is_overdue": task.is_overdue,
        "moves": [move.name for move in open_moves(UNIT_TASK, state=task.state, by=actor)],
    }
