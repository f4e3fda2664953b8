"""Whether a party is listed: today, on another day, or as it was known at another time."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.prepared import Prepared, with_samples
from jinan_credit.kernel import clock, crypto
from lists.enums import WAS_PUBLISHED, ChangeOp, EntryState, ExitReason, RemovalReason
from lists.models import Change, Entry, EntryQuerySet, RelatedPerson
from lists.selectors import entries_of, entries_with_number
from sanctions.enums import MatchedAs
from sanctions.rules import Party
from sanctions.selectors.duties import STAMP_AND_HEADS, Duties, cursors, duties_by


@dataclass(frozen=True)
class Finding:
    """`body`: the entry as published then, document numbers still sealed; None where it was not read along."""

    entry_id: UUID
    version: int
    matched_as: str
    body: dict[str, Any] | None = None


_LOOK = """
    SELECT {stamp_and_heads}, found.id, found.version, found.credit_list_id, found.number_index, told.body::text
    FROM (SELECT) one
    LEFT JOIN ({entries}) found (id, version, credit_list_id, number_index) ON true
    LEFT JOIN LATERAL (
        SELECT body FROM lists_change change
        WHERE change.entry_id = found.id AND change.version <= found.version AND op = '{upsert}'
        ORDER BY change.version DESC LIMIT 1
    ) told ON true
    ORDER BY found.id
"""


def _look(entries: EntryQuerySet, **samples: Any) -> tuple[str, list[Any]]:
    rows = entries.in_force(_SOME_DAY).order_by()
    sql, params = with_samples(
        rows.values("id", "version", "credit_list_id", "subject__number_index"), day=_SOME_DAY, **samples
    )
    return _LOOK.format(stamp_and_heads=STAMP_AND_HEADS, entries=sql, upsert=ChangeOp.UPSERT), params


_SOME_DAY, _SAMPLE = date(1, 1, 1), "?"
_by_code = Prepared("look_by_code", lambda: _look(entries_of(code=_SAMPLE), identifier=_SAMPLE))
_by_number = Prepared("look_by_number", lambda: _look(entries_with_number(_SAMPLE), identifier=_SAMPLE))


def look_now(party: Party, unit: Unit) -> tuple[Duties, dict[int, str], list[Finding]]:
    """What the unit answers for, the cursor of every list and, on the unit's lists, what is in force against the party.

    One statement, so all of one moment. `party` has an identifier.
    """
    index = number_index(party)
    look = _by_number if index else _by_code
    rows = look.rows(identifier=index or party.code, day=clock.today())
    duties = duties_by(unit, rows[0][0])
    found = [row[2:] for row in rows if row[4] in duties.lists]
    return (
        duties,
        cursors(rows[0][1]),
        [
            Finding(pk, version, _matched_as(subject_index, index or None), json.loads(body))
            for pk, version, _list_id, subject_index, body in found
        ],
    )


def find_party(
    party: Party, lists: Collection[int], *, as_of: date | None = None, known_at: datetime | None = None
) -> list[Finding]:
    """Entries of these lists under which the party itself, or the person as a related person, was listed."""
    if known_at is not None:
        return _known_then(party, lists, as_of or clock.local_day(known_at), known_at)
    entries = entries_of_party(party).filter(credit_list__in=lists)
    return _findings(party, listed_on(entries, as_of or clock.today()))


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
            JOIN {entries} entry ON entry.id = person.entry_id WHERE person.number_index > ''
        ) found GROUP BY party_id, entry_id
    """


def number_index(party: Party) -> str:
    return crypto.blind_index(party.document_type, party.document_number) if party.document_number else ""


def listed_on(entries: EntryQuerySet, day: date) -> EntryQuerySet:
    """Those that were in force on a day gone by: published by then, within the term, neither removed nor stayed."""
    told = Change.objects.filter(entry=OuterRef("pk"), changed_at__date__lte=day).order_by("-version")
    known = entries.annotate(last_told=Subquery(told.values("reason")[:1])).exclude(last_told=RemovalReason.STAYED)
    return known.filter(_stood_on(day), state__in=WAS_PUBLISHED)


