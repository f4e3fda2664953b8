"""Who holds the lease may move the cursor; who held it may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from jinan_credit.exchange.enums import MessageKind
from jinan_credit.exchange.models import Cursor, ParkedChange
from jinan_credit.exchange.rules import Failed, Gone, Held, Position, Rejected, Rewound, Sent, Taken, TooLarge, Verdict
from jinan_credit.exchange.services.cursors import acknowledge, make_cursors
from jinan_credit.exchange.services.leases import LEASE, Outcome, claim, give_back, settle
from jinan_credit.kernel import clock
from lists.models import FeedHead
from tests.cast import Cast, publish_many
from tests.exchange.conftest import Peer, client_of, connect

MakePeer = Callable[..., Peer]


@pytest.fixture
def behind(cast: Cast, make_peer: MakePeer) -> Cast:
    connect(make_peer(), cast.finance)
    publish_many(cast, 10)
    return cast


def take() -> list[Cursor]:
    return claim(list_id=None, is_troubled=None, limit=100)


def ended(cursor: Cursor, verdict: Verdict) -> Outcome:
    epoch = cursor.epoch
    return Outcome(cursor, Sent(MessageKind.CHANGES, Position(epoch, 0), Position(epoch, 10)), verdict, 1, 200, 1)


def test_two_senders_never_hold_the_same_cursor(behind: Cast) -> None:
    assert len(take()) == 1
    assert take() == []


def test_a_lease_that_ran_out_goes_to_the_next(behind: Cast, time_machine: Any) -> None:
    (first,) = take()
    time_machine.move_to(clock.now() + LEASE + timedelta(seconds=1))
    (second,) = take()
    assert second.fence == first.fence + 1


@pytest.mark.parametrize(
    "verdict",
    [
        Taken(Position("x", 10)),
        Rewound(Position("x", 5)),
        TooLarge(5),
        Held(100),
        Gone(),
        Failed("HTTP 500"),
    ],
    ids=lambda verdict: type(verdict).__name__,
)
def test_a_sender_that_lost_its_lease_changes_nothing(behind: Cast, time_machine: Any, verdict: Verdict) -> None:
    (stale,) = take()
    time_machine.move_to(clock.now() + LEASE + timedelta(seconds=1))
    (present,) = take()
    before = Cursor.objects.values().get(pk=stale.pk)
    assert settle([ended(stale, verdict)]) == {}
    give_back([stale])
    assert Cursor.objects.values().get(pk=stale.pk) == before
    assert behind.finance.endpoint.state == "ACTIVE"
    assert settle([ended(present, Taken(Position(present.epoch, 10)))])[present.pk].may_go_on


def test_the_units_own_word_ends_a_lease(behind: Cast) -> None:
    (held,) = take()
    actor, _id, _secret = client_of(behind.finance)
    head = FeedHead.objects.get(credit_list=behind.black)
    acknowledge(credit_list=behind.black, position=Position(head.epoch, 3), by=actor)
    assert settle([ended(held, Taken(Position(head.epoch, 10)))]) == {}
    assert Cursor.objects.get(pk=held.pk).seq == 3


def test_a_list_that_no_longer_concerns_a_unit_ends_and_begins_anew(behind: Cast) -> None:
    (held,) = take()
    give_back([held])
    responsibility = behind.ban.responsibilities.get()
    responsibility.delete()
    make_cursors()
    (last,) = take()
    assert last.ended_at is not None
    settle([Outcome(last, Sent(MessageKind.ENDED, last.position, last.position), Taken(last.position), 1, 200, 1)])
    assert take() == []
    responsibility.pk = None
    responsibility.save()
    make_cursors()
    assert [cursor.pk for cursor in take()] == [held.pk]


def test_what_is_under_way_to_an_earlier_address_moves_no_cursor(behind: Cast, make_peer: MakePeer) -> None:
    """The system behind the new address has not taken it."""
    (before,) = take()
    connect(make_peer(), behind.finance)
    assert settle([ended(before, Taken(Position(before.epoch, 10)))]) == {}
    (now,) = take()
    assert now.seq == 0


def test_a_change_rejected_and_taken_in_one_turn_is_settled(behind: Cast) -> None:
    (held,) = take()
    settle([ended(held, Taken(Position(held.epoch, 10), (Rejected(2, "odd", "no"),)))])
    assert ParkedChange.objects.unsettled().count() == 1
    settle([ended(held, Taken(Position(held.epoch, 10)))])
    assert not ParkedChange.objects.unsettled().exists()
