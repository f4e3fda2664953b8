"""What happens to a repair application until it is ready for decision."""

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
from repair import events
from repair.models import RepairApplication, RepairMove
from repair.selectors import documents_for, hindrance_of, possible_from
from repair.workflow import REPAIR


@dataclass(frozen=True)
class Plea:
    """What the applicant puts forward; `promise` is the text of the credit promise that he gave, `enclosed` names those
    of the documents asked for that he says he encloses."""

    statement: str
    evidence_note: str
    promise: str
    enclosed: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubmittedRepair:
    """`secret` is shown once: only its keyed hash is kept."""

    application: RepairApplication
    secret: str


@files_or_nothing()
def submit_repair(
    *, entry: Entry, applicant: Applicant, plea: Plea, by: Actor, evidence: Iterable[CleanFile] = ()
) -> SubmittedRepair:
    """Take in an application about an entry in force. `by` is the system for the public form, else a clerk.

    Refusals: `entry_not_in_force`, `red_list_not_repairable`, `repair_too_early` (with the date from which it is
    possible), `repair_barred` (false material before), `repair_open`, `act_not_allowed`, `not_your_unit`, `case_full`.
    """
    entry = Entry.objects.select_for_update(of=("self",)).select_related("credit_list", "unit").get(pk=entry.pk)
    require_counter(entry.unit, Act.VERIFY_REPAIRS, by=by)
    if not entry.is_in_force:
        raise DomainError("entry_not_in_force", _("This entry is not in force any more; there is nothing to repair."))
    require_repairable(entry, applicant.index)
    if _has_open(entry, applicant):
        raise DomainError(
            "repair_open",
            _(
                "An application of yours about this entry is under way already. "
                "Its receipt number shows where it stands."
            ),
        )
    return _submit(entry.credit_list, entry.unit, entry, entry.document_number, applicant, plea, by, evidence)


@files_or_nothing()
def submit_repair_by_document(
    *,
    credit_list: CreditList,
    document_number: str,
    applicant: Applicant,
    plea: Plea,
    by: Actor,
    evidence: Iterable[CleanFile] = (),
) -> SubmittedRepair:
    """Take in an application by the document's number and the applicant's identifier.

    Answers the same whether an entry fits or not, and whether repair is possible yet or not: nobody learns who is
    listed (SD art. 20). The unit refuses it on acceptance. Refusals: `act_not_allowed`, `not_your_unit`, `case_full`.
    """
    meant = entry_meant(credit_list, document_number, applicant.identifier)
    entry = None
    if meant is not None:
        entry = (
            Entry.objects.select_for_update(of=("self",)).select_related("credit_list", "unit").get(pk=meant.entry.pk)
        )
        if not entry.is_in_force or _has_open(entry, applicant):
            entry = None
    unit = entry.unit if entry else counter_of(credit_list, by=by)
    require_counter(unit, Act.VERIFY_REPAIRS, by=by)
    return _submit(
        credit_list,
        unit,
        entry,
        document_number,
        applicant,
        plea,
        by,
        evidence,
        person_index=meant.person_index if meant and entry else "",
    )


def require_repairable(entry: Entry, applicant_index: str, person_index: str = "") -> None:
    """`red_list_not_repairable`, `repair_excluded` (by law), `repair_too_early`, `repair_barred` (false material),
    `repair_refused_before`: the last three with the day in their details."""
    hindrance = hindrance_of(entry, applicant_index, person_index)
    if hindrance is not None:
        until = {"until": hindrance.until.isoformat()} if hindrance.until else {}
        raise DomainError(hindrance.code, hindrance.words, **until)


@transaction.atomic
def accept_repair(*, application: RepairApplication, by: Actor) -> RepairApplication:
    """Accept: all units learn that a repair is open; measures go on.

    Refusals: `move_not_open`, `act_not_allowed`, `not_your_unit`, `no_entry_found`, and those of
    `require_repairable`.
    """
    application = lock(application, by)
    require_move(REPAIR, "accept", state=application.state, by=by)
    if application.entry is None:
        raise DomainError(
            "no_entry_found", _("No entry fits the number and identifier given. Do not accept it, and say so.")
        )
    require_repairable(application.entry, application.applicant_index, application.person_index)
    make_move(RepairMove, application, REPAIR, "accept", by=by)
    mark_entry(entry=application.entry, mark=Mark.REPAIR_OPEN, change_reason=ChangeReason.REPAIR_OPENED, by=by)
    write_letter(NoticeKind.CASE_ACCEPTED, CaseKind.REPAIR, application, by=by, due_on=application.decide_due_on)
    return application


@transaction.atomic
def ask_supplement(*, application: RepairApplication, by: Actor, reason: str) -> RepairApplication:
    """Ask the applicant, once, for what is missing; the clock stands still until it is there.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`, `supplement_asked_before`.
    """
    application = lock(application, by)
    require_move(REPAIR, "ask_supplement", state=application.state, by=by, reason=reason)
    if application.supplement_asked_on is not None:
        raise DomainError("supplement_asked_before", _("A supplement can be asked for once only."))
    application.supplement_asked_on = clock.today()
    due = work_calendar().due_on(clock.today(), application.rule_profile["supplement_wd"])
    application.supplement_due_on, application.supplement_due_is_provisional = due.on, due.provisional
    make_move(RepairMove, application, REPAIR, "ask_supplement", by=by, reason=reason)
    write_letter(
        NoticeKind.CASE_SUPPLEMENT,
        CaseKind.REPAIR,
        application,
        by=by,
        reason=reason,
        due_on=application.supplement_due_on,
    )
    return application


