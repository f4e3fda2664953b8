"""What the calendar does to repair applications: days are counted anew, silence has its consequence."""

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
from repair import events
from repair.enums import RepairState
from repair.models import RepairApplication, RepairEscalation, RepairMove
from repair.services.applications import count_due, lock
from repair.workflow import REPAIR

_DATES = (
    "accept_due_on",
    "decide_due_on",
    "due_is_provisional",
    "supplement_due_on",
    "supplement_due_is_provisional",
)


def keep_days() -> None:
    """By the system, every hour. Idempotent; what an outage left out is caught up.

    Refusals: `rule_parameter_missing`.
    """
    settle_days()
    lapse_supplements()
    escalate_overdue()


@transaction.atomic
def settle_days() -> int:
    """Count the provisional days of open applications anew, by the calendar known now. Returns how many have another
    day, or one that is no longer provisional."""
    changed = repairs_counted_anew(work_calendar(), locked=True)
    RepairApplication.objects.bulk_update(changed, _DATES, batch_size=1_000)
    return len(changed)


def repairs_counted_anew(calendar: WorkCalendar, *, locked: bool = False) -> list[RepairApplication]:
    """Those that have another day by this calendar, or one that is no longer provisional; with it, not saved."""

    def count(case: RepairApplication) -> None:
        count_due(case, calendar)
        if case.supplement_asked_on is not None:
            due = calendar.due_on(case.supplement_asked_on, case.rule_profile["supplement_wd"])
            case.supplement_due_on, case.supplement_due_is_provisional = due.on, due.provisional

    provisional = Q(due_is_provisional=True) | Q(supplement_due_is_provisional=True)
    cases = RepairApplication.objects.open().filter(provisional).select_related("rule_profile").order_by("pk")
    return counted_anew(cases.select_for_update(of=("self",)) if locked else cases, _DATES, count)


def lapse_supplements() -> int:
    """No supplement came by its last day: the application is not accepted. Returns how many."""
    late = RepairApplication.objects.filter(
        state=RepairState.SUPPLEMENT_ASKED, supplement_due_on__lt=clock.today()
    ).order_by("pk")
    return sum(_lapse_supplement(application) for application in late)


@transaction.atomic
def escalate_overdue() -> int:
    """The unit's head learns of what is overdue, later the coordinator. Returns how many steps were new."""
    overdue = RepairApplication.objects.overdue().select_related("rule_profile").order_by("pk")
    steps = write_escalations(RepairEscalation, overdue.select_for_update(of=("self",)))
    tell_heads(events.REPAIR_LATE, steps, page="repair")
    return len(steps)


@transaction.atomic
def _lapse_supplement(application: RepairApplication) -> bool:
    application = lock(application, SYSTEM)
    if application.state not in REPAIR["lapse"].sources:
        return False  # it came at this moment
    reason = _("No supplement came by %(day)s. You may apply anew, with what was asked for.") % {
        "day": application.supplement_due_on
    }
    make_move(RepairMove, application, REPAIR, "lapse", by=SYSTEM, reason=reason)
    write_letter(
        NoticeKind.CASE_NOT_ACCEPTED,
        CaseKind.REPAIR,
        application,
        by=SYSTEM,
        reason=reason,
        remedies=remedies_text(clock.today()),
    )
    return True
