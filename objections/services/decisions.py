"""How an objection ends. The result goes to all units in either case (P §四(三))."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.remedies import remedies_text
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import CaseDecision, ChangeReason, ExitReason, NoticeKind
from lists.models import Entry, Publication
from lists.services.amendments import correct_entry
from lists.services.case_desk import why_removed
from lists.services.removals import remove_entry
from objections.enums import Decision
from objections.models import Objection
from objections.services.extensions import lapse_extension
from objections.services.help import close_help_requests
from objections.services.objections import (
    DESK,
    accept_objection,
    ask_supplement,
    examine_objection,
    not_accept_objection,
    supplement_objection,
)


@transaction.atomic
def uphold_by_correction(*, objection: Objection, new_values: dict[str, Any], by: Actor, reason: str) -> Objection:
    """The objection is right: the entry is corrected, a new version goes to all units, the mark goes.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work` (examiner, maker or reviewer of the
    listing), `not_your_unit`, and those of the correction: `field_not_correctable`, `value_not_valid`,
    `nothing_changes`, `term_beyond_cap`.
    """
    objection, entry = _decide(objection, "correct", Decision.CORRECT, by, reason)
    assert objection.examined_by is not None, "only what was examined is decided"
    before = {name: _plain(getattr(entry, name)) for name in new_values}
    correct_entry(
        entry=entry,
        new_values=new_values,
        made_by=objection.examined_by,
        by=by,
        reason=reason,
        change_reason=ChangeReason.OBJECTION_UPHELD,
    )
    entry.refresh_from_db()
    objection.corrections = {
        name: [before[name], after] for name in new_values if (after := _plain(getattr(entry, name))) != before[name]
    }
    objection.save(update_fields=["corrections"])
    DESK.take_mark_off(entry, ChangeReason.OBJECTION_CLOSED, by=by)
    _write_decision(objection, CaseDecision.CORRECT, by, corrections=objection.corrections)
    return objection


@transaction.atomic
def uphold_by_removal(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """The objection is right: the entry leaves at once; every unit is told and must confirm release.

    Refusals: as `uphold_by_correction`.
    """
    objection, entry = _decide(objection, "remove", Decision.REMOVE, by, reason)
    assert objection.examined_by is not None, "only what was examined is decided"
    remove_entry(
        entry=entry, exit_reason=ExitReason.OBJECTION_UPHELD, made_by=objection.examined_by, by=by, reason=reason
    )
    _write_decision(objection, CaseDecision.REMOVE, by)
    return objection


@transaction.atomic
def dismiss_objection(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """The objection is not right: reasons and remedies for the applicant, the result for all units.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work`, `not_your_unit`,
    `rule_profile_missing`.
    """
    objection, entry = _decide(
        objection, "dismiss", Decision.DISMISS, by, reason, remedies=remedies_text(clock.today())
    )
    DESK.take_mark_off(entry, ChangeReason.OBJECTION_DISMISSED, by=by)
    _write_decision(objection, CaseDecision.DISMISS, by, remedies=objection.remedies)
    return objection


@transaction.atomic
def close_objections_of(*, publication: Publication, by: Actor = SYSTEM) -> int:
    """Entries left their list: what was still open about them has no object any more. Returns how many closed."""
    cases, reason = DESK.of_removed(publication), why_removed(publication)
    for objection in cases:
        objection.paused_on = None
        close_help_requests(objection=objection, reason=reason)
        lapse_extension(objection=objection, reason=reason)
        DESK.close(objection, by=by, reason=reason)
    return len(cases)


def move_objection(*, objection: Objection, name: str, by: Actor, reason: str = "") -> Objection:
    """The step that a button of the case page names; a correction and a pause have pages of their own.

    Refusals: `move_not_open` and those of the step.
    """
    match name:
        case "accept":
            return accept_objection(objection=objection, by=by)
        case "ask_supplement":
            return ask_supplement(objection=objection, by=by, reason=reason)
        case "enter_supplement":
            return supplement_objection(objection=objection, text=reason, by=by)
        case "not_accept":
            return not_accept_objection(objection=objection, by=by, reason=reason)
        case "examine":
            return examine_objection(objection=objection, by=by, reason=reason)
        case "remove":
            return uphold_by_removal(objection=objection, by=by, reason=reason)
        case "dismiss":
            return dismiss_objection(objection=objection, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of an objection."))


def _decide(
    objection: Objection, move: str, decision: Decision, by: Actor, reason: str, *, remedies: str = ""
) -> tuple[Objection, Entry]:
    """Move and record first: a removal then closes only the other objections."""
    objection = DESK.lock(objection, by)
    objection.decision, objection.decision_text, objection.remedies = decision, reason, remedies
    objection.decided_by, objection.decided_at = by.user, clock.now()
    DESK.move(move, objection, by=by, reason=reason, made_by=objection.barred_deciders)
    lapse_extension(objection=objection, reason=_("The objection is decided."))
    assert objection.entry is not None, "only an objection to an entry is examined"
    return objection, objection.entry


def _write_decision(objection: Objection, decision: CaseDecision, by: Actor, **said: Any) -> None:
    reason = objection.decision_text
    DESK.write(NoticeKind.CASE_DECIDED, objection, by=by, decision=decision, reason=reason, **said)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
