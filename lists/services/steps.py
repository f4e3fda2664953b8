"""A step of any number of entries that the units do not learn of: locked, judged, changed and logged in bulk."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import User
from jinan_credit.accounts.moves import require_right
from jinan_credit.kernel import clock
from lists.models import Entry, EntryQuerySet
from lists.services.hindrances import Hindrance, hindered, not_in, unhindered
from lists.services.outcomes import Outcome
from lists.workflow import ENTRY


@transaction.atomic
def move_entries(
    *,
    name: str,
    entries: EntryQuerySet,
    by: Actor,
    reason: str = "",
    hindrances: tuple[Hindrance, ...] = (),
    submitted_by: User | None = None,
) -> tuple[Outcome, EntryQuerySet]:
    """Move those of one's own unit that may take the step; also returns the entries moved.

    Refusals: `act_not_allowed`, `reason_missing`, `nothing_selected`; the first hindrance when all are hindered.
    """
    move = ENTRY[name]
    require_right(move, by=by, reason=reason)
    mine = entries.filter(unit=by.unit).order_by("pk")
    lock_entries(mine)
    all_hindrances = (not_in(move.sources), *hindrances)
    outcome = hindered(mine, all_hindrances)
    ready = unhindered(mine, all_hindrances) if outcome.left_out else mine
    moved = _move(name, ready.filter(state__in=move.sources), by, reason, submitted_by)
    outcome.done = len(moved)
    return outcome.or_refusal(), among(moved)


def among(ids: list[UUID]) -> EntryQuerySet:
    """Entries by id, however many: the ids travel as one array."""
    return Entry.objects.extra(where=["lists_entry.id = ANY(%s::uuid[])"], params=[ids])


def lock_entries(entries: EntryQuerySet) -> None:
    """Before they are judged: what hinders a step may be written by another person at the same moment."""
    sql, parameters = entries.order_by("pk").select_for_update(of=("self",)).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) locked", parameters)


def _move(name: str, entries: EntryQuerySet, by: Actor, reason: str, submitted_by: User | None) -> list[Any]:
    """Change and log in one statement."""
    target = ENTRY[name].target
    chosen, parameters = entries.select_for_update(of=("self",)).values_list("pk", "state").query.sql_with_params()
    user, client, unit = (holder.pk if holder else None for holder in (by.user, by.client, by.unit))
    submitter = submitted_by.pk if submitted_by else None
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH chosen(id, state) AS ({chosen}),
            moved AS (
                UPDATE lists_entry entry
                SET state = %s, submitted_by_id = coalesce(%s, submitted_by_id)
                FROM chosen WHERE entry.id = chosen.id
                RETURNING entry.id, chosen.state
            )
            INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
            SELECT id, %s, state, %s, %s, %s, %s, %s, %s FROM moved
            RETURNING of_id
            """,
            [*parameters, target, submitter, name, target, user, client, unit, clock.now(), reason],
        )
        return [row[0] for row in cursor.fetchall()]
