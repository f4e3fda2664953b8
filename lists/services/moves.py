from datetime import datetime
from typing import Any

from django.db import connection

from jinan_credit.accounts.actors import Actor
from lists.models import Publication


def write_moves(publication: Publication, name: str, from_state: str, to_state: str, *, by: Actor, reason: str) -> None:
    """One move row for each entry of the publication, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
            SELECT id, %s, %s, %s, %s, %s, %s, %s, %s FROM lists_entry WHERE last_publication_id = %s
            """,
            [
                name,
                from_state,
                to_state,
                by.user.pk if by.user else None,
                by.client.pk if by.client else None,
                by.unit.pk if by.unit else None,
                publication.published_at,
                reason,
                publication.pk,
            ],
        )


def write_moves_out_of(entries: list[Any], name: str, to_state: str, *, at: datetime, by: Actor, reason: str) -> None:
    """One move row for each of these entries out of the state in which it still is, in one statement."""
    holders = [holder.pk if holder else None for holder in (by.user, by.client, by.unit)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
            SELECT id, %s, state, %s, %s, %s, %s, %s, %s FROM lists_entry WHERE id = ANY(%s::uuid[])
            """,
            [name, to_state, *holders, at, reason, entries],
        )
