"""What units owe to whoever applies for repair, and by when."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.deadlines import DueSource, owed_by_unit
from jinan_credit.accounts.enums import Act
from repair.enums import RepairState
from repair.models import RepairApplication


def _repairs(label: Promise, state: RepairState, act: Act) -> DueSource:
    due = "accept_due_on" if state == RepairState.SUBMITTED else "decide_due_on"
    return DueSource(
        label,
        act,
        lambda: f"{reverse('repairs')}?state={state}",
        lambda until: owed_by_unit(RepairApplication.objects.filter(state=state), until, due=due),
    )


SOURCES = (
    _repairs(_("Repairs to accept"), RepairState.SUBMITTED, Act.VERIFY_REPAIRS),
    _repairs(_("Repairs to verify"), RepairState.ACCEPTED, Act.VERIFY_REPAIRS),
    _repairs(_("Repairs to decide"), RepairState.VERIFIED, Act.APPROVE_REPAIRS),
)
