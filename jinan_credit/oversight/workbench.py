"""The counters of oversight: each equals the list it opens. That of failing pushes is exchange's own."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from jinan_credit.oversight.enums import SupervisionState
from jinan_credit.oversight.models import SupervisionNotice, Verification
from jinan_credit.oversight.selectors import escalated_cases
from jinan_credit.oversight.selectors.history import hours_without_seal
from jinan_credit.oversight.selectors.supervision import counts_of_unit
from sanctions.models import UnitTask


def counters(actor: Actor) -> list[Counter]:
    if not actor.may(Act.OVERSEE):
        return []
    overdue = UnitTask.objects.overdue().count()
    return [
        Counter(_("Overdue tasks of all units"), overdue, f"{reverse('tasks')}?unit=&overdue=yes", is_urgent=True),
        Counter(_("Escalated cases"), escalated_cases().count(), reverse("escalated_cases"), is_urgent=True),
    ]


def history_counters(actor: Actor) -> list[Counter]:
    """For an auditor without a unit, whom no message reaches, too."""
    if not actor.may(Act.SEE_AUDIT):
        return []
    last = Verification.objects.first()
    late, page = hours_without_seal(), reverse("audit_seals")
    return [
        Counter(_("Hours in which the history was not sealed"), late, page, is_urgent=True),
        Counter(_("Findings of the last verification"), len(last.findings) if last else 0, page, is_urgent=True),
    ]


def supervision_counters(actor: Actor) -> list[Counter]:
    return [*_to_judge(actor), *_to_reply(actor)]


def _to_judge(actor: Actor) -> list[Counter]:
    if not actor.may(Act.OVERSEE):
        return []
    page, all_notices = reverse("supervision"), SupervisionNotice.objects.all()
    replied, silent = all_notices.filter(state=SupervisionState.REPLIED), all_notices.come_to_the_coordinator()
    return [
        Counter(_("Replies to supervision notices to judge"), replied.count(), f"{page}?state=REPLIED"),
        Counter(_("Supervision notices without a reply"), silent.count(), f"{page}?escalated=yes", is_urgent=True),
    ]


def _to_reply(actor: Actor) -> list[Counter]:
    if not actor.may(Act.REPLY_TO_SUPERVISION) or actor.unit is None:
        return []
    counts, page = counts_of_unit(actor), f"{reverse('supervision')}?{urlencode({'unit': actor.unit.code})}"
    shown = [
        Counter(_("Supervision notices to reply to"), counts.to_reply, f"{page}&to_reply=yes"),
        Counter(_("Replies to supervision notices overdue"), counts.overdue, f"{page}&overdue=yes", is_urgent=True),
    ]
    if actor.may(Act.NAME_SUBSTITUTES):  # the unit's head
        escalated = f"{page}&state=ESCALATED"
        shown.append(Counter(_("Supervision notices escalated to you"), counts.escalated, escalated, is_urgent=True))
    return shown
