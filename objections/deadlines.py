"""What units owe to whoever objects, asks or reports, and by when."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.deadlines import DueSource, owed_by_unit
from jinan_credit.accounts.enums import Act
from objections.enums import HelpState, ObjectionState, TipOffState
from objections.models import HelpRequest, Objection, TipOff


def _objections(label: Promise, state: ObjectionState, act: Act) -> DueSource:
    return DueSource(
        label,
        act,
        lambda: f"{reverse('objections')}?state={state}",
        lambda until: owed_by_unit(Objection.objects.filter(state=state), until),
    )


SOURCES = (
    _objections(_("Objections to accept"), ObjectionState.SUBMITTED, Act.EXAMINE_OBJECTIONS),
    _objections(_("Objections to examine"), ObjectionState.ACCEPTED, Act.EXAMINE_OBJECTIONS),
    _objections(_("Objections to decide"), ObjectionState.EXAMINED, Act.DECIDE_OBJECTIONS),
    DueSource(
        _("Questions of other units"),
        Act.ANSWER_HELP,
        lambda: f"{reverse('help_requests')}?state={HelpState.ASKED}",
        lambda until: owed_by_unit(HelpRequest.objects.open(), until),
    ),
    DueSource(
        _("Tip-offs to verify"),
        Act.VERIFY_TIP_OFFS,
        lambda: f"{reverse('tip_offs')}?state={TipOffState.ASSIGNED}",
        lambda until: owed_by_unit(TipOff.objects.filter(state=TipOffState.ASSIGNED), until),
    ),
)
