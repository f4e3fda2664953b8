"""The lease on a cursor: taken, kept, given back. Whoever holds it with the present fence may move the cursor."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Prefetch, When
from django.db.models.functions import Greatest
from django.urls import reverse

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.moves import make_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.exchange import events, rules
from jinan_credit.exchange.enums import EndpointState, MessageKind
from jinan_credit.exchange.models import Cursor, Endpoint, EndpointKey, EndpointMove, ParkedChange, PushAttempt
from jinan_credit.exchange.rules import Extent, Failed, Gone, Held, Position, Rewound, Sent, Taken, TooLarge, Verdict
from jinan_credit.exchange.selectors import extent_of
from jinan_credit.exchange.services import parking
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

    @property
    def is_slow(self) -> bool:
        return self.ms >= rules.SLOW_FROM_MS


@dataclass(frozen=True)
class Standing:
    """After a move: where the list ends now, and whether the unit's address still takes messages."""

    extent: Extent
    may_go_on: bool


def claim(*, list_id: int | None, is_troubled: bool | None, limit: int) -> list[Cursor]:
    """Take the lease on cursors that are due; two senders never get the same one. Keys and address come along."""
    now = clock.now()
    with transaction.atomic():
        due = Cursor.objects.due(now)
        if list_id is not None:
            due = due.filter(credit_list=list_id)
        if is_troubled is not None:
            due = due.troubled() if is_troubled else due.untroubled()
        live_keys = EndpointKey.objects.live(now)
        found = (
            due.order_by("next_attempt_at", "id")
            .annotate(has_parked=Exists(ParkedChange.objects.unsettled().filter(cursor=OuterRef("pk"))))
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("unit__endpoint", "credit_list__head")
            .prefetch_related(Prefetch("unit__endpoint__keys", live_keys, to_attr="live_keys"))[:limit]
        )
        cursors = _one_at_a_time(list(found), now)
        Cursor.objects.filter(pk__in=[cursor.pk for cursor in cursors]).update(
            lease_until=now + LEASE, fence=F("fence") + 1, last_attempt_at=now
        )
    for cursor in cursors:
        cursor.fence += 1
    return cursors


def _one_at_a_time(cursors: list[Cursor], now: datetime) -> list[Cursor]:
    """All of them, but of an address out of reach one to probe it, and of one with a rate one a turn."""
    endpoints = [cursor.unit.endpoint for cursor in cursors]
    narrow = {endpoint.pk: endpoint for endpoint in endpoints if endpoint.probe_at or endpoint.most_per_minute}
    if not narrow:
        return cursors
    free = Endpoint.objects.due(now).filter(pk__in=narrow).select_for_update(skip_locked=True)
    won = set(free.values_list("pk", flat=True))
    for pk in won:
        per_minute = narrow[pk].most_per_minute
        Endpoint.objects.filter(pk=pk).update(
            probe_at=now + LEASE if narrow[pk].probe_at else None,
            held_until=now + timedelta(minutes=1) / per_minute if per_minute else F("held_until"),
        )
    first = {cursor.unit.endpoint.pk: cursor for cursor in reversed(cursors)}
    return [
        cursor
        for cursor in cursors
        if (pk := cursor.unit.endpoint.pk) not in narrow or (pk in won and first[pk] is cursor)
    ]


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
    outcomes = sorted(outcomes, key=lambda outcome: outcome.cursor.unit_id)
    _log(outcomes)
    taken = [outcome for outcome in outcomes if isinstance(outcome.verdict, Taken)]
    standings = _settle_taken([outcome for outcome in taken if outcome.sent.kind != MessageKind.ENDED])
    for outcome in outcomes:
        if outcome.sent.kind == MessageKind.ENDED and isinstance(outcome.verdict, Taken):
            _stop(outcome, failures=0, told_ended_at=clock.now())
        elif not isinstance(outcome.verdict, Taken):
            standings |= _settle_other(outcome)
    _close_breakers(outcomes)
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


