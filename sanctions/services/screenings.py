"""A unit checks a party in its own business, and is done with it when every hit is answered."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import JSONField
from django.utils.translation import ngettext

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.api.idempotency import KeyedCall
from jinan_credit.accounts.moves import make_move, require_move
from jinan_credit.accounts.prepared import Given, Prepared
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotFound
from sanctions.enums import ScreeningState
from sanctions.models import Hit, Screening, ScreeningMove
from sanctions.rules import Matter, Party
from sanctions.services.looking_up import Query, Screened, look_up
from sanctions.workflow import SCREENING


def screen(
    *,
    party: Party,
    matter: Matter,
    purpose: str,
    by: Actor,
    as_of: date | None = None,
    known_at: datetime | None = None,
    joins: Screening | None = None,
) -> Screening:
    """Look a party up in the lists the actor's unit cooperates on, and keep that it was looked up.

    Refusals as `look_up`.
    """
    query = Query(matter, purpose, as_of, known_at)
    screened = look_up(party=party, query=query, by=by, joins=joins)
    keep([screened])
    return screened.screening


def keep(screened: Sequence[Screened], *, call: KeyedCall | None = None, answer: str = "") -> bool:
    """Keep screenings with their hits, and what the call was answered: all of it or nothing.

    A single one takes one statement. False, and nothing kept, where a call with the same key was answered before.
    """
    first, *others = screened
    with transaction.atomic() if others else nullcontext():
        if not _keep(first, *(call.insertion(answer, 201) if call else ("SELECT", []))):
            return False
        for one in others:
            _keep(one, "SELECT", [])
    return True


def _keep(screened: Screened, condition: str, values: list[Any]) -> bool:
    """Keep one if the condition, a statement, gives a row."""
    given = [*values, *_values(screened.screening), *_columns_of(screened.hits)]
    statement = _statement(condition, bool(screened.hits), len(given))
    is_kept = bool(statement.run({f"v{place}": value for place, value in enumerate(given)}))
    screened.screening._state.adding = False
    return is_kept


@cache
def _statement(condition: str, with_hits: bool, places: int) -> Prepared:
    sql = _KEEP.format(condition=condition, columns=_COLUMNS, places=_PLACES, hits=_HITS if with_hits else "")
    return Prepared(f"keep_screening_{places}", lambda: (sql, [Given(f"v{place}") for place in range(places)]))


@transaction.atomic
def close_screening(*, screening: Screening, by: Actor) -> Screening:
    """The officer is done with the party, and with those of its consortium: every hit is answered.

    Refusals: `not_found` for another unit's; `move_not_open`; `act_not_allowed`; `hits_open`.
    """
    members = Screening.objects.visible_to(by).of_consortium(screening).select_for_update(of=("self",))
    locked = {member.pk: member for member in members}
    asked = locked.get(screening.pk)
    if asked is None:
        raise NotFound
    require_move(SCREENING, "close", state=asked.state, by=by)
    open_hits = Hit.objects.open().filter(screening__in=locked).count()
    if open_hits:
        raise DomainError(
            "hits_open",
            ngettext(
                "%(count)s hit is not answered yet. Answer each: measures applied, or not applied with the reason.",
                "%(count)s hits are not answered yet. Answer each: measures applied, or not applied with the reason.",
                open_hits,
            )
            % {"count": open_hits},
        )
    for member in locked.values():
        if member.state == ScreeningState.OPEN:
            member.closed_at, member.closed_by = clock.now(), by.user
            member.closed_by_client = None if by.user else by.client
            make_move(ScreeningMove, member, SCREENING, "close", by=by)
    return asked


_FIELDS = Screening._meta.concrete_fields
_KEEP = """
    WITH condition AS ({condition}), kept AS (
        INSERT INTO sanctions_screening ({columns}) SELECT {places} FROM condition RETURNING id
    ){hits}
    SELECT 1 FROM kept
"""
_COLUMNS = ", ".join(str(field.column) for field in _FIELDS)
_PLACES = ", ".join(["%s"] * len(_FIELDS))
_HITS = """, hits AS (
        INSERT INTO sanctions_hit (id, entry_id, entry_version, matched_as, screening_id, match, score, state)
        SELECT hit.*, kept.id, 'IDENTIFIER', 1, 'OPEN'
        FROM kept, unnest(%s::bigint[], %s::uuid[], %s::int[], %s::text[]) hit
    )
"""


def _values(screening: Screening) -> list[Any]:
    values = [(one, getattr(screening, one.attname)) for one in _FIELDS]
    return [json.dumps(value) if isinstance(one, JSONField) else value for one, value in values]


def _columns_of(hits: list[Hit]) -> list[list[Any]]:
    rows = [(hit.pk, hit.entry_id, hit.entry_version, hit.matched_as) for hit in hits]
    return [list(column) for column in zip(*rows, strict=True)]
