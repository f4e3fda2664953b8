"""Entries of parties whose name is like the one given. They prompt the officer to ask for the identifier; nothing more.

An identifier decides. So a name neither blocks nor clears, and a suggestion is no hit: nobody has to answer it.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from lists.enums import SubjectKind
from lists.models import Entry
from lists.selectors import names_like
from sanctions.rules import Party
from sanctions.selectors.findings import listed_on

MOST_SUGGESTED = 5


def suggest(party: Party, lists: Collection[int], *, as_of: date | None = None) -> list[dict[str, Any]]:
    """What a screening keeps of them, the likeliest first: entry_id, version, score, differences.

    Where the identifier was given and is not listed, only names that are as good as the same.
    """
    likely = {
        match.subject_id: match
        for match in names_like(party.name)
        if match.certain or (match.is_likely and not party.is_identified)
    }
    if not likely:
        return []
    entries = Entry.objects.filter(subject__in=list(likely), credit_list__in=lists)
    natural = {"subject_kind": SubjectKind.NATURAL_PERSON}
    entries = entries.filter(**natural) if party.is_person else entries.exclude(**natural)
    entries = entries.in_force() if as_of is None else listed_on(entries, as_of)
    rows = entries.order_by("pk").values_list("pk", "version", "subject_id")
    ranked = sorted(rows, key=lambda row: list(likely).index(row[2]))
    return [
        {
            "entry_id": str(pk),
            "version": version,
            "score": round(likely[subject].score, 3),
            "differences": likely[subject].stored_differences(),
        }
        for pk, version, subject in ranked[:MOST_SUGGESTED]
    ]
