"""What the calendar does to objections and tip-offs: days counted anew, silence has its consequence (SD art. 39)."""

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.selectors import work_calendar
from catalog.services.escalation import tell_heads, write_escalations
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import WorkCalendar, counted_anew
from objections import events
from objections.enums import ExtensionState
from objections.models import HelpEscalation, HelpRequest, Objection, ObjectionEscalation, TipOff
from objections.services.extensions import lapse_extension
from objections.services.objections import DESK
from objections.services.tip_offs import count_due_of_tip_off

_DATES_OF_HELP = ("due_on", "due_is_provisional")
_DATES_OF_TIP_OFF = ("assign_due_on", "due_on", "due_is_provisional")


def keep_days() -> None:
    """By the system, every hour. Idempotent; what an outage left out is caught up.

    Refusals: `rule_parameter_missing`.
    """
    settle_days()
    DESK.lapse_supplements()
    lapse_extensions()
    escalate_overdue()


@transaction.atomic
def settle_days() -> int:
    """Count the provisional days of open objections, questions and tip-offs anew, by the calendar known now. Returns
    how many of them have another day, or one that is no longer provisional."""
    calendar, cases = work_calendar(), DESK.settle_days()
    requests = help_counted_anew(calendar, locked=True)
    HelpRequest.objects.bulk_update(requests, _DATES_OF_HELP, batch_size=1_000)
    tip_offs = tip_offs_counted_anew(calendar, locked=True)
    TipOff.objects.bulk_update(tip_offs, _DATES_OF_TIP_OFF, batch_size=1_000)
    return cases + len(requests) + len(tip_offs)


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
def _lapse_extension(objection: Objection) -> bool:
    objection = DESK.lock(objection, SYSTEM)
    if not objection.is_overdue:
        return False  # approved at this moment
    lapse_extension(objection=objection, reason=_("Nobody decided before the last day passed."))
    return True
