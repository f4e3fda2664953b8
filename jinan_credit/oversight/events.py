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
