"""What oversight tells. Sent inside the transaction of the act itself."""

from django.dispatch import Signal

supervision_issued = Signal()
"""A unit is urged. Argument: `notice` (oversight.models.SupervisionNotice)."""
