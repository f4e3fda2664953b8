"""A list that no longer concerns a unit: its system is told until it has heard it (rule 12)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog.models import MeasureResponsibility
from jinan_credit.exchange.models import Cursor, PushAttempt
from jinan_credit.exchange.rules import LONGEST_DELAY
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from tests.cast import Cast, publish_many
from tests.exchange.conftest import Peer, connect

MakePeer = Callable[..., Peer]


@pytest.fixture
def duty(cast: Cast) -> MeasureResponsibility:
    """What makes the black list concern the finance bureau."""
    return MeasureResponsibility.objects.get(measure=cast.ban, unit=cast.finance)


def test_the_end_is_told_and_then_nothing_more(cast: Cast, make_peer: MakePeer, duty: MeasureResponsibility) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    publish_many(cast, 3)
    push()
    duty.delete()
    make_cursors()
    publish_many(cast, 3, seed=2)
    push()
    push()
    changes, ended = peer.got
    assert ended.body["type"] == "list.ended"
    assert ended.body["data"] == {"list": "TBLACK"}
    assert ended.headers["webhook-id"] != changes.headers["webhook-id"]
    assert Cursor.objects.get(unit=cast.finance, credit_list=cast.black).told_ended_at is not None


def test_it_is_told_again_until_it_is_heard(
    cast: Cast, make_peer: MakePeer, duty: MeasureResponsibility, time_machine: Any
) -> None:
    peer = make_peer((500, {}), (404, {}), (200, {}))
    connect(peer, cast.finance)
    duty.delete()
    make_cursors()
    for _attempt in range(3):
        push()
        time_machine.move_to(clock.now() + timedelta(seconds=LONGEST_DELAY))
    assert [got.body["type"] for got in peer.got] == ["list.ended"] * 3
    assert len({got.headers["webhook-id"] for got in peer.got}) == 1
    assert PushAttempt.objects.filter(kind="list.ended", status=200).count() == 1
    push()
    assert len(peer.got) == 3


def test_one_that_concerns_the_unit_again_is_sent_from_the_start(
    cast: Cast, make_peer: MakePeer, duty: MeasureResponsibility
) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    publish_many(cast, 2)
    push()
    duty.delete()
    make_cursors()
    push()
    duty.pk = None
    duty.save()
    make_cursors()
    push()
    assert [got.body["type"] for got in peer.got] == ["list.changes", "list.ended", "list.changes"]
    assert peer.got[2].span == (0, 2)


def test_one_that_concerns_it_again_before_it_was_told_is_not_ended(
    cast: Cast, make_peer: MakePeer, duty: MeasureResponsibility
) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    publish_many(cast, 2)
    duty.delete()
    make_cursors()
    duty.pk = None
    duty.save()
    make_cursors()
    push()
    assert [got.body["type"] for got in peer.got] == ["list.changes"]
