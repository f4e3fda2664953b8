"""What a notice of proposed listing told the party: a change of it is material, and needs a new notice.

One rule in two tongues: for an entry revised by hand, and for those that a list file revises.
"""

from typing import Any

from lists.enums import EntryState
from lists.models import Entry

TOLD = (
    "subject_id",
    "subject_name",
    "basis",
    "document_number",
    "document_on",
    "decided_on",
    "term_from",
    "term_to",
    "grounds",
    "facts",
    "dishonesty_class",
    "disclosure",
)
_NAMES = ", ".join(f"'{name}'" for name in TOLD)

REOPENS = f"(entry.state = 'NOTIFIED' OR entry.defence_until IS NOT NULL) AND differences ?| array[{_NAMES}]"
"""SQL: the party of `entry` was told, and not what it says with `differences`."""


def told_values(entry: Entry) -> list[Any]:
    return [getattr(entry, name) for name in TOLD]


def reopens(entry: Entry, told: list[Any]) -> bool:
    """The party was told, and what it was told (`told`) is not what the entry says now."""
    was_told = entry.state == EntryState.NOTIFIED or entry.defence_until is not None
    return was_told and told != told_values(entry)
