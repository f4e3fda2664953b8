"""What happens to an objection until it is ready for decision."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from catalog.services.remedies import remedies_text
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.applicants import Applicant
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import EventKind
from jinan_credit.accounts.files import files_or_nothing, keep_documents
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, require_move, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.receipts import new_receipt_number, new_secret, secret_hash
from jinan_credit.kernel.uploads import CleanFile
from jinan_credit.kernel.workdays import WorkCalendar
from lists.enums import CaseKind, ChangeReason, Mark, NoticeKind
from lists.models import CreditList, Entry
from lists.selectors import entry_meant
from lists.services.amendments import mark_entry
from lists.services.case_letters import tell, write_letter
from lists.services.counters import counter_of, require_counter
from objections import events
from objections.models import Objection, ObjectionMove
from objections.workflow import OBJECTION


@dataclass(frozen=True)
class SubmittedObjection:
    """`secret` is shown once: only its keyed hash is kept."""

    objection: Objection
    secret: str


@files_or_nothing()
def submit_objection(
    *,
    entry: Entry,
    applicant: Applicant,
    grounds: str,
    statement: str,
    by: Actor,
    evidence: Iterable[CleanFile] = (),
) -> SubmittedObjection:
    """Take in an objection to an entry in force. `by` is the system for the public form, else a clerk of the unit.

    Refusals: `entry_not_in_force`, `objection_open` (one open objection an entry and applicant),
    `act_not_allowed`, `not_your_unit`, `case_full` (too much evidence).
    """
    entry = Entry.objects.select_for_update(of=("self",)).select_related("credit_list", "unit").get(pk=entry.pk)
    require_counter(entry.unit, Act.EXAMINE_OBJECTIONS, by=by)
    if not entry.is_in_force:
        raise DomainError(
            "entry_not_in_force", _("This entry is not in force any more; there is nothing to object to.")
        )
    if _has_open(entry, applicant):
        raise DomainError(
            "objection_open",
            _("An objection of yours to this entry is under way already. Its receipt number shows where it stands."),
        )
    return _submit(
        entry.credit_list, entry.unit, entry, entry.document_number, applicant, grounds, statement, by, evidence
    )


@files_or_nothing()
def submit_objection_by_document(
    *,
    credit_list: CreditList,
    document_number: str,
    applicant: Applicant,
    grounds: str,
    statement: str,
    by: Actor,
    evidence: Iterable[CleanFile] = (),
) -> SubmittedObjection:
    """Take in an objection by the document's number and the applicant's identifier.

    Answers the same whether an entry fits or not, so nobody learns who is listed (SD art. 20); what fits none
    goes to the initiating unit of the list that was named. Refusals: `act_not_allowed`, `not_your_unit`, `case_full`.
    """
    meant, entry = entry_meant(credit_list, document_number, applicant.identifier), None
    if meant is not None:
        entry = Entry.objects.select_for_update(of=("self",)).select_related("unit").get(pk=meant.entry.pk)
        if not entry.is_in_force or _has_open(entry, applicant):
            entry = None
    unit = entry.unit if entry else counter_of(credit_list, by=by)
    require_counter(unit, Act.EXAMINE_OBJECTIONS, by=by)
    return _submit(credit_list, unit, entry, document_number, applicant, grounds, statement, by, evidence)


@transaction.atomic
def accept_objection(*, objection: Objection, by: Actor) -> Objection:
    """Accept: all units learn that an objection is open; measures are not suspended (P §四(三)).

    Refusals: `move_not_open`, `act_not_allowed`, `not_your_unit`, `no_entry_found`.
    """
    objection = lock(objection, by)
    require_move(OBJECTION, "accept", state=objection.state, by=by)
    if objection.entry is None:
        raise DomainError(
            "no_entry_found", _("No entry fits the number and identifier given. Do not accept it, and say so.")
        )
    make_move(ObjectionMove, objection, OBJECTION, "accept", by=by)
    mark_entry(entry=objection.entry, mark=Mark.OBJECTION_OPEN, change_reason=ChangeReason.OBJECTION_OPENED, by=by)
    write_letter(NoticeKind.CASE_ACCEPTED, CaseKind.OBJECTION, objection, by=by, due_on=objection.due_on)
    return objection


@transaction.atomic
def ask_supplement(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """Ask the applicant, once, for what is missing; the clock stands still until it is there.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`, `supplement_asked_before`.
    """
    objection = lock(objection, by)
    require_move(OBJECTION, "ask_supplement", state=objection.state, by=by, reason=reason)
    if objection.supplement_asked_on is not None:
        raise DomainError("supplement_asked_before", _("A supplement can be asked for once only."))
    objection.supplement_asked_on = clock.today()
    due = work_calendar().due_on(clock.today(), objection.rule_profile["supplement_wd"])
    objection.supplement_due_on, objection.supplement_due_is_provisional = due.on, due.provisional
    make_move(ObjectionMove, objection, OBJECTION, "ask_supplement", by=by, reason=reason)
    write_letter(
        NoticeKind.CASE_SUPPLEMENT,
        CaseKind.OBJECTION,
        objection,
        by=by,
        reason=reason,
        due_on=objection.supplement_due_on,
    )
    return objection


@files_or_nothing()
def supplement_objection(
    *, objection: Objection, text: str, by: Actor, evidence: Iterable[CleanFile] = ()
) -> Objection:
    """Take in the supplement; the working days are counted anew from today. `by` as in `submit_objection`.

    Refusals: `move_not_open`, `act_not_allowed`, `not_your_unit`, `reason_missing` (an empty text), `case_full`.
    """
    objection = lock(objection, by)
    if not text.strip():
        raise InvalidInput("reason_missing", _("Write what you add."), field="text")
    name = "supplement" if by.is_system else "enter_supplement"
    require_move(OBJECTION, name, state=objection.state, by=by, reason=text)
    objection.supplement = text
    _start_clock(objection)
    make_move(ObjectionMove, objection, OBJECTION, name, by=by, reason=text)
    keep_documents(objection.evidence, evidence, by=by)
    _tell_unit(events.OBJECTION_SUPPLEMENTED, objection)
    return objection


@transaction.atomic
def not_accept_objection(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`."""
    objection = lock(objection, by)
    make_move(ObjectionMove, objection, OBJECTION, "not_accept", by=by, reason=reason)
    remedies = remedies_text(clock.today())
    write_letter(NoticeKind.CASE_NOT_ACCEPTED, CaseKind.OBJECTION, objection, by=by, reason=reason, remedies=remedies)
    return objection


@transaction.atomic
def examine_objection(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """Record what the examination found (`reason`). Who approved the listing does not examine.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work`, `not_your_unit`, `help_open`.
    """
    objection = lock(objection, by)
    barred = [objection.listing_reviewed_by_id]
    require_move(OBJECTION, "examine", state=objection.state, by=by, reason=reason, made_by=barred)
    if objection.help_requests.open().exists():
        raise DomainError(
            "help_open",
            _("Another unit was asked and has not answered. Wait for it, or withdraw the question with a reason."),
        )
    objection.examined_by, objection.examined_at, objection.finding = by.user, clock.now(), reason
    make_move(
        ObjectionMove,
        objection,
        OBJECTION,
        "examine",
        by=by,
        reason=reason,
        made_by=barred,
    )
    _tell_unit(events.OBJECTION_TO_DECIDE, objection)
    return objection


def lock(objection: Objection, by: Actor) -> Objection:
    """The row to decide on, locked after its entry: the order in which a removal locks too."""
    if objection.entry_id is not None:
        Entry.objects.select_for_update(of=("self",)).get(pk=objection.entry_id)
    locked = (
        Objection.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("entry__credit_list", "entry__unit", "rule_profile")
        .filter(pk=objection.pk)
        .first()
    )
    if locked is None:
        raise NotFound("not_your_unit", _("This objection belongs to another unit."))
    return locked


def count_due(objection: Objection, calendar: WorkCalendar) -> None:
    """The last day, from what is counted and the calendar known now."""
    due = calendar.due_on(objection.counted_from, objection.counted_wd)
    objection.due_on, objection.due_is_provisional = due.on, due.provisional


def _submit(
    credit_list: CreditList,
    unit: Unit,
    entry: Entry | None,
    document_number: str,
    applicant: Applicant,
    grounds: str,
    statement: str,
    by: Actor,
    evidence: Iterable[CleanFile],
) -> SubmittedObjection:
    number, secret = new_receipt_number("YY", clock.today()), new_secret()
    objection = Objection(
        receipt_number=number,
        secret_hash=secret_hash(number, secret),
        credit_list=credit_list,
        entry=entry,
        stated_document=document_number,
        unit=unit,
        grounds=grounds,
        statement=statement,
        received_on=clock.today(),
        rule_profile=RuleProfile.objects.for_case("objection", clock.today()),
        entered_by=by.user,
        listing_reviewed_by=entry.reviewed_by if entry else None,
        **applicant.as_fields(),
    )
    _start_clock(objection)
    objection.save()
    write_move(ObjectionMove, objection, "submit", from_state="", to_state=objection.state, by=by, reason="")
    keep_documents(objection.evidence, evidence, by=by)
    tell(objection, _("it was received"))
    _tell_unit(events.OBJECTION_RECEIVED, objection)
    return SubmittedObjection(objection, secret)


def _tell_unit(kind: EventKind, objection: Objection) -> None:
    tell_staff(kind, units=[objection.unit_id], link=reverse("objection", args=[objection.pk]), day=objection.due_on)


def _start_clock(objection: Objection) -> None:
    # SD art. 39: decide and notify within 3 working days of receipt
    objection.counted_from, objection.counted_wd = clock.today(), objection.rule_profile["decide_wd"]
    count_due(objection, work_calendar())


def _has_open(entry: Entry, applicant: Applicant) -> bool:
    return Objection.objects.open().filter(entry=entry, applicant_index=applicant.index).exists()
