"""Reads of units and accounts."""

from django.db import connection

from jinan_credit.accounts.models import Unit


def unit_and_predecessors(unit: Unit) -> list[int]:
    """The ids of a unit and of all whose duties passed to it when units merged."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line(id) AS (
                SELECT %s::bigint
                UNION
                SELECT unit.id FROM accounts_unit unit JOIN line ON unit.successor_id = line.id
            )
            SELECT id FROM line
            """,
            [unit.pk],
        )
        return [row[0] for row in cursor.fetchall()]
