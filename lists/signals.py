"""What the floors above learn from the lists. Sent inside the transaction of the act itself."""

from django.dispatch import Signal

publication_made = Signal()
"""A publication took effect. Arguments: `publication` (lists.models.Publication)."""

entries_purged = Signal()
"""Entries were deleted because their time was over: whatever names their parties must go too.

Arguments: `entry_ids` (list of uuid), `publication_ids` (those of which nothing is left).
"""

records_outlived = Signal()
"""The day's purge of what is kept for a time of its own: the floors above do their part. Argument: `day` (date).

Sent outside of any transaction, since each kind is purged in batches. A receiver returns {kind: how many}.
"""

demonstration_made = Signal()
"""An empty system was filled with synthetic lists: the floors above show theirs. Argument: `random` (random.Random)."""
