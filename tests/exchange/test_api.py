"""The feed by REST: lists, pull, acknowledgement, snapshot, digest, the unit's own endpoint."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange.api.waiting import MOST_A_UNIT, WaitingRoom, waiting_room
from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.enums import Via
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.exchange.services.sending import push
from jinan_credit.exchange.signals import changes_acknowledged
from lists.enums import ExitReason
from lists.models import CreditList, Entry, FeedHead, NumberHandout
from lists.services.removals import remove_entry
from tests.cast import Cast, publish_many, publish_one
from tests.exchange.conftest import Call, Peer

Connect = Callable[..., Call]


def head(cast: Cast) -> str:
    return FeedHead.objects.get(credit_list=cast.black).cursor


def at(cast: Cast, seq: int) -> str:
    return f"{head(cast).partition(':')[0]}:{seq}"


def remove(cast: Cast, entry: Entry) -> None:
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("reviewer"),
        reason="revoked",
    )


def test_lists_with_heads_and_own_measures(cast: Cast, api: Connect) -> None:
    publish_one(cast)
    black, red = api(cast.finance)("get", "lists/").json()
    assert black == {
        "code": "TBLACK",
        "name": "测试黑名单",
        "kind": "BLACK",
        "head": at(cast, 1),
        "measures": [
            {
                "id": cast.ban.pk,
                "content": "限制参加政府采购",
                "category": "ADMINISTRATIVE",
                "severity": "ORDINARY",
                "applies_to": "ORGANISATION",
                "memorandum": "测〔2026〕1号",
                "version": 1,
                "clause": "t-ban",
                "bases": ["《测试法》第一条"],
            }
        ],
    }
    assert red["code"] == "TRED"
    assert api(cast.stranger_unit)("get", "lists/").json() == []


def test_pull_from_the_start_to_the_head(cast: Cast, api: Connect) -> None:
    call = api(cast.finance)
    publish_many(cast, 7)
    seen, since = [], at(cast, 0)
    for _ in range(3):
        answer = call("get", f"feed/TBLACK/?since={since}&limit=3")
        data = answer.json()["data"]
        seen += [change["seq"] for change in data["changes"]]
        assert (data["from"], answer.headers["Feed-Head"]) == (since, at(cast, 7))
        since = data["to"]
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    nothing = call("get", f"feed/TBLACK/?since={since}").json()["data"]
    assert nothing == {"list": "TBLACK", "from": since, "to": since, "changes": []}
    cursor = Cursor.objects.filter(unit=cast.finance)
    assert not cursor.exists() or cursor.get().seq == 0


def test_a_pulled_batch_is_the_same_bytes_as_a_pushed_one(
    cast: Cast, api: Connect, make_peer: Callable[..., Peer]
) -> None:
    peer = make_peer()
    call = api(cast.finance)
    assert call("put", "endpoint/", {"url": peer.url}).status_code == 200
    publish_many(cast, 4)
    push()
    assert call("get", f"feed/TBLACK/?since={at(cast, 0)}").content == peer.got[0].raw
    packed = call("get", f"feed/TBLACK/?since={at(cast, 0)}", **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == peer.got[0].raw


@pytest.mark.parametrize(
    ("accepted", "is_gzip"),
    [
        ("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("identity, *;q=0.1", True), ("gzip;q=1, *;q=0", True),
        ("", False), ("gzip;q=0", False), ("gzip; q=0.000, *", False), ("*;q=0", False), ("gzipped", False),
        ("gzip;q=much", False), ("identity", False),
    ],
)  # fmt: skip
def test_only_who_accepts_gzip_gets_it(cast: Cast, api: Connect, accepted: str, is_gzip: bool) -> None:
    publish_one(cast)
    answer = api(cast.finance)("get", f"feed/TBLACK/?since={at(cast, 0)}", **{"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding") == "gzip") is is_gzip
    assert json.loads(gzip.decompress(answer.content) if is_gzip else answer.content)["data"]["to"] == at(cast, 1)


def test_ack_moves_the_cursor_and_is_told(cast: Cast, api: Connect) -> None:
    heard: list[tuple[Any, int, bool]] = []

    def listen(sender: Any, unit: Any, seq: int, auto_sign: bool, **kwargs: Any) -> None:
        heard.append((unit, seq, auto_sign))

    call = api(cast.finance)
    publish_many(cast, 5)
    changes_acknowledged.connect(listen)
    try:
        assert call("post", "feed/TBLACK/ack/", {"cursor": at(cast, 4)}).json() == {"cursor": at(cast, 4)}
    finally:
        changes_acknowledged.disconnect(listen)
    assert heard == [(cast.finance, 4, False)]
    cursor = Cursor.objects.get(unit=cast.finance)
    assert (cursor.seq, cursor.via) == (4, Via.PULL)
    data = call("get", "feed/TBLACK/").json()["data"]
    assert (data["from"], data["to"]) == (at(cast, 4), at(cast, 5))


@pytest.mark.parametrize("position", ["other:1", "{epoch}:99"])
def test_a_position_that_cannot_be_followed_is_gone(cast: Cast, api: Connect, position: str) -> None:
    publish_one(cast)
    position = position.format(epoch=head(cast).partition(":")[0])
    call = api(cast.finance)
    for answer in (
        call("get", f"feed/TBLACK/?since={position}"),
        call("post", "feed/TBLACK/ack/", {"cursor": position}),
    ):
        assert answer.status_code == 410
        assert answer.json()["snapshot"] == "/api/v1/snapshot/TBLACK/"
        assert answer.json()["errors"][0]["code"] == "cursor_gone"


@pytest.mark.parametrize(
    "query", ["since=nonsense", "limit=0", "limit=501", "limit=x", "wait=31", "wait=-1", "surprise=1"]
)
def test_a_query_that_cannot_be_understood(cast: Cast, api: Connect, query: str) -> None:
    answer = api(cast.finance)("get", f"feed/TBLACK/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["feed/{}/", "snapshot/{}/", "digest/{}/"])
def test_a_list_that_does_not_concern_the_unit_looks_like_a_missing_one(cast: Cast, api: Connect, path: str) -> None:
    stranger = api(cast.stranger_unit)
    missing, foreign = stranger("get", path.format("NONE")), stranger("get", path.format("TBLACK"))
    assert missing.status_code == foreign.status_code == 404
    assert missing.content == foreign.content


@pytest.mark.parametrize("path", ["lists/", "feed/TBLACK/", "snapshot/TBLACK/", "digest/TBLACK/", "endpoint/"])
def test_the_scope_is_asked_for(cast: Cast, api: Connect, path: str) -> None:
    assert api(cast.finance, "screening")("get", path).status_code == 403


def test_unknown_fields_are_refused(cast: Cast, api: Connect) -> None:
    call = api(cast.finance)
    for method, path, body in (
        ("post", "feed/TBLACK/ack/", {"cursor": at(cast, 0), "more": 1}),
        ("put", "endpoint/", {"url": "https://8.8.8.8/", "secret": "x"}),
        ("post", "endpoint/rewind/", {"list": "TBLACK", "to": at(cast, 0), "unit": 5}),
    ):
        answer = call(method, path, body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "unknown_field"


# Endpoint ----------------------------------------------------------------------------------------------------


def test_the_endpoints_life(cast: Cast, api: Connect, make_peer: Callable[..., Peer]) -> None:
    peer = make_peer()
    call = api(cast.finance)
    assert call("get", "endpoint/").status_code == 404
    made = call("put", "endpoint/", {"url": peer.url, "auto_sign": True}).json()
    assert made["secret"].startswith("whsec_")
    publish_many(cast, 3)
    known = call("get", "endpoint/").json()
    assert "secret" not in json.dumps(known)
    assert (known["url"], known["state"], known["auto_sign"], known["gzip"]) == (peer.url, "ACTIVE", True, False)
    black = next(found for found in known["lists"] if found["list"] == "TBLACK")
    assert (black["cursor"], black["head"], black["lag"]) == (at(cast, 0), at(cast, 3), 3)
    assert call("post", "endpoint/rotate/").json()["secret"] != made["secret"]
    assert len(call("get", "endpoint/").json()["keys"]) == 2
    assert call("post", "endpoint/pause/", {"reason": "maintenance"}).status_code == 204
    assert call("post", "endpoint/pause/").status_code == 409
    assert push() == 0
    assert call("post", "endpoint/resume/").status_code == 204
    assert push() == 3
    assert call("post", "endpoint/rewind/", {"list": "TBLACK", "to": at(cast, 1)}).json() == {"cursor": at(cast, 1)}
    assert push() == 2
    assert call("post", "endpoint/rewind/", {"list": "TBLACK", "to": "other:1"}).status_code == 410


def test_rotation_and_rewinding_with_a_key_have_one_effect(
    cast: Cast, api: Connect, make_peer: Callable[..., Peer]
) -> None:
    call, key = api(cast.finance), {"Idempotency-Key": "k-1"}
    publish_many(cast, 3)
    call("put", "endpoint/", {"url": make_peer().url})
    first, second = (call("post", "endpoint/rotate/", **key) for _time in range(2))
    assert (first.status_code, first.json()) == (200, second.json())
    assert len(call("get", "endpoint/").json()["keys"]) == 2
    back = {"list": "TBLACK", "to": at(cast, 1)}
    assert call("post", "endpoint/rewind/", back, **key).json() == {"cursor": at(cast, 1)}
    call("post", "feed/TBLACK/ack/", {"cursor": at(cast, 3)})
    assert call("post", "endpoint/rewind/", back, **key).json() == {"cursor": at(cast, 1)}
    assert Cursor.objects.get(unit=cast.finance, credit_list=cast.black).seq == 3
    other = call("post", "endpoint/rewind/", back | {"to": at(cast, 2)}, **key)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "idempotency_key_reused")


def test_a_refused_rewinding_leaves_its_key_free(cast: Cast, api: Connect) -> None:
    call, key = api(cast.finance), {"Idempotency-Key": "k-1"}
    publish_one(cast)
    call("post", "feed/TBLACK/ack/", {"cursor": at(cast, 1)})
    assert call("post", "endpoint/rewind/", {"list": "TBLACK", "to": "other:1"}, **key).status_code == 410
    assert call("post", "endpoint/rewind/", {"list": "TBLACK", "to": at(cast, 0)}, **key).status_code == 200


def test_a_forbidden_address_is_told_by_its_code(cast: Cast, api: Connect) -> None:
    answer = api(cast.finance)("put", "endpoint/", {"url": "https://10.0.0.1/"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0] | {"detail": ""} == {"code": "address_forbidden", "attr": "url", "detail": ""}


# Query counts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["lists/", "feed/TBLACK/?limit=500", "digest/TBLACK/", "endpoint/"])
def test_queries_are_the_same_for_1_10_and_100_rows(
    cast: Cast, api: Connect, make_peer: Callable[..., Peer], path: str
) -> None:
    call = api(cast.finance)
    call("put", "endpoint/", {"url": make_peer().url})
    counts = []
    for more in (1, 9, 90):
        publish_many(cast, more, seed=more)
        with CaptureQueriesContext(connection) as queries:
            assert call("get", path).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def numbers_in(entries: Iterable[dict[str, Any]]) -> int:
    holders = [holder for entry in entries for holder in (entry["subject"], *entry["related_persons"])]
    return sum(1 for holder in holders if holder["document_number"])


def test_full_numbers_that_are_fetched_are_in_the_access_log(cast: Cast, api: Connect) -> None:
    publish_many(cast, 9, persons=1)
    call = api(cast.finance)
    changes = call("get", f"feed/TBLACK/?since={at(cast, 2)}&limit=5").json()["data"]["changes"]
    handed_out = NumberHandout.objects.get()
    assert handed_out.number_count == numbers_in(change["entry"] for change in changes) > 0
    assert (handed_out.way, handed_out.credit_list, handed_out.unit) == ("FEED", cast.black, cast.finance)
    assert (handed_out.after, handed_out.up_to) == (at(cast, 2), at(cast, 7))


def test_nothing_is_logged_where_no_full_number_goes(cast: Cast, api: Connect) -> None:
    publish_many(cast, 3)
    call = api(cast.finance)
    call("get", f"feed/TBLACK/?since={at(cast, 0)}")
    call("get", f"feed/TBLACK/?since={at(cast, 3)}")
    publish_many(cast, 3, seed=2, persons=1.0)
    cast.finance.data_profile = DataProfile.MASKED
    cast.finance.save()
    call("get", f"feed/TBLACK/?since={at(cast, 0)}")
    assert not NumberHandout.objects.exists()


# Digest and snapshot -----------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_contract(cast: Cast, api: Connect) -> None:
    import hashlib

    publish_many(cast, 30)
    remove(cast, Entry.objects.order_by("pk")[3])
    held = Entry.objects.filter(state="PUBLISHED").values_list("pk", "version")
    sums = [0] * 256
    for pk, version in held:
        value = hashlib.sha256(f"{pk}:{version}".encode()).digest()
        sums[hashlib.sha256(str(pk).encode()).digest()[0]] += int.from_bytes(value)
    told = api(cast.finance)("get", "digest/TBLACK/").json()
    assert told == {
        "list": "TBLACK",
        "at": at(cast, 31),
        "count": 29,
        "buckets": [f"{value % 2**256:064x}" for value in sums],
    }


def test_an_empty_list_has_a_digest(cast: Cast) -> None:
    digest = digest_of(cast.black)
    assert (digest.count, set(digest.buckets)) == (0, {"0" * 64})


def read_snapshot(call: Call, **headers: str) -> tuple[str, int, list[dict[str, Any]]]:
    answer = call("get", "snapshot/TBLACK/", **headers)
    assert answer.status_code == 200
    raw = b"".join(answer.streaming_content)
    if answer.headers.get("Content-Encoding") == "gzip":
        raw = gzip.decompress(raw)
    lines = [json.loads(line) for line in raw.splitlines()]
    return answer.headers["Feed-Cursor"], int(answer.headers["Feed-Count"]), lines


@pytest.fixture
def lasting_cast(transactional_db: None) -> Cast:
    from tests.cast import make_cast

    return make_cast()


class TestOnItsOwnConnection:
    """The snapshot and the long poll look with connections of their own: these tests commit."""

    @pytest.fixture
    def cast(self, lasting_cast: Cast) -> Cast:
        return lasting_cast

    def test_a_snapshot_holds_the_last_state_of_what_is_not_removed(self, cast: Cast, api: Connect) -> None:
        publish_many(cast, 5, persons=0.5)
        gone = Entry.objects.order_by("pk").first()
        assert gone is not None
        remove(cast, gone)
        cast.finance.data_profile = DataProfile.MASKED
        cast.finance.save()
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            cursor, count, lines = read_snapshot(api(cast.finance), **headers)
            assert (cursor, count) == (at(cast, 6), 4)
            assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)
            assert {line["id"] for line in lines} == {
                str(pk) for pk in Entry.objects.exclude(pk=gone.pk).values_list("pk", flat=True)
            }
            assert all(line["entry"]["subject"]["document_number"] is None for line in lines)

    def test_full_numbers_in_a_snapshot_are_in_the_access_log(self, cast: Cast, api: Connect) -> None:
        publish_many(cast, 9, persons=0.5)
        call = api(cast.finance)
        _cursor, _count, lines = read_snapshot(call)
        handed_out = NumberHandout.objects.get()
        assert handed_out.number_count == numbers_in(line["entry"] for line in lines) > 0
        assert (handed_out.way, handed_out.credit_list, handed_out.unit) == ("SNAPSHOT", cast.black, cast.finance)
        assert (handed_out.after, handed_out.up_to) == ("", at(cast, 9))
        assert handed_out.client.unit == cast.finance
        cast.finance.data_profile = DataProfile.MASKED
        cast.finance.save()
        read_snapshot(call)
        assert NumberHandout.objects.count() == 1

    def test_a_snapshot_does_not_see_what_is_published_while_it_is_read(self, cast: Cast, api: Connect) -> None:
        publish_many(cast, 20)
        answer = api(cast.finance)("get", "snapshot/TBLACK/")
        publish_many(cast, 20, seed=2)
        remove(cast, Entry.objects.order_by("pk")[0])
        lines = b"".join(answer.streaming_content).splitlines()
        assert answer.headers["Feed-Cursor"] == at(cast, 20)
        assert len(lines) == 20

    def test_a_snapshot_and_the_changes_after_it_are_the_whole(self, cast: Cast, api: Connect) -> None:
        publish_many(cast, 6)
        call = api(cast.finance)
        cursor, _count, lines = read_snapshot(call)
        held = {line["id"]: line["version"] for line in lines}
        remove(cast, Entry.objects.order_by("pk")[0])
        publish_many(cast, 3, seed=2)
        for change in call("get", f"feed/TBLACK/?since={cursor}").json()["data"]["changes"]:
            held.pop(change["id"], None)
            if change["op"] == "upsert":
                held[change["id"]] = change["version"]
        _cursor, _count, now = read_snapshot(call)
        assert held == {line["id"]: line["version"] for line in now}

    def test_a_waiting_reader_is_woken_by_a_change(self, cast: Cast, api: Connect) -> None:
        call, told = api(cast.finance), []

        def read() -> None:
            told.append(call("get", f"feed/TBLACK/?since={at(cast, 0)}&wait=20").json()["data"]["changes"])
            connection.close()

        reader = threading.Thread(target=read)
        reader.start()
        time.sleep(0.6)
        assert not told
        began = time.monotonic()
        publish_one(cast)
        reader.join(15)
        assert time.monotonic() - began < 10
        assert [change["seq"] for change in told[0]] == [1]

    def test_a_waiting_reader_learns_that_the_epoch_is_over(self, cast: Cast, api: Connect) -> None:
        call, told = api(cast.finance), []

        def read() -> None:
            told.append(call("get", f"feed/TBLACK/?since={at(cast, 0)}&wait=20").status_code)
            connection.close()

        reader = threading.Thread(target=read)
        reader.start()
        time.sleep(0.6)
        start_new_epoch(lists=CreditList.objects.all())
        reader.join(15)
        assert told == [410]


def test_beyond_the_places_for_waiting_calls_are_answered_at_once(cast: Cast, api: Connect) -> None:
    read = partial(api(cast.finance), "get", f"feed/TBLACK/?since={at(cast, 0)}&wait=20")
    with ExitStack() as places:
        for _place in range(MOST_A_UNIT):
            assert places.enter_context(waiting_room.place(cast.finance.pk, 20)) == 20
        began = time.monotonic()
        answer = read()
        assert time.monotonic() - began < 5
        assert (answer.status_code, answer.json()["data"]["changes"]) == (200, [])
        assert places.enter_context(waiting_room.place(cast.transport.pk, 20)) == 20


def test_one_process_lets_some_calls_wait_and_few_of_one_unit() -> None:
    room = WaitingRoom(most=3, most_a_unit=2)
    with room.place(1, 9) as first, room.place(1, 9) as second, room.place(1, 9) as third:
        assert (first, second, third) == (9, 9, 0)
        with room.place(2, 9) as other, room.place(3, 9) as one_too_many, room.place(3, 0) as not_waiting:
            assert (other, one_too_many, not_waiting) == (9, 0, 0)
    with room.place(1, 9) as first, room.place(3, 9) as other:
        assert (first, other) == (9, 9)


def test_waiting_ends_with_its_time(cast: Cast, api: Connect) -> None:
    began = time.monotonic()
    assert api(cast.finance)("get", f"feed/TBLACK/?since={at(cast, 0)}&wait=0.7").json()["data"]["changes"] == []
    assert time.monotonic() - began >= 0.7
