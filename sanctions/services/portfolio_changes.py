"""Telling of the changes of kept parties, out of the feed: a portfolio remembers up to where it was compared.

Whoever compares holds one lock, so changes become visible in the order of their ids: a reader who has seen one has seen
all before it. A worker that dies leaves the positions where they were, and the next tells what it would have told.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from sanctions import events
from sanctions.models import Portfolio, PortfolioChange, PortfolioPosition
from sanctions.selectors.duties import lists_of
from sanctions.selectors.findings import entries_of_parties

_LOCK = 0x504F52

_WATCHED = "(SELECT * FROM sanctions_portfolioparty WHERE dropped_at IS NULL)"

_TELL = f"""
    WITH behind AS (
        SELECT place.id, place.portfolio_id, place.credit_list_id, place.seq AS after, head.seq AS up_to
        FROM sanctions_portfolioposition place JOIN lists_feedhead head USING (credit_list_id)
        WHERE place.seq < head.seq
    ),
    moved AS (
        UPDATE sanctions_portfolioposition place SET seq = behind.up_to FROM behind WHERE place.id = behind.id
    ),
    changed AS MATERIALIZED (
        SELECT publication.credit_list_id, change.entry_id, change.version, change.op = 'upsert' AS is_listed,
            change.reason, publication.first_seq + change.ordinal - 1 AS seq
        FROM (SELECT credit_list_id, min(after) AS after, max(up_to) AS up_to FROM behind GROUP BY 1) span
        JOIN lists_publication publication ON publication.credit_list_id = span.credit_list_id
            AND publication.last_seq > span.after AND publication.first_seq <= span.up_to
        JOIN lists_change change ON change.publication_id = publication.id
    ),
    changed_entry AS MATERIALIZED (
        SELECT id, subject_id FROM lists_entry WHERE id IN (SELECT entry_id FROM changed)
    ),
    found AS MATERIALIZED ({entries_of_parties(_WATCHED, "changed_entry")}),
    concerned AS (
        SELECT changed.*, found.party_id, found.matched_as FROM changed JOIN found USING (entry_id)
        UNION ALL
        -- a corrected number: who was told to be related to the entry is it no longer
        SELECT changed.credit_list_id, changed.entry_id, changed.version, false, changed.reason, changed.seq,
            told.party_id, told.matched_as
        FROM changed JOIN (SELECT DISTINCT party_id, entry_id, matched_as FROM sanctions_portfoliochange) told
            ON told.entry_id = changed.entry_id
        WHERE changed.reason = 'CORRECTED'
          AND NOT EXISTS (SELECT FROM found WHERE found.party_id = told.party_id AND found.entry_id = told.entry_id)
    ),
    judged AS (
        SELECT concerned.*, lag(is_listed, 1, coalesce(last.standing <> 'LEFT', false)) OVER (
            PARTITION BY concerned.party_id, concerned.entry_id ORDER BY concerned.version
        ) AS was_listed
        FROM concerned
        JOIN {_WATCHED} party ON party.id = concerned.party_id
        JOIN behind ON behind.portfolio_id = party.portfolio_id
            AND behind.credit_list_id = concerned.credit_list_id AND concerned.seq > behind.after
        LEFT JOIN LATERAL (
            SELECT standing, version FROM sanctions_portfoliochange told
            WHERE told.party_id = concerned.party_id AND told.entry_id = concerned.entry_id
            ORDER BY version DESC LIMIT 1
        ) last ON true
        WHERE last.version IS NULL OR concerned.version > last.version
    )
    INSERT INTO sanctions_portfoliochange (party_id, entry_id, version, standing, matched_as, reason, told_at)
    SELECT party_id, entry_id, version, CASE WHEN is_listed THEN 'ENTERED' ELSE 'LEFT' END, matched_as, reason, %(now)s
    FROM judged WHERE is_listed <> was_listed ORDER BY seq
