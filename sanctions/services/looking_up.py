"""A party is looked up; what is found is not kept yet. It prompts; an officer decides (PIPL art. 24)."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.prepared import Given, Prepared
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import InvalidInput, NotAllowed
from jinan_credit.kernel.identifiers import normalise_text
from jinan_credit.kernel.masking import mask_document_number
from sanctions.enums import ScreeningResult, UnknownReason
from sanctions.models import Hit, Screening
from sanctions.rules import Matter, Party, checked_day, checked_party
from sanctions.selectors.duties import Duties, duties_and_heads
from sanctions.selectors.findings import Finding, bodies_at, find_party, look_now, number_index, were_deleted
from sanctions.selectors.screenings import FoundEntry, as_found
from sanctions.selectors.suggestions import suggest
from sanctions.services.receipts import issue_receipt

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Query:
    """In what matter and for what purpose parties are looked up. `as_of`: was he listed on that day; `known_at`: by
    what was known then."""

    matter: Matter
    purpose: str
    as_of: date | None = None
    known_at: datetime | None = None


@dataclass
class Screened:
    """A party looked up, and what is to be kept of it."""

    screening: Screening
    hits: list[Hit]
    bodies: dict[UUID, dict[str, Any]]
    duties: Duties | None

    def found(self, profile: DataProfile) -> list[FoundEntry]:
        return as_found(self.hits, self.bodies, self.duties, profile) if self.duties else []


@dataclass(frozen=True)
class _Answer:
    result: str
    unknown_reason: str = ""
    positions: dict[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    suggestions: Sequence[dict[str, Any]] = ()
    duties: Duties | None = None


def look_up_all(*, parties: Sequence[Party], query: Query, by: Actor, joins: Screening | None = None) -> list[Screened]:
    """The members of a consortium, each looked up as by `look_up`; the first, or `joins`, holds them together.

    A refusal that concerns a later member names it: its field is `partners.<number>.<field>`.
    """
    screened = [look_up(party=parties[0], query=query, by=by, joins=joins)]
    for number, party in enumerate(parties[1:]):
        try:
            screened.append(look_up(party=party, query=query, by=by, joins=joins or screened[0].screening))
        except InvalidInput as refusal:
            refusal.field = f"partners.{number}.{refusal.field}".rstrip(".")
            raise
    return screened


def look_up(*, party: Party, query: Query, by: Actor, joins: Screening | None = None) -> Screened:
    """Look a party up in the lists the actor's unit cooperates on. Whoever calls this shows nothing before `keep`.

    Only an identifier decides: a name alone neither blocks nor clears, it only suggests. Where the lists or their
    positions could not be read the result is UNKNOWN, never CLEAR. `joins`: a screening of the unit, with whose party
    this one takes part in the matter.
    Refusals: `act_not_allowed`, `no_unit`, `purpose_missing`, `matter_missing`, `party_missing`, `code_wrong`,
    `document_number_wrong`, `identifier_of_other_kind`, `day_in_future`.
    """
    by.require(Act.SCREEN_PARTIES)
    unit = by.unit
    if unit is None:
        raise NotAllowed("no_unit", _("Only a member or a system of a unit can screen."))
    party = checked_party(party)
    matter, as_of, known_at = query.matter, query.as_of, query.known_at
    purpose, matter_name = normalise_text(query.purpose), normalise_text(matter.name)
    if not purpose:
        raise InvalidInput("purpose_missing", _("Say for what purpose the party is looked up."), field="purpose")
    if not matter_name:
        raise InvalidInput("matter_missing", _("Name the matter in which the party is looked up."), field="matter")
    _require_past(as_of, known_at)
    answer = _answer(party, unit, as_of, known_at)
    screening = Screening(
        unit=unit,
        by=by.user,
        by_client=None if by.user else by.client,
        screened_at=clock.now(),
        party_kind=party.kind,
        party_name=party.name,
        party_code=party.code,
        document_type=party.document_type,
        sealed_number=crypto.seal(party.document_number),
        masked_number=mask_document_number(party.document_number),
        number_index=number_index(party),
        matter_code=matter.code.strip(),
        matter_name=matter_name,
        matter_reference=matter.reference.strip(),
        purpose=purpose,
        consortium_id=(joins.consortium_id or joins.pk) if joins else None,
        as_of=as_of,
        known_at=known_at,
        positions=answer.positions,
        result=answer.result,
        unknown_reason=answer.unknown_reason,
        suggestions=list(answer.suggestions),
    )
    screening.receipt = issue_receipt(screening, answer.findings)
    hits = [
        Hit(pk=pk, screening=screening, entry_id=one.entry_id, entry_version=one.version, matched_as=one.matched_as)
        for pk, one in zip(_hit_ids(len(answer.findings)), answer.findings, strict=True)
    ]
    bodies = {one.entry_id: one.body for one in answer.findings if one.body is not None}
    bodies |= bodies_at((one.entry_id, one.version) for one in answer.findings if one.body is None)
    return Screened(screening, hits, bodies, answer.duties)


def _require_past(as_of: date | None, known_at: datetime | None) -> None:
    if as_of is not None:
        checked_day(as_of, clock.today(), "as_of")
    if known_at is not None and known_at > clock.now():
        raise InvalidInput("day_in_future", _("This day lies in the future."), field="known_at")


def _answer(party: Party, unit: Unit, as_of: date | None, known_at: datetime | None) -> _Answer:
    """Positions are read with the entries or before, so that the entries are at least as new as the positions say."""
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return _read(party, unit, as_of, known_at)
    except DatabaseError:
        log.exception("screening_not_readable", unit=unit.code)
        return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NOT_READABLE)


def _read(party: Party, unit: Unit, as_of: date | None, known_at: datetime | None) -> _Answer:
    is_now = party.is_identified and as_of is None and known_at is None
    findings: Sequence[Finding] = ()
    if is_now:
        duties, heads, findings = look_now(party, unit)
    else:
        duties, heads = duties_and_heads(unit)
    if not duties.lists:
        return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NO_LISTS)
    positions = {code: heads[pk] for pk, code in duties.lists.items() if pk in heads}
    if len(positions) < len(duties.lists):
        return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NO_POSITION, positions)
    if party.is_identified and not is_now:
        findings = find_party(party, duties.lists, as_of=as_of, known_at=known_at)
    suggestions = () if findings or known_at else suggest(party, duties.lists, as_of=as_of)
    if not party.is_identified:
        return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NAME_ONLY, positions, suggestions=suggestions)
    if not findings and not is_now and were_deleted(duties.lists, as_of or clock.local_day(known_at or clock.now())):
        return _Answer(ScreeningResult.UNKNOWN, UnknownReason.DELETED, positions, suggestions=suggestions)
    result = ScreeningResult.HIT if findings else ScreeningResult.CLEAR
    return _Answer(result, positions=positions, findings=findings, suggestions=suggestions, duties=duties)


def _hit_ids(count: int) -> list[int]:
    """The numbers of the hits, known before they are kept: the answer that is kept with them names them."""
    return [pk for (pk,) in _next_ids.rows(count=count)] if count else []


_next_ids = Prepared(
    "next_hit_ids",
    lambda: ("SELECT nextval('sanctions_hit_id_seq') FROM generate_series(1, %s)", [Given("count")]),
)
