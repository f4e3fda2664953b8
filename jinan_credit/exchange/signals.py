"""What the floors above learn from the exchange. Sent inside the transaction that moves the unit's cursor."""

from django.dispatch import Signal

changes_acknowledged = Signal()
"""A unit confirmed, by machine, that it holds a list up to a position.

Arguments: `unit` (accounts.models.Unit), `credit_list` (lists.models.CreditList), `seq` (the position),
`auto_sign` (whether the unit has chosen that this counts as 签收).
"""
