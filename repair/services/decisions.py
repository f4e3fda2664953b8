"""How a repair application ends."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.remedies import remedies_text
from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.moves import make_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import CaseDecision, CaseKind, ChangeReason, ExitReason, Mark, NoticeKind
from lists.models import Entry, Publication
from lists.services.amendments import correct_entry, mark_entry, unmark_entry
from lists.services.case_letters import tell, write_letter
from lists.services.corrections import PERSONS
from lists.services.related_persons import stored
from lists.services.removals import remove_entry
from repair.enums import RepairState
from repair.models import RepairApplication, RepairMove
from repair.services.applications import (
    accept_repair,
    ask_supplement,
    lock,
    not_accept_repair,
    supplement_repair,
    verify_repair,
)
from repair.workflow import REPAIR


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
    _take_mark_off(entry, ChangeReason.REPAIR_REFUSED, by)
    _write_decision(application, CaseDecision.REFUSE, by)
    return application


@transaction.atomic
def close_repairs_of(*, publication: Publication, by: Actor = SYSTEM) -> int:
    """Entries left their list: what was still open about them has no object any more. Returns how many closed."""
    closing = (
        RepairApplication.objects.open()
        .filter(entry__last_publication=publication)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    reason = _("The entry left the list: %(reason)s.") % {"reason": ExitReason(publication.change_reason).label}
    count = 0
    for application in closing:
        make_move(RepairMove, application, REPAIR, "close", by=by, reason=reason)
        tell(application, RepairState.CLOSED.label)
        count += 1
    return count


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
    _take_mark_off(entry, ChangeReason.PERSON_REPAIRED, by)


def _take_mark_off(entry: Entry, change_reason: ChangeReason, by: Actor) -> None:
    """The mark goes, unless another application about the entry is under way."""
    unmark_entry(entry=entry, mark=Mark.REPAIR_OPEN, change_reason=change_reason, by=by)
    others = RepairApplication.objects.filter(entry=entry, state__in=[RepairState.ACCEPTED, RepairState.VERIFIED])
    if others.exists():
        mark_entry(entry=entry, mark=Mark.REPAIR_OPEN, change_reason=ChangeReason.REPAIR_OPENED, by=SYSTEM)


def _write_decision(application: RepairApplication, decision: CaseDecision, by: Actor) -> None:
    write_letter(
        NoticeKind.CASE_DECIDED,
        CaseKind.REPAIR,
        application,
        by=by,
        decision=decision,
        reason=application.decision_text,
        barred_until=application.barred_until,
        remedies=application.remedies or None,
    )


def _decide(application: RepairApplication, move: str, by: Actor, reason: str) -> tuple[RepairApplication, Entry]:
    """Move and record first: a removal then closes only the other applications."""
    application = lock(application, by)
    today = clock.today()
    application.approved_by, application.approved_at = by.user, clock.now()
    application.decision_text = reason
    if move != "approve":
        application.remedies = remedies_text(today)
        application.again_from = today + timedelta(days=application.rule_profile["refused_again_days"])
    if move == "refuse_false":
        bar = application.rule_profile["false_material_bar_days"]
        application.is_false, application.barred_until = True, today + timedelta(days=bar)
    make_move(RepairMove, application, REPAIR, move, by=by, reason=reason, made_by=[application.verified_by_id])
    assert application.entry is not None, "only an application about an entry is verified"
    return application, application.entry