"""

_SETTLE = f"""
    WITH party AS MATERIALIZED (
        SELECT * FROM sanctions_portfolioparty
        WHERE dropped_at IS NULL AND portfolio_id = ANY(%(portfolios)s)
          AND (%(kept_at)s::timestamptz IS NULL OR kept_at = %(kept_at)s)
    ),
    listed_entry AS NOT MATERIALIZED (SELECT id, subject_id FROM lists_entry WHERE state = 'PUBLISHED'),
    found AS MATERIALIZED ({entries_of_parties("party", "listed_entry")}),
    told AS (
        SELECT DISTINCT ON (told.party_id, told.entry_id) told.party_id, told.entry_id, told.standing, told.matched_as
        FROM sanctions_portfoliochange told JOIN party ON party.id = told.party_id
        ORDER BY told.party_id, told.entry_id, told.version DESC
    )
    INSERT INTO sanctions_portfoliochange (party_id, entry_id, version, standing, matched_as, reason, told_at)
    SELECT party.id, entry.id, entry.version,
        CASE WHEN found.party_id IS NULL THEN 'LEFT' ELSE 'ENTERED' END,
        coalesce(found.matched_as, told.matched_as), entry.exit_reason, %(now)s
    FROM found FULL JOIN told USING (party_id, entry_id)
    JOIN party ON party.id = party_id
    JOIN lists_entry entry ON entry.id = entry_id
    JOIN sanctions_portfolioposition place
        ON place.portfolio_id = party.portfolio_id AND place.credit_list_id = entry.credit_list_id
    WHERE (found.party_id IS NULL) = (coalesce(told.standing, 'LEFT') <> 'LEFT')
    ON CONFLICT DO NOTHING
"""


def tell_portfolios() -> int:
    """Job: tell what was published since the last time; how many changes were told. Idle when nothing is behind."""
    behind = PortfolioPosition.objects.filter(seq__lt=F("credit_list__head__seq"))
    if not behind.exists():
        return 0
    with transaction.atomic():
        lock_positions()
        return tell_behind()


def review_portfolios() -> None:
    """Job, once a day: follow the lists that concern each unit now, and compare all kept parties with them."""
    kept = Portfolio.objects.kept()
    for pk in kept.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            own = kept.select_related("unit").select_for_update(of=("self",), no_key=True)
            portfolio = own.filter(pk=pk).first()
            if portfolio is None:
                continue  # it ended in the meantime
            lock_positions()
            tell_behind()
            begin_lists(portfolio)
            settle([portfolio.pk])


def lock_positions() -> None:
    """Held to the end of the transaction by whoever compares. A portfolio's own row is locked before, never after."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])


def begin_lists(portfolio: Portfolio) -> None:
    """Follow the lists that concern the unit by the catalogue of this moment, from here on, and no others."""
    lists = list(lists_of(portfolio.unit))
    portfolio.positions.exclude(credit_list__in=lists).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO sanctions_portfolioposition (portfolio_id, credit_list_id, seq)
            SELECT %s, credit_list_id, seq FROM lists_feedhead WHERE credit_list_id = ANY(%s)
            ON CONFLICT DO NOTHING
            """,
            [portfolio.pk, lists],
        )


def tell_behind() -> int:
    """Tell the changes between each portfolio's positions and the heads, and move the positions there: one statement,
    so that both are of one moment. Part of the caller's transaction, who holds the lock."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TELL, {"now": now})
        count = int(cursor.rowcount)
    if count:
        told = PortfolioChange.objects.filter(told_at=now).order_by()
        tell_staff(
            events.KEPT_PARTIES_CHANGED,
            units=told.values_list("party__portfolio__unit", flat=True).distinct(),
            link=f"{reverse('portfolio_changes')}?seen=no",
            about=f"day {clock.local_day(now)}",
            day=clock.local_day(now),
        )
    return count


def settle(portfolios: Collection[int], *, kept_at: datetime | None = None) -> int:
    """Tell in what the lists, as they stand, differ from what was told of the parties; `kept_at`: of those alone."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"portfolios": list(portfolios), "kept_at": kept_at, "now": clock.now()})
        return int(cursor.rowcount)
