"""What the floors above learn from the accounts. Sent inside the transaction of the act itself."""

from django.dispatch import Signal

staff_told = Signal()
"""Units were told of an event. Argument: `messages` (list of accounts.models.StaffMessage, one a unit)."""
unit_succeeded = Signal()
"""A unit was succeeded by another: each floor moves its own rows, safe to hear twice.

Arguments: `predecessor`, `successor` (accounts.models.Unit, the successor locked), `by` (Actor), `reason`.
A receiver returns {code of what it touches: how many it moved}.
"""
