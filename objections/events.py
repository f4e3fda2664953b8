"""What objections and tip-offs tell staff: that there is something to do, by when; never who it is about or from."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

OBJECTION_RECEIVED = declare_event(
    "objection.received",
    _("Objection received"),
    _("An objection was received: decide by %(day)s."),
    whose=Whose.DECIDING,
    act=Act.EXAMINE_OBJECTIONS,
)
OBJECTION_SUPPLEMENTED = declare_event(
    "objection.supplemented",
    _("Objection supplemented"),
    _("What was missing from an objection is there: decide by %(day)s."),
    whose=Whose.DECIDING,
    act=Act.EXAMINE_OBJECTIONS,
)
OBJECTION_TO_DECIDE = declare_event(
    "objection.to_decide",
    _("Objection to decide"),
    _("An objection was examined: decide by %(day)s."),
    whose=Whose.DECIDING,
    act=Act.DECIDE_OBJECTIONS,
)
MORE_TIME_ASKED = declare_event(
    "objection.more_time",
    _("More time asked for"),
    _("More time was asked for an objection that is due on %(day)s."),
    whose=Whose.DECIDING,
    act=Act.DECIDE_OBJECTIONS,
)
OBJECTION_LATE = declare_event(
    "objection.late",
    _("Objection overdue"),
    _("An objection was to be decided by %(day)s and is not."),
    whose=Whose.DECIDING,
    act=Act.DECIDE_OBJECTIONS,
    is_urgent=True,
)
HELP_ASKED = declare_event(
    "help.asked",
    _("Question of another unit"),
    _("%(unit)s asks what your unit knows: answer by %(day)s."),
    whose=Whose.NAMED,
    act=Act.ANSWER_HELP,
)
HELP_ANSWERED = declare_event(
    "help.answered",
    _("Answer of another unit"),
    _("%(unit)s has answered what your unit asked."),
    whose=Whose.DECIDING,
    act=Act.EXAMINE_OBJECTIONS,
)
HELP_LATE = declare_event(
    "help.late",
    _("Answer to another unit overdue"),
    _("%(unit)s was to be answered by %(day)s and is not."),
    whose=Whose.NAMED,
    act=Act.DECIDE_OBJECTIONS,
    is_urgent=True,
)
TIP_OFF_RECEIVED = declare_event(
    "tip_off.received",
    _("Tip-off received"),
    _("A tip-off was received: assign or forward it by %(day)s."),
    whose=Whose.HOLDERS,
    act=Act.ASSIGN_TIP_OFFS,
)
TIP_OFF_ASSIGNED = declare_event(
    "tip_off.assigned",
    _("Tip-off to verify"),
    _("A tip-off was given to your unit: verify it by %(day)s."),
    whose=Whose.NAMED,
    act=Act.VERIFY_TIP_OFFS,
)
TIP_OFF_HANDED_BACK = declare_event(
    "tip_off.handed_back",
    _("Tip-off handed back"),
    _("%(unit)s has handed a tip-off back: another must verify it."),
    whose=Whose.HOLDERS,
    act=Act.ASSIGN_TIP_OFFS,
)
TIP_OFF_VERIFIED = declare_event(
    "tip_off.verified",
    _("Tip-off to answer"),
    _("%(unit)s has said what came of a tip-off: answer it."),
    whose=Whose.HOLDERS,
    act=Act.ASSIGN_TIP_OFFS,
)
