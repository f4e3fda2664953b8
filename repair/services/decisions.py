"""How a repair application ends."""

from datetime import timedelta

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
from lists.services.corrections import PERSONS
from lists.services.related_persons import stored
from lists.services.removals import remove_entry
from repair.models import RepairApplication
from repair.services.applications import (
    DESK,
    accept_repair,
    ask_supplement,
    not_accept_repair,
    supplement_repair,
    verify_repair,
)


@transaction.atomic
def approve_repair(*, application: RepairApplication, by: Actor, reason: str) -> RepairApplication:
    """The dishonesty is corrected: the entry leaves at once, all units are told (order 36 art. 3: the same day).

    A related person who applied for himself is no longer named with the entry, which stays. Refusals: `move_not_open`,
    `act_not_allowed`, `reason_missing`, `own_work` (who verified does not approve), `not_your_unit`,
    `person_not_named` (not any more).
    """
    application, entry = _decide(application, "approve", by, reason)
    assert application.verified_by is not None, "only what was verified is approved"
    if application.person_index:
        _take_person_off(application, entry, by, reason)
        _write_decision(application, CaseDecision.APPROVE_PERSON, by)
        return application
    remove_entry(entry=entry, exit_reason=ExitReason.REPAIRED, made_by=application.verified_by, by=by, reason=reason)
    _write_decision(application, CaseDecision.APPROVE, by)
    return application


@transaction.atomic
def refuse_repair(
    *, application: RepairApplication, by: Actor, reason: str, is_false: bool = False
) -> RepairApplication:
    """The entry stays; the applicant gets reasons and remedies. `is_false`: the material was false, new
    applications are barred for the time the rules give.

    Refusals: as `approve_repair`.
    """
    application, entry = _decide(application, "refuse_false" if is_false else "refuse", by, reason)
    DESK.take_mark_off(entry, ChangeReason.REPAIR_REFUSED, by=by)
    _write_decision(application, CaseDecision.REFUSE, by)
    return application


@transaction.atomic
def close_repairs_of(*, publication: Publication, by: Actor = SYSTEM) -> int:
    """Entries left their list: what was still open about them has no object any more. Returns how many closed."""
    cases, reason = DESK.of_removed(publication), why_removed(publication)
    for application in cases:
        DESK.close(application, by=by, reason=reason)
    return len(cases)


def move_repair(*, application: RepairApplication, name: str, by: Actor, reason: str = "") -> RepairApplication:
    """The step that a button of the case page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "accept":
            return accept_repair(application=application, by=by)
        case "ask_supplement":
            return ask_supplement(application=application, by=by, reason=reason)
        case "enter_supplement":
            return supplement_repair(application=application, text=reason, by=by)
        case "not_accept":
            return not_accept_repair(application=application, by=by, reason=reason)
        case "verify":
            return verify_repair(application=application, by=by, reason=reason)
        case "approve":
            return approve_repair(application=application, by=by, reason=reason)
        case "refuse" | "refuse_false":
            return refuse_repair(application=application, by=by, reason=reason, is_false=name == "refuse_false")
    raise DomainError("move_not_open", _("This is no step of a repair application."))


def _take_person_off(application: RepairApplication, entry: Entry, by: Actor, reason: str) -> None:
    assert application.verified_by is not None, "only what was verified is approved"
    persons = list(entry.related_persons.all())
    others = [person for person in persons if person.number_index != application.person_index]
    if len(others) == len(persons):
        raise DomainError("person_not_named", _("This person is not named with the entry any more."))
    correct_entry(
        entry=entry,
        new_values={PERSONS: [stored(person) for person in others]},
        made_by=application.verified_by,
        by=by,
        reason=reason,
        change_reason=ChangeReason.PERSON_REPAIRED,
    )
    DESK.take_mark_off(entry, ChangeReason.PERSON_REPAIRED, by=by)


def _write_decision(application: RepairApplication, decision: CaseDecision, by: Actor) -> None:
    DESK.write(
        NoticeKind.CASE_DECIDED,
        application,
        by=by,
        decision=decision,
        reason=application.decision_text,
        barred_until=application.barred_until,
        again_from=application.again_from,
        remedies=application.remedies or None,
    )


def _decide(application: RepairApplication, move: str, by: Actor, reason: str) -> tuple[RepairApplication, Entry]:
    """Move and record first: a removal then closes only the other applications."""
    application = DESK.lock(application, by)
    today = clock.today()
    application.approved_by, application.approved_at = by.user, clock.now()
    application.decision_text = reason
    if move != "approve":
        application.remedies = remedies_text(today)
        application.again_from = today + timedelta(days=application.rule_profile["refused_again_days"])
    if move == "refuse_false":
        bar = application.rule_profile["false_material_bar_days"]
        application.is_false, application.barred_until = True, today + timedelta(days=bar)
    DESK.move(move, application, by=by, reason=reason, made_by=[application.verified_by_id])
    assert application.entry is not None, "only an application about an entry is verified"
    return application, application.entry
