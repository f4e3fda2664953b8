"""What the floors above learn from the lists. Sent inside the transaction of the act itself."""

from django.dispatch import Signal

publication_made = Signal()
"""A publication took effect. Arguments: `publication` (lists.models.Publication)."""

entries_purged = Signal()
"""Entries were deleted at the disclosure limit: whatever names their parties must go too.

Arguments: `entry_ids` (list of uuid), `publication_ids` (those of which nothing is left).
"""
