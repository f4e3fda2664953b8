"""What happens to a repair application until it is ready for decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.applicants import Applicant
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import files_or_nothing
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.uploads import CleanFile
from jinan_credit.kernel.workdays import WorkCalendar
from lists.enums import CaseKind, ChangeReason, Mark
from lists.models import CreditList, Entry
from lists.services.case_desk import Addressed, CaseDesk, addressed_about, lock_listed
from lists.services.counters import require_counter
from repair import events
from repair.enums import MARKING_STATES, RepairState
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
    entry = lock_listed(entry)
    require_counter(entry.unit, Act.VERIFY_REPAIRS, by=by)
    if not entry.is_in_force:
        raise DomainError("entry_not_in_force", _("This entry is not in force any more; there is nothing to repair."))
    require_repairable(entry, applicant.index)
    if DESK.has_open(entry, applicant):
        raise DomainError(
            "repair_open",
            _(
                "An application of yours about this entry is under way already. "
                "Its receipt number shows where it stands."
            ),
        )
    return _take_in(addressed_about(entry), applicant, plea, by, evidence)


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
    to = DESK.address(credit_list, document_number, applicant, by=by)
    return _take_in(to, applicant, plea, by, evidence)


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
    application = DESK.lock(application, by)
    entry = DESK.require_acceptable(application, by=by)
    require_repairable(entry, application.applicant_index, application.person_index)
    DESK.accept(application, by=by, due_on=application.decide_due_on)
    return application


def ask_supplement(*, application: RepairApplication, by: Actor, reason: str) -> RepairApplication:
    """As the desk asks: `CaseDesk.ask_supplement`."""
    return DESK.ask_supplement(application, by=by, reason=reason)


def supplement_repair(
    *, application: RepairApplication, text: str, by: Actor, evidence: Iterable[CleanFile] = ()
) -> RepairApplication:
    """As the desk takes it in: `CaseDesk.supplement`."""
    return DESK.supplement(application, text=text, by=by, evidence=evidence)


@transaction.atomic
def not_accept_repair(*, application: RepairApplication, by: Actor, reason: str) -> RepairApplication:
    """Refuse to accept; the applicant reads the reason and, where something stands in the way, until when it does.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`.
    """
    application = DESK.lock(application, by)
    application.possible_from = _hindered_until(application)
    DESK.not_accept(application, by=by, reason=reason, possible_from=application.possible_from)
    return application


@transaction.atomic
def verify_repair(*, application: RepairApplication, by: Actor, reason: str) -> RepairApplication:
    """Record what the verification found (`reason`).

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`.
    """
    application = DESK.lock(application, by)
    application.verified_by, application.verified_at, application.finding = by.user, clock.now(), reason
    DESK.move("verify", application, by=by, reason=reason)
    DESK.tell_unit(events.REPAIR_TO_DECIDE, application)
    return application


def _take_in(
    to: Addressed, applicant: Applicant, plea: Plea, by: Actor, evidence: Iterable[CleanFile]
) -> SubmittedRepair:
    rules = RuleProfile.objects.for_case("repair", clock.today())
    asked_for = documents_for(to.credit_list, rules)
    case, secret = DESK.take_in(
        to,
        applicant,
        rules,
        by=by,
        evidence=evidence,
        statement=plea.statement,
        evidence_note=plea.evidence_note,
        promise=plea.promise,
        documents=[{"name": name, "is_enclosed": name in plea.enclosed} for name in asked_for],
        person_index=to.person_index,
        possible_from=possible_from(to.entry) if to.entry else None,
    )
    return SubmittedRepair(case, secret)


def _hindered_until(application: RepairApplication) -> date | None:
    if application.entry is None:
        return None
    hindrance = hindrance_of(application.entry, application.applicant_index, application.person_index)
    return hindrance.until if hindrance is not None else None


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


DESK = CaseDesk(
    page="repair",
    kind=CaseKind.REPAIR,
    receipt_prefix="XF",
    act=Act.VERIFY_REPAIRS,
    workflow=REPAIR,
    moves=RepairMove,
    cases=RepairApplication.objects,
    mark=Mark.REPAIR_OPEN,
    marked=ChangeReason.REPAIR_OPENED,
    marking=MARKING_STATES,
    start_clock=_start_clocks,
    count_due=count_due,
    days=(
        "accept_due_on",
        "decide_due_on",
        "due_is_provisional",
        "supplement_due_on",
        "supplement_due_is_provisional",
    ),
    received=events.REPAIR_RECEIVED,
    supplemented=events.REPAIR_SUPPLEMENTED,
    lapsed=gettext_lazy("No supplement came by %(day)s. You may apply anew, with what was asked for."),
    closed=RepairState.CLOSED.label,
)
