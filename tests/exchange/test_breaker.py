"""An address out of reach is probed by one message at a time; one with a rate is never sent more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from jinan_credit.exchange import rules
from jinan_credit.exchange.enums import MessageKind
from jinan_credit.exchange.models import Cursor, Endpoint
from jinan_credit.exchange.rules import Answer, Failed, Sent, Taken
from jinan_credit.exchange.services.leases import LEASE, Outcome, claim, give_back, settle
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from tests.cast import Cast, make_list, publish_many
from tests.exchange.conftest import Peer, connect

MakePeer = Callable[..., Peer]


@pytest.fixture
def lists(cast: Cast, make_peer: MakePeer) -> Cast:
    """The finance bureau is behind on five lists."""
    for number in range(4):
        made = make_list(f"TB{number}", f"名单{number}", cast.black.kind, cast.court, cast.black.memoranda.get())
        publish_many(cast, 1, credit_list=made, seed=number + 10)
    publish_many(cast, 1)
    connect(make_peer(), cast.finance)
    return cast


def take() -> list[Cursor]:
    return claim(list_id=None, is_troubled=None, limit=100)


def ended(cursor: Cursor, answer: Answer) -> Outcome:
    sent = Sent(MessageKind.CHANGES, cursor.position, rules.Position(cursor.epoch, 1))
    return Outcome(cursor, sent, rules.judge(sent, answer, at=clock.now()), 1, answer.status, 1)


def endpoint(cast: Cast) -> Endpoint:
    return Endpoint.objects.get(unit=cast.finance)


def open_breaker(cast: Cast) -> None:
    held = take()
    assert len(held) == 5
    settle([ended(cursor, Answer(0, error="timed out")) for cursor in held])
    assert endpoint(cast).unreachable == 5
    assert endpoint(cast).probe_at is not None


def test_out_of_reach_one_list_asks_for_all(lists: Cast, time_machine: Any) -> None:
    open_breaker(lists)
    time_machine.move_to(clock.now() + timedelta(seconds=rules.LONGEST_DELAY))
    assert len(take()) == 1
    assert take() == []


def test_a_probe_that_was_killed_is_followed_by_another(lists: Cast, time_machine: Any) -> None:
    open_breaker(lists)
    time_machine.move_to(clock.now() + timedelta(seconds=rules.LONGEST_DELAY))
    take()
    time_machine.move_to(clock.now() + LEASE + timedelta(seconds=1))
    assert len(take()) == 1


@pytest.mark.parametrize("answer", [Answer(200), Answer(500), Answer(409, b'{"expected": "x:0"}')])
def test_whatever_it_answers_all_lists_go_on_at_once(lists: Cast, time_machine: Any, answer: Answer) -> None:
    open_breaker(lists)
    time_machine.move_to(clock.now() + timedelta(seconds=rules.LONGEST_DELAY))
    (probe,) = take()
    settle([ended(probe, answer)])
    assert (endpoint(lists).unreachable, endpoint(lists).probe_at) == (0, None)
    assert len(take()) == 4


def test_answers_that_are_failures_do_not_open_it(lists: Cast) -> None:
    settle([ended(cursor, Answer(500)) for cursor in take()])
    assert (endpoint(lists).unreachable, endpoint(lists).probe_at) == (0, None)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_word_counts_as_out_of_reach(status: int) -> None:
    sent = Sent(MessageKind.CHANGES, rules.Position("e", 0), rules.Position("e", 1))
    verdict = rules.judge(sent, Answer(status), at=clock.now())
    assert verdict == Failed(f"HTTP {status}", is_out_of_reach=True)


def test_what_could_not_be_sent_says_nothing_of_the_receiver(lists: Cast) -> None:
    settle([ended(cursor, Answer(0, error="feed_gap", was_sent=False)) for cursor in take()])
    assert endpoint(lists).unreachable == 0


def test_a_unit_back_after_an_hour_has_all_within_the_cap(lists: Cast, make_peer: MakePeer, time_machine: Any) -> None:
    dead = endpoint(lists).url
    Endpoint.objects.update(url="http://127.0.0.1:9/")
    for _hour in range(12):
        push()
        time_machine.move_to(clock.now() + timedelta(minutes=5))
    Endpoint.objects.update(url=dead)
    time_machine.move_to(clock.now() + timedelta(seconds=rules.LONGEST_DELAY))
    push()
    push()
    assert not Cursor.objects.filter(unit=lists.finance).behind().exists()


def test_a_rate_lets_one_message_go_at_a_time(lists: Cast, time_machine: Any) -> None:
    Endpoint.objects.update(most_per_minute=6)
    (first,) = take()
    assert take() == []
    sent = Sent(MessageKind.CHANGES, first.position, rules.Position(first.epoch, 1))
    taken = Outcome(first, sent, Taken(sent.end), 1, 200, 1)
    assert not settle([taken])[first.pk].may_go_on
    give_back([first])
    assert take() == []
    time_machine.move_to(clock.now() + timedelta(seconds=10))
    assert len(take()) == 1
