"""What oversight tells staff."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

CASES_ESCALATED = declare_event(
    "cases.escalated",
    _("Cases escalated"),
    _("%(unit)s has let the last day of objections, repairs, answers or fallen bases pass: %(count)s."),
    whose=Whose.HOLDERS,
    act=Act.OVERSEE,
    is_urgent=True,
)
SUPERVISION_ISSUED = declare_event(
    "supervision.issued",
    _("Supervision notice issued"),
    _("Supervision notice %(number)s was issued to your unit: reply by %(day)s."),
    whose=Whose.NAMED,
    act=Act.REPLY_TO_SUPERVISION,
    is_urgent=True,
)
SUPERVISION_RETURNED = declare_event(
    "supervision.returned",
    _("Reply to a supervision notice returned"),
    _("The reply to supervision notice %(number)s was returned: reply anew by %(day)s."),
    whose=Whose.NAMED,
    act=Act.REPLY_TO_SUPERVISION,
    is_urgent=True,
)
SUPERVISION_LATE = declare_event(
    "supervision.late",
    _("Reply to a supervision notice overdue"),
    _("Supervision notice %(number)s was to be replied to by %(day)s and is not."),
    whose=Whose.NAMED,
    act=Act.NAME_SUBSTITUTES,
    is_urgent=True,
)
SUPERVISION_CLOSED = declare_event(
    "supervision.closed",
    _("Supervision notice closed"),
    _("Supervision notice %(number)s was closed. Its page says how."),
    whose=Whose.NAMED,
    act=Act.REPLY_TO_SUPERVISION,
)
SUPERVISION_WITHDRAWN = declare_event(
    "supervision.withdrawn",
    _("Supervision notice withdrawn"),
    _("Supervision notice %(number)s was withdrawn: no reply is owed. Its page says why."),
    whose=Whose.NAMED,
    act=Act.REPLY_TO_SUPERVISION,
)
SUPERVISION_REPLIED = declare_event(
    "supervision.replied",
    _("Reply to a supervision notice to judge"),
    _("%(unit)s has replied to supervision notice %(number)s."),
    whose=Whose.HOLDERS,
    act=Act.OVERSEE,
)
SUPERVISION_ESCALATED = declare_event(
    "supervision.escalated",
    _("Supervision notices escalated"),
    _("%(unit)s has let the last day for replies to supervision notices pass: %(count)s."),
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
    _("A verification of the history found what was not sealed so. Findings: %(count)s."),
    whose=Whose.HOLDERS,
    act=Act.SEE_AUDIT,
    is_urgent=True,
)
