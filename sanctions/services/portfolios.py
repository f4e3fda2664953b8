"""A unit keeps a set of parties, for a purpose and on a legal basis, and is told when one enters or leaves a list.

Parties come into a portfolio out of a batch that was screened, so the unit knows from the beginning where they stand.
"""

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import make_move, write_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotAllowed, NotFound
from jinan_credit.kernel.identifiers import normalise_text
from sanctions.enums import BatchStatus, BatchUse, PortfolioState
from sanctions.models import Portfolio, PortfolioChange, PortfolioMove, PortfolioParty, ScreeningBatch
from sanctions.services.portfolio_changes import begin_lists, lock_positions, settle, tell_behind
from sanctions.workflow import PORTFOLIO

_COLUMNS = "kind, name, code, document_type, sealed_number, masked_number, number_index, reference"

_KEEP = f"""
    INSERT INTO sanctions_portfolioparty (portfolio_id, {_COLUMNS}, kept_at)
    SELECT DISTINCT ON (code, number_index) %(portfolio)s, {_COLUMNS}, %(now)s
    FROM sanctions_batchrow
    WHERE of_id = %(batch)s AND result <> 'WRONG' AND (code <> '' OR number_index <> '')
    ORDER BY code, number_index, row
    ON CONFLICT (portfolio_id, code, number_index) WHERE dropped_at IS NULL DO NOTHING
"""

MANY = 1_000
"""Parties that make the planner's statistics worthless."""
_FOUND = """
    INSERT INTO sanctions_portfoliochange (party_id, entry_id, version, standing, matched_as, reason, told_at)
    SELECT DISTINCT party.id, hit.entry_id, hit.entry_version, 'FOUND', hit.matched_as, '', %(now)s
    FROM sanctions_portfolioparty party
    JOIN sanctions_batchrow line
        ON line.of_id = %(batch)s AND line.code = party.code AND line.number_index = party.number_index
    JOIN sanctions_hit hit ON hit.screening_id = line.screening_id
    WHERE party.portfolio_id = %(portfolio)s AND party.kept_at = %(now)s AND party.dropped_at IS NULL
    ON CONFLICT DO NOTHING
"""

_DROP = """
    UPDATE sanctions_portfolioparty party SET dropped_at = %(now)s
    FROM staged_party line
    WHERE party.portfolio_id = %(portfolio)s AND party.dropped_at IS NULL AND line.errors IS NULL
      AND (line.code <> '' OR line.number_index <> '')
      AND line.code = party.code AND line.number_index = party.number_index
"""


def make_portfolio(*, name: str, purpose: str, legal_basis: str, by: Actor) -> Portfolio:
    """Begin an empty portfolio.

    Refusals: `act_not_allowed`, `no_unit`, `field_missing`, `portfolio_known` when the unit keeps one of this name.
    """
    by.require(Act.SCREEN_PARTIES)
    if by.unit is None:
        raise NotAllowed("no_unit", _("Only a member or a system of a unit can keep parties."))
    given = {"name": name, "purpose": purpose, "legal_basis": legal_basis}
    given = {field: normalise_text(text) for field, text in given.items()}
    for field, text in given.items():
        if not text:
            words = _("Give the portfolio a name, its purpose and its legal basis: they are kept for the audit.")
            raise InvalidInput("field_missing", words, field=field)
    try:
        with transaction.atomic():
            portfolio = Portfolio.objects.create(
                unit=by.unit,
                made_by=by.user,
                made_by_client=None if by.user else by.client,
                made_at=clock.now(),
                **given,
            )
            write_move(PortfolioMove, portfolio, "make", from_state="", to_state=PortfolioState.KEPT, by=by, reason="")
            lock_positions()
            begin_lists(portfolio)
    except IntegrityError as error:
        if "portfolio_has_a_name_of_its_own" not in str(error):
            raise
        words = _("Your unit keeps a portfolio of this name already. Choose another name.")
        raise DomainError("portfolio_known", words, field="name") from error
    return portfolio


@transaction.atomic
def keep_batch(*, portfolio: Portfolio, batch: ScreeningBatch, by: Actor) -> int:
    """Keep the parties of a batch that was screened; how many are new. Those given by name alone are left out.

    Refusals: `act_not_allowed`, `not_found`, `portfolio_ended`, `batch_not_done`, `batch_emptied`.
    """
    by.require(Act.SCREEN_PARTIES)
    kept = require_kept(portfolio, by)
    own = ScreeningBatch.objects.filter(unit=by.unit, pk=batch.pk).first()
    if own is None:
        raise NotFound
    if own.status != BatchStatus.DONE or own.use == BatchUse.DROP:
        raise DomainError("batch_not_done", _("The parties of this batch have not been looked up."))
    if not own.rows.exists():
        raise DomainError("batch_emptied", _("The parties of this batch are kept no longer. Give the file again."))
    return _keep(kept, own)


