"""案例: a unit makes a case from an execution and reports it; the coordinator adopts or returns it (P §五(三))."""

from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import make_move, require_move, require_seen, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.enums import EntryState
from lists.models import Entry
from sanctions import events
from sanctions.enums import CaseFlaw, CaseState, Outcome
from sanctions.models import CaseReport, CaseReportMove, Execution
from sanctions.models.case import CaseReportQuerySet
from sanctions.services.case_texts import CaseText, require_anonymous, require_complete
from sanctions.workflow import CASE

REVISABLE = (CaseState.DRAFT, CaseState.RETURNED)


@transaction.atomic
def draft_case(*, execution: Execution, text: CaseText, by: Actor) -> CaseReport:
    """Make a case of an execution of one's own unit. `prefilled` gives a text to begin with.

    Refusals: `act_not_allowed`; `not_found` for another unit's execution; `execution_cancelled`; `nothing_applied`;
    `no_party` (feedback on a publication as a whole); `entry_deleted`; `case_exists`.
    """
    by.require(Act.REPORT_CASES)
    execution = _case_worthy(execution, by)
    case = CaseReport(execution=execution, unit=execution.unit)
    _write(case, text, by)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        if "one_case_at_a_time" not in str(error):
            raise
        raise DomainError("case_exists", _("A case was made of this execution already.")) from error
    write_move(CaseReportMove, case, "draft", from_state="", to_state=case.state, by=by, reason="")
    return case


@transaction.atomic
def revise_case(*, case: CaseReport, text: CaseText, by: Actor, seen_step: int | None = None) -> CaseReport:
    """Write a draft, or what was returned, anew; it then rests on the entry as it is now.

    `seen_step`: the last step of the case that the person saw.
    Refusals: `act_not_allowed`, `not_found`, `case_not_revisable`, `edit_conflict`, `entry_deleted`.
    """
    by.require(Act.REPORT_CASES)
    case = _lock(case, CaseReport.objects.of_unit(by))
    if case.state not in REVISABLE:
        raise DomainError("case_not_revisable", _("Only a draft, or a case that was returned, can be written anew."))
    require_seen(case, seen_step)
    _require_not_deleted(case.entry)
    _write(case, text, by)
    case.save()
    write_move(CaseReportMove, case, "revise", from_state=case.state, to_state=case.state, by=by, reason="")
    return case


@transaction.atomic
def report_case(*, case: CaseReport, by: Actor) -> CaseReport:
    """Report to the coordinator, for the first time or again.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `case_flawed`; `text_missing`; `person_named` and
    `number_told` with the part and the line (SD art. 20).
    """
    case = _lock(case, CaseReport.objects.of_unit(by))
    require_move(CASE, "report", state=case.state, by=by)
    require_sound(case)
    require_complete(case)
    require_anonymous(case)
    case.reported_at = clock.now()
    make_move(CaseReportMove, case, CASE, "report", by=by)
    tell_staff(events.CASE_REPORTED, link=_page(case), unit=case.unit.name)
    return case


@transaction.atomic
def report_execution(*, execution: Execution, text: CaseText, by: Actor) -> CaseReport:
    """Make a case and report it at once, as a unit's system does. Refusals: of `draft_case` and `report_case`."""
    return report_case(case=draft_case(execution=execution, text=text, by=by), by=by)


@transaction.atomic
def withdraw_case(*, case: CaseReport, by: Actor, reason: str) -> CaseReport:
    """Take a case back before it is adopted.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`.
    """
    case = _lock(case, CaseReport.objects.of_unit(by))
    make_move(CaseReportMove, case, CASE, "withdraw", by=by, reason=reason)
    return case


@transaction.atomic
def adopt_case(*, case: CaseReport, by: Actor) -> CaseReport:
    """Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `own_work` (rule 4), `case_flawed`."""
    case = _lock(case, CaseReport.objects.visible_to(by))
    made_by = case.makers
    require_move(CASE, "adopt", state=case.state, by=by, made_by=made_by)
    require_sound(case)
    case.adopted_by, case.adopted_at = by.user, clock.now()
    make_move(CaseReportMove, case, CASE, "adopt", by=by, made_by=made_by)
    tell_staff(events.CASE_ADOPTED, units=[case.unit_id], link=_page(case))
    return case


@transaction.atomic
def send_back_case(*, case: CaseReport, by: Actor, reason: str) -> CaseReport:
    """Return a case to its unit with the reason; an adopted one leaves the draft of a bulletin that it stands in.

    Refusals: `act_not_allowed`, `not_found`, `move_not_open`, `reason_missing`.
    """
    case = _lock(case, CaseReport.objects.visible_to(by))
    require_move(CASE, "send_back", state=case.state, by=by, reason=reason)
    case.adopted_by = case.adopted_at = case.bulletin = None
    make_move(CaseReportMove, case, CASE, "send_back", by=by, reason=reason)
    tell_staff(events.CASE_RETURNED, units=[case.unit_id], link=_page(case))
    return case


def move_case(*, case: CaseReport, name: str, by: Actor, reason: str = "") -> CaseReport:
    """The step that a button of the case's page names. Refusals: `move_not_open` and those of the step."""
    match name:
        case "report":
            return report_case(case=case, by=by)
        case "withdraw":
            return withdraw_case(case=case, by=by, reason=reason)
        case "adopt":
            return adopt_case(case=case, by=by)
        case "send_back":
            return send_back_case(case=case, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of a case."))


def require_sound(case: CaseReport) -> None:
    """`case_flawed`: what the case rests on does not carry it any more. Needs `with_flaw`."""
    if case.flaw:
        raise DomainError(
            "case_flawed",
            _("“%(case)s” cannot be reported, adopted or circulated. %(why)s")
            % {"case": case, "why": CaseFlaw(case.flaw).label},
        )


def _page(case: CaseReport) -> str:
    return reverse("case", args=[case.pk])


def _case_worthy(execution: Execution, by: Actor) -> Execution:
    own = Execution.objects.of_unit(by).select_related("unit", "hit", "entry__credit_list", "entry__subject")
    found = own.select_for_update(of=("self",)).filter(pk=execution.pk).first()
    if found is None:
        raise NotFound
    if found.is_cancelled:
        raise DomainError("execution_cancelled", _("This execution was cancelled. Choose another one."))
    if found.outcome != Outcome.APPLIED:
        raise DomainError("nothing_applied", _("No measure was applied here, so it makes no case."))
    if found.entry is None:
        raise DomainError("no_party", _("This feedback is on a publication as a whole. A case is about one party."))
    _require_not_deleted(found.entry)
    return found


def _require_not_deleted(entry: Entry) -> None:
    """What is written about a deleted party would never be deleted again (SD art. 38)."""
    if entry.state == EntryState.PURGED:
        raise DomainError("entry_deleted", CaseFlaw.DELETED.label)


def _write(case: CaseReport, text: CaseText, by: Actor) -> None:
    for name, value in asdict(text.stripped()).items():
        setattr(case, name, value)
    case.entry_version = case.entry.version
    case.made_by, case.made_by_client, case.made_at = by.user, None if by.user else by.client, clock.now()


def _lock(case: CaseReport, among: CaseReportQuerySet) -> CaseReport:
    locked = (
        among.with_flaw()
        .select_for_update(of=("self",))
        .select_related("unit", "execution__hit", "execution__entry__subject")
        .filter(pk=case.pk)
        .first()
    )
    if locked is None:
        raise NotFound
    return locked
