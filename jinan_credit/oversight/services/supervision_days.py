"""What silence leads to: the unit's head learns that no reply came, then the coordinator."""

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.escalation import write_escalations
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.enums import EscalationStep
from jinan_credit.accounts.moves import make_move
from jinan_credit.oversight import events
from jinan_credit.oversight.models import SupervisionEscalation, SupervisionMove, SupervisionNotice
from jinan_credit.oversight.services.supervision import tell_urged_unit
from jinan_credit.oversight.workflow import SUPERVISION


@transaction.atomic
def keep_days() -> int:
    """By the system, every hour. Idempotent; what an outage left out is caught up. Returns how many steps were new.

    Refusals: `rule_parameter_missing`.
    """
    overdue = list(
        SupervisionNotice.objects.overdue()
        .select_related("rule_profile")
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
    for notice in overdue:
        if notice.state in SUPERVISION["escalate"].sources:
            make_move(
                SupervisionMove,
                notice,
                SUPERVISION,
                "escalate",
                by=SYSTEM,
                reason=_("No reply came by %(day)s.") % {"day": notice.due_on},
                due_on=notice.due_on,
            )
    steps = write_escalations(SupervisionEscalation, overdue)
    for step in steps:
        if step.step == EscalationStep.UNIT_HEAD:
            tell_urged_unit(events.SUPERVISION_LATE, step.of, day=step.due_on)
    return len(steps)
