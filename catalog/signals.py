"""What the catalogue tells the floors above."""

from django.dispatch import Signal

cases_escalated = Signal()
"""Cases passed their last day, and somebody above their clerk is to learn of it. Inside the transaction that writes it.

Argument: `records` (list of accounts.models.EscalationRecord, the new ones; `of.unit` is the unit that owes).
"""

reference_loaded = Signal()
"""Sent by `load_reference` inside its transaction, after the catalogue's own files.

Argument: `report`, a `catalog.services.reference_rows.Report` to which a receiver adds the counts of its own files.
A receiver that raises undoes all.
"""
