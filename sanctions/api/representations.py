"""Rows as the API shows them."""

from collections.abc import Iterable
from typing import Any

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.moves import open_moves
from sanctions.enums import HitState, Match, MatchedAs
from sanctions.models import Execution, Screening, UnitTask
from sanctions.selectors.duties import OwnMeasure
from sanctions.selectors.screenings import FoundEntry, SuggestedEntry, found_entries, suggested_entries
from sanctions.workflow import UNIT_TASK


def screening_out(screening: Screening) -> dict[str, Any]:
    profile = DataProfile(screening.unit.data_profile)
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
    }


def _measures_out(measures: Iterable[OwnMeasure]) -> list[dict[str, Any]]:
    return [{"id": measure.id, "content": measure.content, "bases": list(measure.bases)} for measure in measures]


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
        "explanation": str(hit.get_match_display()),
        "answered": hit.state == HitState.ANSWERED,
        "measures": _measures_out(found.measures),
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