@transaction.atomic
def drop_party(*, party: PortfolioParty, by: Actor) -> PortfolioParty:
    """Take one party out of its portfolio; nothing more is told of it.

    Refusals: `act_not_allowed`, `not_found`, `already_dropped`.
    """
    by.require(Act.SCREEN_PARTIES)
    own = PortfolioParty.objects.filter(portfolio__unit__in=by.units).select_for_update(of=("self",))
    locked = own.filter(pk=party.pk).first()
    if locked is None:
        raise NotFound
    if locked.dropped_at is not None:
        raise DomainError("already_dropped", _("This party has been taken out already."))
    locked.dropped_at = clock.now()
    locked.save(update_fields=["dropped_at"])
    return locked


def see_changes(*, up_to: int, by: Actor) -> int:
    """The person has seen what was told of the unit's parties, up to the change with this id. Returns how many.

    Refusal: `act_not_allowed`.
    """
    by.require(Act.SCREEN_PARTIES)
    assert by.user is not None, "only people look"
    unseen = PortfolioChange.objects.visible_to(by).unseen().filter(pk__lte=up_to)
    return PortfolioChange.objects.filter(pk__in=unseen.values("pk")).update(seen_at=clock.now(), seen_by=by.user)


@transaction.atomic
def end_portfolio(*, portfolio: Portfolio, by: Actor, reason: str) -> Portfolio:
    """The purpose is served: nothing more is told of its parties, and they are deleted when their time is over.

    Refusals: `not_found`, `move_not_open`, `act_not_allowed`, `reason_missing`.
    """
    locked = _own(portfolio, by)
    lock_positions()
    locked.ended_at = clock.now()
    make_move(PortfolioMove, locked, PORTFOLIO, "end", by=by, reason=reason)
    locked.parties.watched().update(dropped_at=locked.ended_at)
    locked.positions.all().delete()
    return locked


def keep_screened(batch: ScreeningBatch) -> int:
    """The parties of a batch that has just been screened, into its portfolio. Part of the caller's transaction."""
    return _keep(_still_kept(batch), batch)


def drop_staged(batch: ScreeningBatch) -> int:
    """Take the staged parties of a file out of its portfolio. Part of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP, {"portfolio": _still_kept(batch).pk, "now": clock.now()})
        return int(cursor.rowcount)


def require_kept(portfolio: Portfolio, by: Actor) -> Portfolio:
    """The unit's own portfolio, locked. Refusals: `not_found`, `portfolio_ended`."""
    own = _own(portfolio, by)
    if not own.is_kept:
        raise _ended()
    return own


def _own(portfolio: Portfolio, by: Actor) -> Portfolio:
    own = Portfolio.objects.filter(unit__in=by.units).select_for_update(of=("self",), no_key=True)
    found = own.filter(pk=portfolio.pk).first()
    if found is None:
        raise NotFound
    return found


def _still_kept(batch: ScreeningBatch) -> Portfolio:
    assert batch.portfolio_id is not None, "a constraint holds it"
    portfolio = Portfolio.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.portfolio_id)
    if not portfolio.is_kept:
        raise _ended()
    return portfolio


def _ended() -> DomainError:
    return DomainError("portfolio_ended", _("This portfolio has ended. Begin a new one for a new purpose."))


def _keep(portfolio: Portfolio, batch: ScreeningBatch) -> int:
    """What was published between the look-up and now is told: the positions are moved on first, then the new parties
    are compared with the lists as they stand."""
    lock_positions()
    tell_behind()
    parameters: dict[str, Any] = {"portfolio": portfolio.pk, "batch": batch.pk, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, parameters)
        count = int(cursor.rowcount)
        if count >= MANY:
            # What follows joins rows that the planner has never seen.
            cursor.execute(
                "ANALYZE sanctions_portfolioparty (portfolio_id, code, number_index, kept_at, dropped_at),"
                " sanctions_batchrow (of_id, code, number_index, screening_id)"
            )
        cursor.execute(_FOUND, parameters)
    settle([portfolio.pk], kept_at=parameters["now"])
    return count
