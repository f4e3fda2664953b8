"""The lists of objections, of questions of other units and of tip-offs as they are worked off."""

from jinan_credit.accounts.desks import Desk
from objections.filters import HelpRequestFilter, ObjectionFilter, TipOffFilter
from objections.selectors import help_waiting_for, tip_offs_waiting_for, waiting_for
from objections.tables import HelpRequestTable, ObjectionTable, TipOffTable

OBJECTIONS = Desk(
    "objections", "objection", ObjectionTable, ObjectionFilter, waiting_for, lambda case: case.receipt_number
)
HELP_REQUESTS = Desk(
    "help_requests",
    "help_request",
    HelpRequestTable,
    HelpRequestFilter,
    help_waiting_for,
    lambda asked: asked.objection.entry.subject_name,
)
TIP_OFFS = Desk(
    "tip_offs", "tip_off", TipOffTable, TipOffFilter, tip_offs_waiting_for, lambda case: case.receipt_number
)
