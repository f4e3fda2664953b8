"""What the exchange tells staff."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

COPY_BEHIND = declare_event(
    "copy.behind",
    _("Copy behind for long"),
    _("Your unit's copy has been behind for more than %(minutes)s minutes. Lists: %(lists)s."),
    whose=Whose.OWN,
    act=Act.SEE_PUSH,
)
COPY_OF_UNIT_BEHIND = declare_event(
    "copy.of_unit_behind",
    _("Copy of a unit behind for long"),
    _("The copy of %(unit)s has been behind for more than %(minutes)s minutes."),
    whose=Whose.HOLDERS,
    act=Act.OVERSEE,
)
PUSH_GONE = declare_event(
    "push.gone",
    _("Push address gone"),
    _("The receiver at your unit's push address says that it is gone (410). Pushing stops until somebody resumes it."),
    whose=Whose.OWN,
    act=Act.SEE_PUSH,
    is_urgent=True,
)
OFFICE_FAILING = declare_event(
    "office.failing",
    _("Office system not reached"),
    _("Your unit's office system has taken no message %(failures)s times running. It is tried again and again."),
    whose=Whose.OWN,
    act=Act.SET_WAYS,
)
OFFICE_GONE = declare_event(
    "office.gone",
    _("Office system gone"),
    _("Your unit's office system says that it is gone (410). No message goes there until somebody resumes it."),
    whose=Whose.OWN,
    act=Act.SET_WAYS,
    is_urgent=True,
)
