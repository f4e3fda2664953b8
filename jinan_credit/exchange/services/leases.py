"""The lease on a cursor: taken, kept, given back. Whoever holds it with the present fence may move the cursor."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Prefetch

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.moves import make_move
from jinan_credit.exchange import rules
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import Cursor, Endpoint, EndpointKey, EndpointMove, ParkedChange, PushAttempt
from jinan_credit.exchange.rules import Failed, Gone, Held, Position, Rewound, Sent, Taken, TooLarge, Verdict
from jinan_credit.exchange.signals import changes_acknowledged
from jinan_credit.exchange.workflow import ENDPOINT
from jinan_credit.kernel import clock

LEASE = timedelta(seconds=30)
"""Longer than resolving a name and one post may take; renewed with every answer."""


@dataclass(frozen=True)
class Outcome:
    """A message that came to an end: what was sent for which lease, how it ended, what that means."""

    cursor: Cursor
    sent: Sent
    verdict: Verdict
    size: int
    status: int
    ms: int


@dataclass(frozen=True)
class Standing:
    """After a move: where the list ends now, and whether the unit's address still takes messages."""

    head: Position
    may_go_on: bool


def claim(*, list_id: int | None, is_failing: bool | None, limit: int) -> list[Cursor]:
    """Take the lease on cursors that are due; two senders never get the same one. Keys and address come along."""
    now = clock.now()
    with transaction.atomic():
        due = Cursor.objects.due(now)
        if list_id is not None:
            due = due.filter(credit_list=list_id)
        if is_failing is not None:
            due = due.filter(failures__gt=0) if is_failing else due.filter(failures=0)
        live_keys = EndpointKey.objects.live(now)
        cursors = list(
            due.order_by("next_attempt_at", "id")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("unit__endpoint", "credit_list__head")
            .prefetch_related(Prefetch("unit__endpoint__keys", live_keys, to_attr="live_keys"))[:limit]
        )
        Cursor.objects.filter(pk__in=[cursor.pk for cursor in cursors]).update(
            lease_until=now + LEASE, fence=F("fence") + 1, last_attempt_at=now
        )
    for cursor in cursors:
        cursor.fence += 1
    return cursors


def give_back(cursors: Iterable[Cursor]) -> None:
    """End the lease of cursors that need no more sending, or that this sender has no more time for."""
    held = [(cursor.pk, cursor.fence) for cursor in cursors]
    if held:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE exchange_cursor SET lease_until = NULL
                FROM unnest(%s::bigint[], %s::bigint[]) AS held (id, fence)
                WHERE exchange_cursor.id = held.id AND exchange_cursor.fence = held.fence
                """,
                [[pk for pk, _ in held], [fence for _, fence in held]],
            )


@transaction.atomic
def settle(outcomes: Sequence[Outcome]) -> dict[int, Standing]:
    """Write down how messages ended and move the cursors, each only under its present fence.

    Gives the standing of the cursors whose sender may go on, by id; the others have lost or ended their lease.
    The commit need not wait for the disk: what a crash forgets is sent again and taken twice with one effect.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    _log(outcomes)
    standings = _settle_taken([outcome for outcome in outcomes if isinstance(outcome.verdict, Taken)])
    for outcome in outcomes:
        if not isinstance(outcome.verdict, Taken):
            standings |= _settle_other(outcome)
    return standings


def _log(outcomes: Sequence[Outcome]) -> None:
    now = clock.now()
    PushAttempt.objects.bulk_create(
        PushAttempt(
            cursor=outcome.cursor,
            kind=outcome.sent.kind,
            epoch=outcome.sent.end.epoch,
            from_seq=outcome.sent.start.seq,
            to_seq=outcome.sent.end.seq,
            status=outcome.status,
            ms=outcome.ms,
            size=outcome.size,
            at=now,
            error=explain(outcome.verdict),
        )
        for outcome in outcomes
    )


def explain(verdict: Verdict) -> str:
    """One line for people about what did not go as it should; empty when all was taken."""
    match verdict:
        case Taken(rejected=rejected):
            return f"{len(rejected)} rejected" if rejected else ""
        case Rewound(to=to):
            return f"409: goes on from {to}"
        case TooLarge(limit=limit):
            return f"413: goes on with {limit} changes a batch"
        case Held(seconds=seconds):
            return f"asked to wait {seconds:.0f} s"
        case Gone():
            return "410: gone"
        case Failed(error=error):
            return error[: rules.LONGEST_ERROR]