REJECTED, HELD = "rejected", "asked to wait"
REWOUND, HALVED = "409: goes on from", "413: goes on with"
"""What the log says of an answer that the contract knows; what else it says is a failure."""


def explain(verdict: Verdict) -> str:
    """One line for people about what did not go as it should; empty when all was taken."""
    match verdict:
        case Taken(rejected=rejected):
            return f"{len(rejected)} {REJECTED}" if rejected else ""
        case Rewound(to=to):
            return f"{REWOUND} {to}"
        case TooLarge(limit=limit):
            return f"{HALVED} {limit} changes a batch"
        case Held(seconds=seconds):
            return f"{HELD} {seconds:.0f} s"
        case Gone():
            return rules.GONE
        case Failed(error=error):
            return error[: rules.LONGEST_ERROR]


def _settle_taken(outcomes: list[Outcome]) -> dict[int, Standing]:
    if not outcomes:
        return {}
    positions = {outcome.cursor.pk: outcome.verdict.up_to for outcome in outcomes}  # type: ignore[union-attr]
    standings = _move(outcomes, positions)
    parking.record([outcome for outcome in outcomes if outcome.cursor.pk in standings])
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
            SET epoch = taken.epoch, seq = taken.seq, last_error = '', is_slow = taken.is_slow,
                failures = CASE WHEN taken.are_changes OR taken.seq = head.seq THEN 0 ELSE failures END,
                rewound_to = CASE WHEN taken.are_changes OR taken.seq = head.seq THEN '' ELSE rewound_to END,
                batch_limit = CASE WHEN taken.seq < head.seq THEN batch_limit END,
                last_acked_at = %(now)s, next_attempt_at = %(now)s, lease_until = %(until)s
            FROM unnest(%(ids)s::bigint[], %(fences)s::bigint[], %(epochs)s::text[], %(seqs)s::bigint[],
                    %(changes)s::boolean[], %(slow)s::boolean[]) AS taken (id, fence, epoch, seq, are_changes, is_slow),
                lists_feedhead head, exchange_endpoint endpoint
            WHERE exchange_cursor.id = taken.id AND exchange_cursor.fence = taken.fence
                AND head.credit_list_id = exchange_cursor.credit_list_id
                AND endpoint.unit_id = exchange_cursor.unit_id
            RETURNING exchange_cursor.id, head.epoch, head.seq, head.floor, head.purges,
                endpoint.state = %(active)s AND endpoint.most_per_minute IS NULL
                    AND coalesce(endpoint.held_until <= %(now)s, true)
            """,
            {
                "ids": [outcome.cursor.pk for outcome in outcomes],
                "fences": [outcome.cursor.fence for outcome in outcomes],
                "epochs": [positions[outcome.cursor.pk].epoch for outcome in outcomes],
                "seqs": [positions[outcome.cursor.pk].seq for outcome in outcomes],
                "changes": [outcome.sent.kind == MessageKind.CHANGES for outcome in outcomes],
                "slow": [outcome.is_slow for outcome in outcomes],
                "now": now,
                "until": now + LEASE,
                "active": EndpointState.ACTIVE,
            },
        )
        return {
            pk: Standing(Extent(Position(epoch, seq), floor, purges), may_go_on)
            for pk, epoch, seq, floor, purges, may_go_on in cursor.fetchall()
        }


def _settle_other(outcome: Outcome) -> dict[int, Standing]:
    now = clock.now()
    match outcome.verdict:
        case Rewound(to=to, is_again=is_again):
            values = {"epoch": to.epoch, "seq": to.seq, "rewound_to": str(to)}
            if not is_again:
                return _go_on(outcome, now, **values)
            _back_off(outcome, now, **values)
        case TooLarge(limit=limit):
            return _go_on(outcome, now, batch_limit=limit)
        case Held(is_brief=is_brief) as held:
            failures = outcome.cursor.failures + is_brief
            until = now + timedelta(seconds=rules.hold_after(held, failures, random.random()))
            if _stop(outcome, next_attempt_at=until, failures=failures):
                Endpoint.objects.filter(unit=outcome.cursor.unit).update(held_until=Greatest("held_until", until))
        case Gone():
            if _stop(outcome, next_attempt_at=now):
                _pause_gone(outcome.cursor)
        case Failed(is_out_of_reach=is_out_of_reach):
            if (again_at := _back_off(outcome, now)) and is_out_of_reach:
                _count_out_of_reach(outcome.cursor, again_at)
    return {}


def _go_on(outcome: Outcome, now: datetime, **values: object) -> dict[int, Standing]:
    held = Cursor.objects.filter(pk=outcome.cursor.pk, fence=outcome.cursor.fence)
    about = {"last_error": explain(outcome.verdict), "is_slow": outcome.is_slow}
    if not held.update(lease_until=now + LEASE, **about, **values):
        return {}
    extent = extent_of(outcome.cursor.credit_list)
    return {outcome.cursor.pk: Standing(extent, may_go_on=outcome.cursor.unit.endpoint.most_per_minute is None)}


def _stop(outcome: Outcome, **values: object) -> bool:
    held = Cursor.objects.filter(pk=outcome.cursor.pk, fence=outcome.cursor.fence)
    about = {"last_error": explain(outcome.verdict), "is_slow": outcome.is_slow}
    return bool(held.update(lease_until=None, **about, **values))


def _back_off(outcome: Outcome, now: datetime, **values: object) -> datetime | None:
    """Stop with one more failure. Gives the time of the next attempt; None when the lease was lost."""
    failures = outcome.cursor.failures + 1
    again_at = now + timedelta(seconds=rules.delay_after(failures, random.random()))
    return again_at if _stop(outcome, next_attempt_at=again_at, failures=failures, **values) else None


# The breaker of an address ---------------------------------------------------------------------------------------


def _count_out_of_reach(cursor: Cursor, again_at: datetime) -> None:
    """After a few attempts without an answer running, the unit's other lists wait for this one's next attempt."""
    opens = When(unreachable__gte=rules.OPENS_AFTER - 1, then=again_at)
    Endpoint.objects.filter(unit=cursor.unit).update(
        unreachable=F("unreachable") + 1, probe_at=Case(opens, default=F("probe_at"))
    )


def _close_breakers(outcomes: Sequence[Outcome]) -> None:
    """Whatever it answered, it is there: the unit's other lists are tried at once, too."""
    there = {
        outcome.cursor.unit_id
        for outcome in outcomes
        if outcome.cursor.unit.endpoint.unreachable and not _is_out_of_reach(outcome.verdict)
    }
    if not there:
        return
    Endpoint.objects.filter(unit__in=there).update(unreachable=0, probe_at=None)
    for outcome in outcomes:
        if outcome.cursor.unit_id in there:
            outcome.cursor.unit.endpoint.unreachable = 0
    settled = [outcome.cursor.pk for outcome in outcomes]
    waiting = Cursor.objects.filter(unit__in=there, failures__gt=0, lease_until=None).exclude(pk__in=settled)
    free = waiting.order_by("pk").select_for_update(skip_locked=True).values("pk")
    Cursor.objects.filter(pk__in=free).update(next_attempt_at=clock.now())


def _is_out_of_reach(verdict: Verdict) -> bool:
    return isinstance(verdict, Failed) and verdict.is_out_of_reach


def _pause_gone(cursor: Cursor) -> None:
    endpoint = Endpoint.objects.select_for_update().get(unit=cursor.unit)
    if endpoint.state == EndpointState.ACTIVE:
        endpoint.pause_reason, endpoint.is_gone = "410 Gone", True
        make_move(EndpointMove, endpoint, ENDPOINT, "gone", by=SYSTEM, reason="410 Gone")
        tell_staff(events.PUSH_GONE, units=[endpoint.unit_id], link=reverse("push"))
