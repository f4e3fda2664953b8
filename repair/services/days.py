"""What the calendar does to repair applications: days are counted anew, silence has its consequence."""

from django.db import transaction

from catalog.services.escalation import tell_heads, write_escalations
from repair import events
from repair.models import RepairApplication, RepairEscalation
from repair.services.applications import DESK


def keep_days() -> None:
    """By the system, every hour. Idempotent; what an outage left out is caught up.

    Refusals: `rule_parameter_missing`.
    """
    settle_days()
    DESK.lapse_supplements()
    escalate_overdue()


@transaction.atomic
def settle_days() -> int:
    """Count the provisional days of open applications anew, by the calendar known now. Returns how many have another
    day, or one that is no longer provisional."""
    return DESK.settle_days()


@transaction.atomic
def escalate_overdue() -> int:
    """The unit's head learns of what is overdue, later the coordinator. Returns how many steps were new."""
    overdue = RepairApplication.objects.overdue().select_related("rule_profile").order_by("pk")
    steps = write_escalations(RepairEscalation, overdue.select_for_update(of=("self",)))
    tell_heads(events.REPAIR_LATE, steps, page="repair")
    return len(steps)
