"""What the calendar does to objections and tip-offs: days counted anew, silence has its consequence (SD art. 39)."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.selectors import work_calendar
from catalog.services.escalation import tell_heads, write_escalations
from catalog.services.remedies import remedies_text
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.moves import make_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import WorkCalendar, counted_anew
from lists.enums import CaseKind, NoticeKind
from lists.services.case_letters import write_letter
from objections import events
from objections.enums import ExtensionState, ObjectionState
from objections.models import HelpEscalation, HelpRequest, Objection, ObjectionEscalation, ObjectionMove, TipOff
from objections.services.extensions import lapse_extension
from objections.services.objections import count_due, lock
from objections.services.tip_offs import count_due_of_tip_off
from objections.workflow import OBJECTION

_DATES = ("due_on", "due_is_provisional", "supplement_due_on", "supplement_due_is_provisional")
_DATES_OF_HELP = ("due_on", "due_is_provisional")
_DATES_OF_TIP_OFF = ("assign_due_on", "due_on", "due_is_provisional")


def keep_days() -> None:
    """By the system, every hour. Idempotent; what an outage left out is caught up.

    Refusals: `rule_parameter_missing`.
    """
    settle_days()
    lapse_supplements()
    lapse_extensions()
    escalate_overdue()


@transaction.atomic
def settle_days() -> int:
    """Count the provisional days of open objections, questions and tip-offs anew, by the calendar known now. Returns
    how many of them have another day, or one that is no longer provisional."""
    calendar = work_calendar()
    cases = objections_counted_anew(calendar, locked=True)
    Objection.objects.bulk_update(cases, _DATES, batch_size=1_000)
    requests = help_counted_anew(calendar, locked=True)
    HelpRequest.objects.bulk_update(requests, _DATES_OF_HELP, batch_size=1_000)
    tip_offs = tip_offs_counted_anew(calendar, locked=True)
    TipOff.objects.bulk_update(tip_offs, _DATES_OF_TIP_OFF, batch_size=1_000)
    return len(cases) + len(requests) + len(tip_offs)


def lapse_supplements() -> int:
    """No supplement came by its last day: the objection is not accepted. Returns how many."""
    late = Objection.objects.filter(
        state=ObjectionState.SUPPLEMENT_ASKED, supplement_due_on__lt=clock.today()
    ).order_by("pk")
    return sum(_lapse_supplement(objection) for objection in late)


def lapse_extensions() -> int:
    """Nobody decided on more time before the last day passed. Returns how many."""
    late = Objection.objects.overdue().filter(extensions__state=ExtensionState.ASKED).order_by("pk")
    return sum(_lapse_extension(objection) for objection in late)


@transaction.atomic
def escalate_overdue() -> int:
    """The unit's head learns of what is overdue, later the coordinator; of a question the head of the asked unit.

    Returns how many steps were new.
    """
    cases = Objection.objects.overdue().select_related("rule_profile").order_by("pk")
    asked = HelpRequest.objects.overdue().select_related("objection__rule_profile", "objection__unit").order_by("pk")
    steps = write_escalations(ObjectionEscalation, cases.select_for_update(of=("self",)))
    asked_steps = write_escalations(HelpEscalation, asked.select_for_update(of=("self",)))
    tell_heads(events.OBJECTION_LATE, steps, page="objection")
    tell_heads(
        events.HELP_LATE, asked_steps, page="help_request", says=lambda asked: {"unit": asked.objection.unit.name}
    )
    return len(steps + asked_steps)


def objections_counted_anew(calendar: WorkCalendar, *, locked: bool = False) -> list[Objection]:
    """Those that have another day by this calendar, or one that is no longer provisional; with it, not saved."""

    def count(case: Objection) -> None:
        if case.paused_on is None:
            count_due(case, calendar)
        if case.supplement_asked_on is not None:
            due = calendar.due_on(case.supplement_asked_on, case.rule_profile["supplement_wd"])
            case.supplement_due_on, case.supplement_due_is_provisional = due.on, due.provisional

    provisional = Q(due_is_provisional=True) | Q(supplement_due_is_provisional=True)
    cases = Objection.objects.open().filter(provisional).select_related("rule_profile").order_by("pk")
    return counted_anew(cases.select_for_update(of=("self",)) if locked else cases, _DATES, count)


def help_counted_anew(calendar: WorkCalendar, *, locked: bool = False) -> list[HelpRequest]:
    def count(request: HelpRequest) -> None:
        due = calendar.due_on(clock.local_day(request.asked_at), request.objection.rule_profile["help_wd"])
        request.due_on, request.due_is_provisional = due.on, due.provisional

    requests = HelpRequest.objects.open().filter(due_is_provisional=True).order_by("pk")
    requests = requests.select_related("objection__rule_profile")
    return counted_anew(requests.select_for_update(of=("self",)) if locked else requests, _DATES_OF_HELP, count)


def tip_offs_counted_anew(calendar: WorkCalendar, *, locked: bool = False) -> list[TipOff]:
    tip_offs = TipOff.objects.open().filter(due_is_provisional=True).select_related("rule_profile").order_by("pk")
    rows = tip_offs.select_for_update(of=("self",)) if locked else tip_offs
    return counted_anew(rows, _DATES_OF_TIP_OFF, lambda tip_off: count_due_of_tip_off(tip_off, calendar))


@transaction.atomic
def _lapse_supplement(objection: Objection) -> bool:
    objection = lock(objection, SYSTEM)
    if objection.state not in OBJECTION["lapse"].sources:
        return False  # it came at this moment
    reason = _("No supplement came by %(day)s. You may object anew, with what was asked for.") % {
        "day": objection.supplement_due_on
    }
    make_move(ObjectionMove, objection, OBJECTION, "lapse", by=SYSTEM, reason=reason)
    write_letter(
        NoticeKind.CASE_NOT_ACCEPTED,
        CaseKind.OBJECTION,
        objection,
        by=SYSTEM,
        reason=reason,
        remedies=remedies_text(clock.today()),
    )
    return True


@transaction.atomic
def _lapse_extension(objection: Objection) -> bool:
    objection = lock(objection, SYSTEM)
    if not objection.is_overdue:
        return False  # approved at this moment
    lapse_extension(objection=objection, reason=_("Nobody decided before the last day passed."))
    return True
