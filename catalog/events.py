"""What the catalogue tells staff."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.events import Whose, declare_event

MEMORANDUM_CIRCULATED = declare_event(
    "memorandum.circulated",
    _("Memorandum circulated"),
    _("%(memorandum)s, version %(version)s: confirm by %(day)s that your unit has received it."),
    whose=Whose.NAMED,
    act=Act.SIGN_TASKS,
)
REPORT_ASKED = declare_event(
    "key_task.asked",
    _("Report on a key task asked for"),
    _("Report on key task no. %(number)s by %(day)s."),
    whose=Whose.NAMED,
    act=Act.REPORT_KEY_TASKS,
)
REPORT_SENT = declare_event(
    "key_task.reported",
    _("Report on a key task received"),
    _("%(unit)s has reported on key task no. %(number)s."),
    whose=Whose.HOLDERS,
    act=Act.OVERSEE,
)
TASK_NOTED = declare_event(
    "key_task.noted",
    _("Note on a key task"),
    _("The coordinator has noted something on key task no. %(number)s."),
    whose=Whose.NAMED,
    act=Act.REPORT_KEY_TASKS,
)