def _settle_taken(outcomes: list[Outcome]) -> dict[int, Standing]:
    if not outcomes:
        return {}
    positions = {outcome.cursor.pk: outcome.verdict.up_to for outcome in outcomes}  # type: ignore[union-attr]
    standings = _move(outcomes, positions)
    parked = [parked for outcome in outcomes if outcome.cursor.pk in standings for parked in _parked(outcome)]
    if parked:
        ParkedChange.objects.bulk_create(parked, ignore_conflicts=True)
    for outcome in outcomes:
        cursor = outcome.cursor
        if cursor.pk in standings:
            changes_acknowledged.send(
                sender=Cursor,
                unit=cursor.unit,
                credit_list=cursor.credit_list,
                seq=positions[cursor.pk].seq,
                auto_sign=cursor.unit.endpoint.auto_sign,
            )
    return standings


def _move(outcomes: list[Outcome], positions: dict[int, Position]) -> dict[int, Standing]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE exchange_cursor
            SET epoch = taken.epoch, seq = taken.seq, failures = 0, last_error = '', rewound_to = '',
                batch_limit = CASE WHEN taken.seq < head.seq THEN batch_limit END,
                last_acked_at = %(now)s, next_attempt_at = %(now)s, lease_until = %(until)s
            FROM unnest(%(ids)s::bigint[], %(fences)s::bigint[], %(epochs)s::text[], %(seqs)s::bigint[])
                    AS taken (id, fence, epoch, seq),
                lists_feedhead head, exchange_endpoint endpoint
            WHERE exchange_cursor.id = taken.id AND exchange_cursor.fence = taken.fence
                AND head.credit_list_id = exchange_cursor.credit_list_id
                AND endpoint.unit_id = exchange_cursor.unit_id
            RETURNING exchange_cursor.id, head.epoch, head.seq,
                endpoint.state = %(active)s AND coalesce(endpoint.held_until <= %(now)s, true)
            """,
            {
                "ids": [outcome.cursor.pk for outcome in outcomes],
                "fences": [outcome.cursor.fence for outcome in outcomes],
                "epochs": [positions[outcome.cursor.pk].epoch for outcome in outcomes],
                "seqs": [positions[outcome.cursor.pk].seq for outcome in outcomes],
                "now": now,
                "until": now + LEASE,
                "active": EndpointState.ACTIVE,
            },
        )
        return {pk: Standing(Position(epoch, seq), may_go_on) for pk, epoch, seq, may_go_on in cursor.fetchall()}


def _parked(outcome: Outcome) -> list[ParkedChange]:
    assert isinstance(outcome.verdict, Taken)
    return [
        ParkedChange(
            cursor=outcome.cursor,
            epoch=outcome.sent.end.epoch,
            seq=row.seq,
            code=row.code,
            message=row.message,
            at=clock.now(),
        )
        for row in outcome.verdict.rejected
    ]


def _settle_other(outcome: Outcome) -> dict[int, Standing]:
    now = clock.now()
    match outcome.verdict:
        case Rewound(to=to):
            values = {"epoch": to.epoch, "seq": to.seq, "rewound_to": str(to)}
            return _go_on(outcome, now, **values)
        case TooLarge(limit=limit):
            return _go_on(outcome, now, batch_limit=limit)
        case Held(seconds=seconds):
            until = now + timedelta(seconds=seconds)
            if _stop(outcome, next_attempt_at=until):
                Endpoint.objects.filter(unit=outcome.cursor.unit).update(held_until=until)
        case Gone():
            if _stop(outcome, next_attempt_at=now):
                _pause_gone(outcome.cursor)
        case Failed():
            failures = outcome.cursor.failures + 1
            delay = timedelta(seconds=rules.delay_after(failures, random.random()))
            _stop(outcome, next_attempt_at=now + delay, failures=failures)
    return {}


def _go_on(outcome: Outcome, now: datetime, **values: object) -> dict[int, Standing]:
    held = Cursor.objects.filter(pk=outcome.cursor.pk, fence=outcome.cursor.fence)
    if not held.update(lease_until=now + LEASE, last_error=explain(outcome.verdict), **values):
        return {}
    epoch, seq = held.values_list("credit_list__head__epoch", "credit_list__head__seq").get()
    return {outcome.cursor.pk: Standing(Position(epoch, seq), may_go_on=True)}


def _stop(outcome: Outcome, **values: object) -> bool:
    held = Cursor.objects.filter(pk=outcome.cursor.pk, fence=outcome.cursor.fence)
    return bool(held.update(lease_until=None, last_error=explain(outcome.verdict), **values))


def _pause_gone(cursor: Cursor) -> None:
    endpoint = Endpoint.objects.select_for_update().get(unit=cursor.unit)
    if endpoint.state == EndpointState.ACTIVE:
        endpoint.pause_reason, endpoint.is_gone = "410 Gone", True
        make_move(EndpointMove, endpoint, ENDPOINT, "gone", by=SYSTEM, reason="410 Gone")
