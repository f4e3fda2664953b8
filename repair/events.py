"""What repairs tell staff: that there is something to do, by when; never who applies."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

REPAIR_RECEIVED = declare_event(
    "repair.received",
    _("Repair application received"),
    _("An application for repair was received: accept it or not by %(day)s."),
    whose=Whose.DECIDING,
    act=Act.VERIFY_REPAIRS,
)
REPAIR_SUPPLEMENTED = declare_event(
    "repair.supplemented",
    _("Repair application supplemented"),
    _("What was missing from an application for repair is there: accept it or not by %(day)s."),
    whose=Whose.DECIDING,
    act=Act.VERIFY_REPAIRS,
)
REPAIR_TO_DECIDE = declare_event(
    "repair.to_decide",
    _("Repair application to decide"),
    _("An application for repair was verified: decide by %(day)s."),
    whose=Whose.DECIDING,
    act=Act.APPROVE_REPAIRS,
)
REPAIR_LATE = declare_event(
    "repair.late",
    _("Repair application overdue"),
    _("A step of an application for repair was due on %(day)s and is not taken."),
    whose=Whose.DECIDING,
    act=Act.APPROVE_REPAIRS,
    is_urgent=True,
)
