"""Whether a party is listed: today, on another day, or as it was known at another time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from jinan_credit.kernel import clock, crypto
from lists.enums import ChangeOp, ExitReason, RemovalReason
from lists.models import Change, EntryQuerySet
from lists.models.entry import WAS_PUBLISHED
from lists.selectors import entries_of
from sanctions.enums import MatchedAs
from sanctions.rules import Party


@dataclass(frozen=True)
class Finding:
    entry_id: UUID
    version: int
    matched_as: str


def find_party(
    party: Party, lists: Collection[int], *, as_of: date | None = None, known_at: datetime | None = None
) -> list[Finding]:
    """Entries of these lists under which the party itself, or the person as a related person, was listed."""
    if known_at is not None:
        return _known_then(party, lists, as_of or clock.local_day(known_at), known_at)
    entries = entries_of_party(party).filter(credit_list__in=lists)
    entries = entries.in_force() if as_of is None else listed_on(entries, as_of)
    return _findings(party, entries)


def entries_of_party(party: Party) -> EntryQuerySet:
    """All entries of the party, in whatever state."""
    if party.is_person:
        return entries_of(document_type=party.document_type, document_number=party.document_number)
    return entries_of(code=party.code)


def entries_of_parties(parties: str, entries: str) -> str:
    """SQL: (party_id, entry_id, matched_as) of many parties at once, by the same rules as `entries_of_party`.

    `parties` names rows (id, code, number_index), `entries` rows (id, subject_id). Whoever is listed himself is
    not told to be related.
    """
    return f"""
        SELECT party_id, entry_id, max(matched_as) AS matched_as FROM (
            SELECT party.id AS party_id, entry.id AS entry_id, 'SUBJECT' AS matched_as
            FROM {parties} party JOIN lists_subject subject ON subject.code = party.code
            JOIN {entries} entry ON entry.subject_id = subject.id WHERE party.code <> ''
            UNION ALL
            SELECT party.id, entry.id, 'SUBJECT'
            FROM {parties} party JOIN lists_subjectcode older ON older.code = party.code
            JOIN {entries} entry ON entry.subject_id = older.subject_id WHERE party.code <> ''
            UNION ALL
            SELECT party.id, entry.id, 'SUBJECT'
            FROM {parties} party JOIN lists_subject subject ON subject.number_index = party.number_index
            JOIN {entries} entry ON entry.subject_id = subject.id WHERE party.number_index <> ''
            UNION ALL
            SELECT party.id, entry.id, 'RELATED_PERSON'
            FROM {parties} party JOIN lists_relatedperson person ON person.number_index = party.number_index
            JOIN {entries} entry ON entry.id = person.entry_id WHERE party.number_index <> ''
        ) found GROUP BY party_id, entry_id
    """


def number_index(party: Party) -> str:
    return crypto.blind_index(party.document_type, party.document_number) if party.document_number else ""


def listed_on(entries: EntryQuerySet, day: date) -> EntryQuerySet:
    """Those that were in force on a day gone by: published by then, within the term, neither removed nor stayed."""
    told = Change.objects.filter(entry=OuterRef("pk"), changed_at__date__lte=day).order_by("-version")
    known = entries.annotate(last_told=Subquery(told.values("reason")[:1])).exclude(last_told=RemovalReason.STAYED)
    return known.filter(
        Q(exit_on=None) | Q(exit_on__gt=day) | Q(exit_reason=ExitReason.EXPIRED),
        state__in=WAS_PUBLISHED,
        published_at__date__lte=day,
        term_from__lte=day,
        term_to__gte=day,
    )


def _findings(party: Party, entries: EntryQuerySet) -> list[Finding]:
    index = number_index(party) if party.is_person else None
    return [
        Finding(
            pk,
            version,
            MatchedAs.SUBJECT if index is None or subject_index == index else MatchedAs.RELATED_PERSON,
        )
        for pk, version, subject_index in entries.order_by("pk").values_list("pk", "version", "subject__number_index")
    ]


def _known_then(party: Party, lists: Collection[int], day: date, known_at: datetime) -> list[Finding]:
    entries = entries_of_party(party).filter(credit_list__in=lists, state__in=WAS_PUBLISHED)
    candidates = {finding.entry_id: finding for finding in _findings(party, entries)}
    changes = Change.objects.filter(entry__in=list(candidates), changed_at__lte=known_at).order_by("entry", "version")
    histories: dict[UUID, list[Change]] = {}
    for change in changes:
        histories.setdefault(change.entry_id, []).append(change)
    return [
        Finding(pk, version, candidates[pk].matched_as)
        for pk, history in histories.items()
        if (version := _version_in_force(history, day)) is not None
    ]


def _version_in_force(history: list[Change], day: date) -> int | None:
    """The version that was known, when by that history the entry was in force on the day."""
    by_then = [change for change in history if clock.local_day(change.changed_at) <= day]
    if not by_then or (by_then[-1].op == ChangeOp.REMOVE and by_then[-1].reason != ExitReason.EXPIRED):
        return None
    last = [change for change in history if change.op == ChangeOp.UPSERT][-1]
    term = (last.body or {})["term"]
    return last.version if date.fromisoformat(term["from"]) <= day <= date.fromisoformat(term["to"]) else None


def bodies_at(versions: Iterable[tuple[UUID, int]]) -> dict[UUID, dict[str, Any]]:
    """The published state of each entry at a version: what the feed said then. Numbers are still sealed."""
    wanted = dict(versions)
    if not wanted:
        return {}
    changes = Change.objects.filter(entry__in=list(wanted), op=ChangeOp.UPSERT).order_by("entry", "version")
    rows = changes.values_list("entry_id", "version", "body")
    return {entry_id: body or {} for entry_id, version, body in rows if version <= wanted[entry_id]}