def listed_within(entries: EntryQuerySet, day: date) -> EntryQuerySet:
    """Those that were in force at any time of a day: also who left, or was stayed, in the course of it."""
    changes = Change.objects.filter(entry=OuterRef("pk")).order_by("-version").values("reason")
    known = entries.annotate(
        last_before=Coalesce(Subquery(changes.filter(changed_at__date__lt=day)[:1]), Value("")),
        last_told=Coalesce(Subquery(changes.filter(changed_at__date__lte=day)[:1]), Value("")),
    )
    was_free = Q(exit_on=None) | Q(exit_on__gte=day) | Q(exit_reason=ExitReason.EXPIRED)
    return known.exclude(last_before=RemovalReason.STAYED, last_told=RemovalReason.STAYED).filter(
        was_free, _within_term(day), state__in=WAS_PUBLISHED
    )


def were_deleted(lists: Collection[int], day: date) -> bool:
    """Whether entries that stood on these lists that day have been deleted since: of whom, nobody can tell any more."""
    stubs = Entry.objects.filter(_stood_on(day), state=EntryState.PURGED, credit_list__in=lists)
    return stubs.exists()


def _stood_on(day: date) -> Q:
    """The last day of the term counts, so whoever left because it was over was on the list to its end (rule 1)."""
    stayed = Q(exit_on=None) | Q(exit_on__gt=day) | Q(exit_reason=ExitReason.EXPIRED)
    return stayed & _within_term(day)


def _within_term(day: date) -> Q:
    return Q(published_at__date__lte=day, term_from__lte=day, term_to__gte=day)


def _findings(party: Party, entries: EntryQuerySet) -> list[Finding]:
    index = number_index(party) if party.is_person else None
    return [
        Finding(pk, version, _matched_as(subject_index, index))
        for pk, version, subject_index in entries.order_by("pk").values_list("pk", "version", "subject__number_index")
    ]


def _matched_as(subject_index: str | None, index: str | None) -> str:
    return MatchedAs.SUBJECT if index is None or subject_index == index else MatchedAs.RELATED_PERSON


def _known_then(party: Party, lists: Collection[int], day: date, known_at: datetime) -> list[Finding]:
    """From what the feed had said by then: the term, whether it was in force, and who the related persons were."""
    entries = _ever_of(party).filter(credit_list__in=lists, state__in=WAS_PUBLISHED)
    candidates = {finding.entry_id: finding for finding in _findings(party, entries)}
    changes = Change.objects.filter(entry__in=list(candidates), changed_at__lte=known_at).order_by("entry", "version")
    histories: dict[UUID, list[Change]] = {}
    for change in changes:
        histories.setdefault(change.entry_id, []).append(change)
    return [
        Finding(pk, last.version, matched_as, last.body)
        for pk, history in histories.items()
        if (last := _in_force(history, day)) is not None
        and ((matched_as := candidates[pk].matched_as) == MatchedAs.SUBJECT or _names(last.body or {}, party))
    ]


def _ever_of(party: Party) -> EntryQuerySet:
    """With those of which a person was a related person until a correction."""
    if not party.is_person:
        return entries_of_party(party)
    index = number_index(party)
    once: Any = RelatedPerson.pgh_event_models["insert"]  # type: ignore[attr-defined]
    then = once.objects.filter(number_index=index).order_by().values("entry")
    return Entry.objects.filter(Q(pk__in=entries_with_number(index).order_by().values("pk")) | Q(pk__in=then))


def _names(body: dict[str, Any], party: Party) -> bool:
    """Whether the person stands among the related persons of a published state."""
    return any(
        person["document_type"] == party.document_type
        and crypto.unseal(person["document_number"] or "") == party.document_number
        for person in body["related_persons"]
    )


def _in_force(history: list[Change], day: date) -> Change | None:
    """The last state that was known, when by that history the entry was in force on the day."""
    by_then = [change for change in history if clock.local_day(change.changed_at) <= day]
    if not by_then or (by_then[-1].op == ChangeOp.REMOVE and by_then[-1].reason != ExitReason.EXPIRED):
        return None
    last = [change for change in history if change.op == ChangeOp.UPSERT][-1]
    term = (last.body or {})["term"]
    return last if date.fromisoformat(term["from"]) <= day <= date.fromisoformat(term["to"]) else None


def bodies_at(versions: Iterable[tuple[UUID, int]]) -> dict[UUID, dict[str, Any]]:
    """The published state of each entry at a version: what the feed said then. Numbers are still sealed."""
    wanted = dict(versions)
    if not wanted:
        return {}
    changes = Change.objects.filter(entry__in=list(wanted), op=ChangeOp.UPSERT).order_by("entry", "version")
    rows = changes.values_list("entry_id", "version", "body")
    return {entry_id: body or {} for entry_id, version, body in rows if version <= wanted[entry_id]}
