"""The list of repairs as it is worked off."""

from jinan_credit.accounts.desks import Desk
from repair.filters import RepairFilter
from repair.selectors import waiting_for
from repair.tables import RepairTable

REPAIRS = Desk("repairs", "repair", RepairTable, RepairFilter, waiting_for, lambda case: case.receipt_number)
