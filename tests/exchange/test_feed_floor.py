"""Below its floor a feed is told in last versions only; who stands in between starts anew."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from lists.enums import ExitReason
from lists.models import Change, FeedHead
from lists.services.entry_stubs import leave_stubs
from lists.services.feed import raise_floors, shorten_feeds
from lists.services.removals import remove_entry
from tests.cast import Cast, publish_many, publish_one
from tests.exchange.conftest import Peer, connect

MakePeer = Callable[..., Peer]
Connect = Callable[..., Callable[..., Any]]


@pytest.fixture
def old(cast: Cast, time_machine: Any) -> FeedHead:
    """Three entries, one of them removed again (four changes), then a year, then a fourth entry. The floor is 4."""
    kept = publish_many(cast, 2)
    assert kept is not None
    gone = publish_one(cast, seed=77)
    remove_entry(
        entry=gone, exit_reason=ExitReason.BASIS_CHANGED, made_by=cast.clerk, by=cast.actor("reviewer"), reason="void"
    )
    time_machine.move_to(clock.now() + timedelta(days=400))
    publish_one(cast, seed=78)
    assert raise_floors(before=clock.now() - timedelta(days=365)) == 1
    head = FeedHead.objects.get(credit_list=cast.black)
    assert (head.floor, head.seq) == (4, 5)
    return head


def test_one_who_starts_from_nothing_gets_last_versions(cast: Cast, make_peer: MakePeer, old: FeedHead) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    push()
    assert peer.spans == [(0, 4), (4, 5)]
    below = peer.got[0].body["data"]["changes"]
    assert [(change["seq"], change["op"]) for change in below] == [(1, "upsert"), (2, "upsert"), (4, "remove")]


def test_what_remains_leads_to_the_same_copy(cast: Cast, run_sample: Callable[..., Any], old: FeedHead) -> None:
    receiver = run_sample(cast.finance)
    push()
    digest = digest_of(cast.black)
    assert digest.count == 3
    assert receiver.copy.digest("TBLACK") == (3, list(digest.buckets))


@pytest.mark.parametrize(("seq", "status"), [(1, 410), (3, 410), (4, 200), (5, 200), (0, 200)])
def test_a_reader_in_between_is_sent_to_the_snapshot(
    cast: Cast, api: Connect, old: FeedHead, seq: int, status: int
) -> None:
    answer = api(cast.finance)("get", f"feed/TBLACK/?since={old.epoch}:{seq}")
    assert answer.status_code == status
    if status == 410:
        assert answer.json()["snapshot"] == "/api/v1/snapshot/TBLACK/"


def test_a_batch_that_is_fetched_ends_at_the_floor(cast: Cast, api: Connect, old: FeedHead) -> None:
    found = api(cast.finance)("get", f"feed/TBLACK/?since={old.epoch}:0").json()["data"]
    assert found["to"] == f"{old.epoch}:4"
    assert len(found["changes"]) == 3


def test_a_batch_of_nothing_but_superseded_changes_is_empty_and_goes_on(
    cast: Cast, api: Connect, old: FeedHead
) -> None:
    call = api(cast.finance)
    sizes, since = [], f"{old.epoch}:0"
    while since != f"{old.epoch}:5":
        message = call("get", f"feed/TBLACK/?since={since}&limit=1").json()
        assert message["timestamp"]
        sizes.append(len(message["data"]["changes"]))
        since = message["data"]["to"]
        assert call("post", "feed/TBLACK/ack/", {"cursor": since}).status_code == 200
    assert sizes == [1, 1, 0, 1, 1]


def test_a_push_from_nothing_passes_through_in_small_batches(cast: Cast, make_peer: MakePeer, old: FeedHead) -> None:
    peer = make_peer((413, {}), (413, {}))
    connect(peer, cast.finance)
    push()
    assert peer.spans == [(0, 4), (0, 2), (0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]


def test_an_address_in_between_is_told_to_start_anew(cast: Cast, make_peer: MakePeer, old: FeedHead) -> None:
    snapshot = (200, {"acked": f"{old.epoch}:5"})
    peer = make_peer(snapshot)
    connect(peer, cast.finance)
    Cursor.objects.filter(unit=cast.finance, credit_list=cast.black).update(seq=2)
    push()
    (got,) = peer.got
    assert got.body["type"] == "list.resync"
    assert got.body["data"]["epoch"] == old.epoch
    assert Cursor.objects.get(unit=cast.finance, credit_list=cast.black).seq == 5


def test_a_position_below_the_floor_is_no_answer_to_it(cast: Cast, make_peer: MakePeer, old: FeedHead) -> None:
    peer = make_peer((200, {"acked": f"{old.epoch}:2"}))
    connect(peer, cast.finance)
    Cursor.objects.filter(unit=cast.finance, credit_list=cast.black).update(seq=2)
    push()
    cursor = Cursor.objects.get(unit=cast.finance, credit_list=cast.black)
    assert (cursor.seq, cursor.failures) == (2, 1)
    assert "cannot be followed on from" in cursor.last_error


def test_the_floor_rises_with_the_daily_clean_up_and_never_falls(cast: Cast, old: FeedHead, time_machine: Any) -> None:
    time_machine.move_to(clock.now() + timedelta(days=400))
    assert shorten_feeds() == 1
    assert FeedHead.objects.get(pk=old.pk).floor == 5
    assert raise_floors(before=clock.now() - timedelta(days=800)) == 0
    assert FeedHead.objects.get(pk=old.pk).floor == 5


def test_after_a_deletion_no_reader_gets_what_was_rendered_before(
    cast: Cast, api: Connect, make_peer: MakePeer
) -> None:
    entry = publish_one(cast)
    remove_entry(
        entry=entry, exit_reason=ExitReason.BASIS_CHANGED, made_by=cast.clerk, by=cast.actor("reviewer"), reason="void"
    )
    peer, call = make_peer(), api(cast.transport)
    connect(peer, cast.finance)
    address = f"feed/TBLACK/?since={FeedHead.objects.get(credit_list=cast.black).epoch}:0"

    def given() -> list[str]:
        Cursor.objects.filter(unit=cast.finance, credit_list=cast.black).update(seq=0)
        push()
        return [json.dumps(peer.got[-1].body, ensure_ascii=False), call("get", address).content.decode()]

    assert [entry.subject_name in body for body in given()] == [True, True]
    with transaction.atomic():
        leave_stubs([entry.pk])
    assert [entry.subject_name in body for body in given()] == [False, False]


def test_what_was_said_stays_on_record(cast: Cast, old: FeedHead) -> None:
    assert Change.objects.filter(publication__credit_list=cast.black).count() == 5
