"""What oversight tells staff."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

CASES_ESCALATED = declare_event(
    "cases.escalated",
    _("Cases escalated"),
    _("%(unit)s has let the last day of objections, repairs or answers pass: %(count)s."),
    whose=Whose.HOLDERS,
    act=Act.OVERSEE,
    is_urgent=True,
)

HISTORY_UNSEALED = declare_event(
    "history.unsealed",
    _("History is not sealed"),
    _("No seal has been set on the history since %(since)s. What is changed now may stay unseen."),
    whose=Whose.HOLDERS,
    act=Act.SEE_AUDIT,
    is_urgent=True,
)
HISTORY_DIFFERS = declare_event(
    "history.differs",
    _("History differs from its seals"),
    _("A verification of the history found what was not sealed so: %(count)s findings."),
    whose=Whose.HOLDERS,
    act=Act.SEE_AUDIT,
    is_urgent=True,
)
