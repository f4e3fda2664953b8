"""What a unit has in the lists passes to its successor: the lists it initiates, its entries, and what waits for it."""

from django.db import connection, transaction
from django.db.models import QuerySet

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import PASS_ON, pass_on
from jinan_credit.kernel import clock
from lists.enums import CreditPromiseState, EntryState, NominationState
from lists.models import (
    CreditList,
    CreditPromise,
    CreditPromiseMove,
    Entry,
    ListImport,
    Nomination,
    NominationMove,
    Subscription,
)
from lists.models.subscription import SubscriptionQuerySet
from lists.services.list_versions import keep_version

OVER = (EntryState.DISCARDED, EntryState.PURGED)


def lists_of_unit(unit: Unit) -> QuerySet[CreditList]:
    return CreditList.objects.filter(initiating_units=unit)


def lists_sourced_by(unit: Unit) -> QuerySet[CreditList]:
    return CreditList.objects.filter(sources=unit)


def subscriptions_of_unit(unit: Unit) -> SubscriptionQuerySet:
    return Subscription.objects.not_over(clock.today()).filter(unit=unit)


def entries_of_unit(unit: Unit) -> QuerySet[Entry]:
    """Those that somebody can still act on, or ask about."""
    return Entry.objects.filter(unit=unit).exclude(state__in=OVER)


def promises_of_unit(unit: Unit) -> QuerySet[CreditPromise]:
    return CreditPromise.objects.filter(unit=unit, state=CreditPromiseState.GIVEN)


def nominations_of_unit(unit: Unit) -> QuerySet[Nomination]:
    return Nomination.objects.filter(unit=unit, state=NominationState.OPEN)


@transaction.atomic
def pass_on_lists(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """Each list keeps a version that says so. What was published says who decided it; an entry's next version names
    the successor.

    By the system, as part of the succession. Returns {what: how many}.
    """
    initiated, sourced = list(lists_of_unit(predecessor)), list(lists_sourced_by(predecessor))
    for one in initiated:
        one.initiating_units.add(successor)
        one.initiating_units.remove(predecessor)
    for one in sourced:
        one.sources.add(successor)
        one.sources.remove(predecessor)
    for one in sorted({*initiated, *sourced}, key=lambda one: one.pk):
        if one.initiating_units.contains(successor):
            one.sources.remove(successor)  # an initiating unit enters its own
        keep_version(one, by=by, reason=reason)
    return {
        "lists": len(initiated),
        "sourced": len(sourced),
        "entries": _pass_on_entries(predecessor, successor, by, reason),
        "imports": ListImport.objects.filter(unit=predecessor).update(unit=successor),
        "nominations": pass_on(NominationMove, nominations_of_unit(predecessor), successor, by=by, reason=reason),
        "promises": pass_on(CreditPromiseMove, promises_of_unit(predecessor), successor, by=by, reason=reason),
    }


def _pass_on_entries(predecessor: Unit, successor: Unit, by: Actor, reason: str) -> int:
    """Two statements, however many."""
    holders = [holder.pk if holder else None for holder in (by.user, by.client, by.unit)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH passing AS (
                SELECT id, state FROM lists_entry WHERE unit_id = %s AND state <> ALL(%s) ORDER BY id FOR NO KEY UPDATE
            )
            INSERT INTO lists_entrymove (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
            SELECT id, %s, state, state, %s, %s, %s, %s, %s FROM passing
            """,
            [predecessor.pk, list(OVER), PASS_ON, *holders, clock.now(), reason],
        )
    return entries_of_unit(predecessor).update(unit=successor)
