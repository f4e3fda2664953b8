"""What the floors above learn from the lists. Sent inside the transaction of the act itself."""

from django.dispatch import Signal

publication_made = Signal()
"""A publication took effect. Arguments: `publication` (lists.models.Publication)."""
