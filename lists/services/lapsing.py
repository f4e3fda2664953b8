"""Open proposals of entries that leave their list by another act: nothing is left to decide, so they lapse."""

from django.db import connection

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.moves import require_right
from jinan_credit.kernel import clock
from lists.enums import ProposalState
from lists.models import EntryQuerySet
from lists.workflow import PROPOSAL


def hold_proposals(entries: EntryQuerySet) -> None:
    """Lock their open proposals, before the entries themselves: the order in which a decision locks too."""
    chosen, parameters = entries.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FROM (
                SELECT id FROM lists_entryproposal WHERE state = %s AND entry_id IN ({chosen}) ORDER BY id FOR UPDATE
            ) held
            """,
            [ProposalState.OPEN, *parameters],
        )


def lapse_proposals(entries: EntryQuerySet) -> None:
    """Of entries that leave; in one statement. What is being approved in this transaction is open no more."""
    move = PROPOSAL["lapse"]
    require_right(move, by=SYSTEM, reason="")
    chosen, parameters = entries.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH lapsed AS (
                UPDATE lists_entryproposal SET state = %s WHERE state = %s AND entry_id IN ({chosen}) RETURNING id
            )
            INSERT INTO lists_entryproposalmove (of_id, name, from_state, to_state, at, reason)
            SELECT id, %s, %s, %s, %s, '' FROM lapsed
            """,
            [move.target, ProposalState.OPEN, *parameters, move.name, ProposalState.OPEN, move.target, clock.now()],
        )
