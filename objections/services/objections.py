"""What happens to an objection until it is ready for decision."""

from collections.abc import Iterable
from dataclasses import dataclass

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
from objections import events
from objections.enums import MARKING_STATES, ObjectionState
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
    entry = lock_listed(entry)
    require_counter(entry.unit, Act.EXAMINE_OBJECTIONS, by=by)
    if not entry.is_in_force:
        raise DomainError(
            "entry_not_in_force", _("This entry is not in force any more; there is nothing to object to.")
        )
    if DESK.has_open(entry, applicant):
        raise DomainError(
            "objection_open",
            _("An objection of yours to this entry is under way already. Its receipt number shows where it stands."),
        )
    return _take_in(addressed_about(entry), applicant, grounds, statement, by, evidence)


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
    to = DESK.address(credit_list, document_number, applicant, by=by)
    return _take_in(to, applicant, grounds, statement, by, evidence)


@transaction.atomic
def accept_objection(*, objection: Objection, by: Actor) -> Objection:
    """Accept: all units learn that an objection is open; measures are not suspended (P §四(三)).

    Refusals: `move_not_open`, `act_not_allowed`, `not_your_unit`, `no_entry_found`.
    """
    objection = DESK.lock(objection, by)
    DESK.accept(objection, by=by, due_on=objection.due_on)
    return objection


def ask_supplement(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """As the desk asks: `CaseDesk.ask_supplement`."""
    return DESK.ask_supplement(objection, by=by, reason=reason)


def supplement_objection(
    *, objection: Objection, text: str, by: Actor, evidence: Iterable[CleanFile] = ()
) -> Objection:
    """As the desk takes it in: `CaseDesk.supplement`."""
    return DESK.supplement(objection, text=text, by=by, evidence=evidence)


@transaction.atomic
def not_accept_objection(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `not_your_unit`."""
    objection = DESK.lock(objection, by)
    DESK.not_accept(objection, by=by, reason=reason)
    return objection


@transaction.atomic
def examine_objection(*, objection: Objection, by: Actor, reason: str) -> Objection:
    """Record what the examination found (`reason`). Who approved the listing does not examine.

    Refusals: `move_not_open`, `act_not_allowed`, `reason_missing`, `own_work`, `not_your_unit`, `help_open`.
    """
    objection = DESK.lock(objection, by)
    barred = [objection.listing_reviewed_by_id]
    DESK.require("examine", objection, by=by, reason=reason, made_by=barred)
    if objection.help_requests.open().exists():
        raise DomainError(
            "help_open",
            _("Another unit was asked and has not answered. Wait for it, or withdraw the question with a reason."),
        )
    objection.examined_by, objection.examined_at, objection.finding = by.user, clock.now(), reason
    DESK.move("examine", objection, by=by, reason=reason, made_by=barred)
    DESK.tell_unit(events.OBJECTION_TO_DECIDE, objection)
    return objection


def _take_in(
    to: Addressed, applicant: Applicant, grounds: str, statement: str, by: Actor, evidence: Iterable[CleanFile]
) -> SubmittedObjection:
    case, secret = DESK.take_in(
        to,
        applicant,
        RuleProfile.objects.for_case("objection", clock.today()),
        by=by,
        evidence=evidence,
        grounds=grounds,
        statement=statement,
        listing_reviewed_by=to.entry.reviewed_by if to.entry else None,
    )
    return SubmittedObjection(case, secret)


def _start_clock(objection: Objection) -> None:
    # SD art. 39: decide and notify within 3 working days of receipt
    objection.counted_from, objection.counted_wd = clock.today(), objection.rule_profile["decide_wd"]
    count_due(objection, work_calendar())


def count_due(objection: Objection, calendar: WorkCalendar) -> None:
    """The last day, from what is counted and the calendar known now; none while the clock stands still."""
    if objection.paused_on is None:
        due = calendar.due_on(objection.counted_from, objection.counted_wd)
        objection.due_on, objection.due_is_provisional = due.on, due.provisional


DESK = CaseDesk(
    page="objection",
    kind=CaseKind.OBJECTION,
    receipt_prefix="YY",
    act=Act.EXAMINE_OBJECTIONS,
    workflow=OBJECTION,
    moves=ObjectionMove,
    cases=Objection.objects,
    mark=Mark.OBJECTION_OPEN,
    marked=ChangeReason.OBJECTION_OPENED,
    marking=MARKING_STATES,
    start_clock=_start_clock,
    count_due=count_due,
    days=("due_on", "due_is_provisional", "supplement_due_on", "supplement_due_is_provisional"),
    received=events.OBJECTION_RECEIVED,
    supplemented=events.OBJECTION_SUPPLEMENTED,
    lapsed=gettext_lazy("No supplement came by %(day)s. You may object anew, with what was asked for."),
    closed=ObjectionState.CLOSED.label,
)
