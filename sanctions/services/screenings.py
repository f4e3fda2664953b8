"""A unit checks a party in its own business. What it finds prompts; an officer decides (PIPL art. 24)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_move, require_move
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import normalise_text
from jinan_credit.kernel.masking import mask_document_number
from sanctions.enums import ScreeningResult, UnknownReason
from sanctions.models import Hit, Screening, ScreeningMove
from sanctions.rules import Matter, Party, checked_day, checked_party
from sanctions.selectors.duties import duties_and_heads
from sanctions.selectors.findings import Finding, find_party, number_index
from sanctions.selectors.suggestions import suggest
from sanctions.services.receipts import issue_receipt
from sanctions.workflow import SCREENING

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Answer:
    result: str
    unknown_reason: str = ""
    positions: dict[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    suggestions: Sequence[dict[str, Any]] = ()


def screen(
    *,
    party: Party,
    matter: Matter,
    purpose: str,
    by: Actor,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Screening:
    """Look a party up in the lists the actor's unit cooperates on, and keep that it was looked up.

    Only an identifier decides: a name alone neither blocks nor clears, it only suggests. Where the lists or their
    positions could not be read the result is UNKNOWN, never CLEAR. `as_of`: was he listed on that day; `known_at`: by
    what was known then.
    Refusals: `act_not_allowed`, `no_unit`, `purpose_missing`, `matter_missing`, `party_missing`, `code_wrong`,
    `document_number_wrong`, `identifier_of_other_kind`, `day_in_future`.
    """
    by.require(Act.SCREEN_PARTIES)
    unit = by.unit
    if unit is None:
        raise NotAllowed("no_unit", _("Only a member or a system of a unit can screen."))
    party = checked_party(party)
    purpose, matter_name = normalise_text(purpose), normalise_text(matter.name)
    if not purpose:
        raise InvalidInput("purpose_missing", _("Say for what purpose the party is looked up."), field="purpose")
    if not matter_name:
        raise InvalidInput("matter_missing", _("Name the matter in which the party is looked up."), field="matter")
    _require_past(as_of, known_at)
    answer = _look_up(party, unit, as_of, known_at)
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
        as_of=as_of,
        known_at=known_at,
        positions=answer.positions,
        result=answer.result,
        unknown_reason=answer.unknown_reason,
        suggestions=list(answer.suggestions),
    )
    screening.receipt = issue_receipt(screening, answer.findings)
    _keep(screening, answer.findings)
    return screening


@transaction.atomic
def close_screening(*, screening: Screening, by: Actor) -> Screening:
    """The officer is done with the party: every hit is answered.

    Refusals: `not_found` for another unit's; `move_not_open`; `act_not_allowed`; `hits_open`.
    """
    try:
        locked = Screening.objects.visible_to(by).select_for_update(of=("self",)).get(pk=screening.pk)
    except Screening.DoesNotExist:
        raise NotFound("not_found", _("Not found.")) from None
    require_move(SCREENING, "close", state=locked.state, by=by)
    open_hits = locked.hits.open().count()
    if open_hits:
        raise DomainError(
            "hits_open",
            _("%(count)s hits are not answered yet. Answer each: measures applied, or not applied with the reason.")
            % {"count": open_hits},
        )
    locked.closed_at, locked.closed_by = clock.now(), by.user
    locked.closed_by_client = None if by.user else by.client
    make_move(ScreeningMove, locked, SCREENING, "close", by=by)
    return locked


def _require_past(as_of: date | None, known_at: datetime | None) -> None:
    if as_of is not None:
        checked_day(as_of, clock.today(), "as_of")
    if known_at is not None and known_at > clock.now():
        raise InvalidInput("day_in_future", _("This day lies in the future."), field="known_at")


def _look_up(party: Party, unit: Unit, as_of: date | None, known_at: datetime | None) -> _Answer:
    """Positions are read before the entries, so that the entries are at least as new as the positions say."""
    try:
        with transaction.atomic():
            duties, heads = duties_and_heads(unit)
            if not duties.lists:
                return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NO_LISTS)
            positions = {code: heads[pk] for pk, code in duties.lists.items() if pk in heads}
            if len(positions) < len(duties.lists):
                return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NO_POSITION, positions)
            findings: Sequence[Finding] = ()
            if party.is_identified:
                findings = find_party(party, duties.lists, as_of=as_of, known_at=known_at)
            suggestions = () if findings or known_at else suggest(party, duties.lists, as_of=as_of)
    except DatabaseError:
        log.exception("screening_not_readable", unit=unit.code)
        return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NOT_READABLE)
    if not party.is_identified:
        return _Answer(ScreeningResult.UNKNOWN, UnknownReason.NAME_ONLY, positions, suggestions=suggestions)
    result = ScreeningResult.HIT if findings else ScreeningResult.CLEAR
    return _Answer(result, positions=positions, findings=findings, suggestions=suggestions)


def _keep(screening: Screening, findings: Sequence[Finding]) -> None:
    if not findings:
        screening.save(force_insert=True)
        return
    with transaction.atomic():
        screening.save(force_insert=True)
        Hit.objects.bulk_create(
            [
                Hit(
                    screening=screening,
                    entry_id=finding.entry_id,
                    entry_version=finding.version,
                    matched_as=finding.matched_as,
                )
                for finding in findings
            ]
        )
