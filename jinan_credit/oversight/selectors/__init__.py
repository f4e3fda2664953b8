"""Reads of the only room that sees every room."""

from jinan_credit.oversight.selectors.cases import escalated_cases
from jinan_credit.oversight.selectors.dashboard import Dashboard, dashboard, rows_behind

__all__ = ["Dashboard", "dashboard", "escalated_cases", "rows_behind"]