@files_or_nothing()
def supplement_repair(
    *, application: RepairApplication, text: str, by: Actor, evidence: Iterable[CleanFile] = ()
) -> RepairApplication:
    """Take in the supplement; the working days are counted anew from today. `by` as in `submit_repair`.

    Refusals: `move_not_open`, `act_not_allowed`, `not_your_unit`, `reason_missing` (an empty text), `case_full`.
    """
    application = lock(application, by)
    if not text.strip():
        raise InvalidInput("reason_missing", _("Write what you add."), field="text")
    name = "supplement" if by.is_system else "enter_supplement"
    require_move(REPAIR, name, state=application.state, by=by, reason=text)
    application.supplement = text
    _start_clocks(application)
    make_move(RepairMove, application, REPAIR, name, by=by, reason=text)
    keep_documents(application.evidence, evidence, by=by)
    _tell_unit(events.REPAIR_SUPPLEMENTED, application)
    return application


@transaction.atomic
def not_accept_repair(*, application: RepairApplication, by: Actor, reason: str) -> RepairApplication:
    """Refuse to accept; the applicant reads the reason and, where there is one, the date from which it is possible.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`.
    """
    application = lock(application, by)
    make_move(RepairMove, application, REPAIR, "not_accept", by=by, reason=reason)
    write_letter(
        NoticeKind.CASE_NOT_ACCEPTED,
        CaseKind.REPAIR,
        application,
        by=by,
        reason=reason,
        possible_from=application.possible_from,
        remedies=remedies_text(clock.today()),
    )
    return application


@transaction.atomic
def verify_repair(*, application: RepairApplication, by: Actor, reason: str) -> RepairApplication:
    """Record what the verification found (`reason`).

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`.
    """
    application = lock(application, by)
    application.verified_by, application.verified_at, application.finding = by.user, clock.now(), reason
    make_move(RepairMove, application, REPAIR, "verify", by=by, reason=reason)
    _tell_unit(events.REPAIR_TO_DECIDE, application)
    return application


def lock(application: RepairApplication, by: Actor) -> RepairApplication:
    """The row to decide on, locked after its entry: the order in which a removal locks too."""
    if application.entry_id is not None:
        Entry.objects.select_for_update(of=("self",)).get(pk=application.entry_id)
    locked = (
        RepairApplication.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("entry__credit_list", "entry__unit", "entry__term_rule", "rule_profile", "verified_by")
        .filter(pk=application.pk)
        .first()
    )
    if locked is None:
        raise NotFound("not_your_unit", _("This application belongs to another unit."))
    return locked


def _submit(
    credit_list: CreditList,
    unit: Unit,
    entry: Entry | None,
    document_number: str,
    applicant: Applicant,
    plea: Plea,
    by: Actor,
    evidence: Iterable[CleanFile],
    *,
    person_index: str = "",
) -> SubmittedRepair:
    rules = RuleProfile.objects.for_case("repair", clock.today())
    number, secret = new_receipt_number("XF", clock.today()), new_secret()
    application = RepairApplication(
        receipt_number=number,
        secret_hash=secret_hash(number, secret),
        credit_list=credit_list,
        entry=entry,
        stated_document=document_number,
        unit=unit,
        statement=plea.statement,
        evidence_note=plea.evidence_note,
        promise=plea.promise,
        documents=[{"name": name, "is_enclosed": name in plea.enclosed} for name in documents_for(credit_list, rules)],
        person_index=person_index,
        received_on=clock.today(),
        rule_profile=rules,
        possible_from=possible_from(entry) if entry else None,
        entered_by=by.user,
        **applicant.as_fields(),
    )
    _start_clocks(application)
    application.save()
    write_move(RepairMove, application, "submit", from_state="", to_state=application.state, by=by, reason="")
    keep_documents(application.evidence, evidence, by=by)
    tell(application, _("it was received"))
    _tell_unit(events.REPAIR_RECEIVED, application)
    return SubmittedRepair(application, secret)


def _tell_unit(kind: EventKind, application: RepairApplication) -> None:
    link, day = reverse("repair", args=[application.pk]), application.due_on
    tell_staff(kind, units=[application.unit_id], link=link, day=day)


def _start_clocks(application: RepairApplication) -> None:
    application.counted_from = clock.today()
    count_due(application, work_calendar())


def count_due(application: RepairApplication, calendar: WorkCalendar) -> None:
    """The last days, from the day counted from and the calendar known now."""
    # 国办发〔2025〕22号: accept or not within 3 working days, result within 10 from the application
    rules = application.rule_profile
    accept = calendar.due_on(application.counted_from, rules["accept_wd"])
    decide = calendar.due_on(application.counted_from, rules["decide_wd"])
    application.accept_due_on, application.decide_due_on = accept.on, decide.on
    application.due_is_provisional = accept.provisional or decide.provisional


def _has_open(entry: Entry, applicant: Applicant) -> bool:
    return RepairApplication.objects.open().filter(entry=entry, applicant_index=applicant.index).exists()
