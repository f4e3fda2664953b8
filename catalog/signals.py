"""What the catalogue tells the floors above."""

from django.dispatch import Signal

reference_loaded = Signal()
"""Sent by `load_reference` inside its transaction, after the catalogue's own files.

Argument: `report`, a `catalog.services.reference_rows.Report` to which a receiver adds the counts of its own files.
A receiver that raises undoes all.
"""
