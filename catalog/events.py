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
