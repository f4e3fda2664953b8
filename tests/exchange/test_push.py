"""What is pushed, and what each answer means for the cursor."""

import base64
import gzip
import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from standardwebhooks import Webhook

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.exchange import rules
from jinan_credit.exchange.enums import EndpointState, Via
from jinan_credit.exchange.models import Cursor, Endpoint, EndpointKey, ParkedChange, PushAttempt
from jinan_credit.exchange.services import sending
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.endpoints import register_endpoint, resume_endpoint, rotate_key
from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.exchange.services.sending import push
from jinan_credit.exchange.services.sweeping import due_groups
from jinan_credit.exchange.signals import changes_acknowledged
from jinan_credit.kernel import clock
from lists.enums import ExitReason, SubjectKind
from lists.models import CreditList, FeedHead
from lists.services.removals import remove_entry
from lists.services.synthetic import citizen_number
from tests.cast import Cast, make_list, publish_many, publish_one
from tests.exchange.conftest import Peer, connect

MakePeer = Callable[..., Peer]


def cursor_of(cast: Cast, code: str = "TBLACK") -> Cursor:
    return Cursor.objects.get(unit=cast.finance, credit_list__code=code)


def epoch(cast: Cast) -> str:
    return FeedHead.objects.get(credit_list=cast.black).epoch


def publish(cast: Cast, count: int) -> None:
    publish_many(cast, count, seed=FeedHead.objects.get(credit_list=cast.black).seq + 1)


def test_a_batch_has_the_form_of_the_contract(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    entry = publish_one(cast)
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("reviewer"),
        reason="revoked",
    )

    assert push() == 2

    (got,) = peer.got
    at = epoch(cast)
    assert got.body["type"] == "list.changes"
    assert got.body["data"]["list"] == "TBLACK"
    assert (got.body["data"]["from"], got.body["data"]["to"]) == (f"{at}:0", f"{at}:2")
    upsert, removal = got.body["data"]["changes"]
    assert (upsert["seq"], upsert["op"], upsert["version"], upsert["reason"]) == (1, "upsert", 1, "PUBLISHED")
    assert upsert["entry"]["subject"]["name"] == entry.subject_name
    assert (removal["seq"], removal["op"], removal["version"], removal["reason"]) == (2, "remove", 2, "BASIS_CHANGED")
    assert "entry" not in removal
    assert upsert["id"] == removal["id"] == str(entry.pk)
    assert got.body["timestamp"] == removal["changed_at"]
    assert got.headers["Feed-Head"] == f"{at}:2"
    assert b'": ' not in got.raw


def test_the_signature_is_that_of_standard_webhooks(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    Webhook(peer.secret).verify(peer.got[0].raw, peer.got[0].headers)


def test_while_keys_change_hands_both_verify(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    _key, second = rotate_key(by=cast.actor("finance_clerk"))
    publish_one(cast)
    push()
    got = peer.got[0]
    assert len(got.headers["webhook-signature"].split()) == 2
    for secret in (peer.secret, second):
        Webhook(secret).verify(got.raw, got.headers)


def test_a_rotated_key_ends_after_a_day(cast: Cast, make_peer: MakePeer, time_machine: Any) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    rotate_key(by=cast.actor("finance_clerk"))
    time_machine.move_to(clock.now() + timedelta(days=1, minutes=1))
    publish_one(cast)
    push()
    assert len(peer.got[0].headers["webhook-signature"].split()) == 1


def test_moving_the_address_ends_every_earlier_key(cast: Cast, make_peer: MakePeer) -> None:
    old, new = make_peer(), make_peer()
    connect(old, cast.finance)
    _endpoint, secret = register_endpoint(url=new.url, by=cast.actor("finance_clerk"))
    publish_one(cast)
    push()
    assert not old.got
    assert len(new.got[0].headers["webhook-signature"].split()) == 1
    Webhook(secret).verify(new.got[0].raw, new.got[0].headers)


def test_gzip_is_signed_over_the_bytes_sent(cast: Cast, make_peer: MakePeer) -> None:
    peer, plain = make_peer(), make_peer()
    connect(peer, cast.finance, wants_gzip=True)
    connect(plain, cast.transport)
    publish(cast, 3)
    push()
    got = peer.got[0]
    assert got.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(got.raw) == plain.got[0].raw
    head = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}."
    assert got.headers["webhook-signature"] == _signature(peer.secret, head.encode() + got.raw)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def test_a_masked_unit_sees_no_document_number(cast: Cast, make_peer: MakePeer) -> None:
    cast.transport.data_profile = DataProfile.MASKED
    cast.transport.save()
    full, masked = make_peer(), make_peer()
    connect(full, cast.finance)
    connect(masked, cast.transport)
    publish_many(cast, 5, persons=1.0)
    push()
    numbers = [
        [change["entry"]["subject"]["document_number"] for change in peer.got[0].body["data"]["changes"]]
        for peer in (full, masked)
    ]
    assert all(len(number) == 18 for number in numbers[0])
    assert numbers[1] == [None] * 5


def test_batches_end_at_fixed_places_and_are_the_same_bytes_for_all(cast: Cast, make_peer: MakePeer) -> None:
    early, late = make_peer(), make_peer()
    connect(early, cast.finance)
    publish(cast, 700)
    push()
    publish(cast, 600)
    connect(late, cast.transport)
    push()
    assert early.spans == [(0, 500), (500, 700), (700, 1000), (1000, 1300)]
    assert late.spans == [(0, 500), (500, 1000), (1000, 1300)]
    assert late.got[0].raw == early.got[0].raw
    assert late.got[2].raw == early.got[3].raw
    assert late.got[0].headers["webhook-id"] == early.got[0].headers["webhook-id"]


def test_an_id_stays_over_retries(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((500, {}))
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    make_due(cast)
    push()
    assert len({got.headers["webhook-id"] for got in peer.got}) == 1
    assert len(peer.got) == 2


def make_due(cast: Cast) -> None:
    Cursor.objects.update(next_attempt_at=clock.now())
    Endpoint.objects.update(held_until=None)


# The table of answers ------------------------------------------------------------------------------------------


def test_partly_taken_goes_on_from_there(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer(lambda got: (200, {"acked": f"{epoch_in(got)}:4"}))
    connect(peer, cast.finance)
    publish(cast, 10)
    assert push() == 10
    assert peer.spans == [(0, 10), (4, 10)]


def epoch_in(got: Any) -> str:
    epoch: str = got.body["data"]["to"].partition(":")[0]
    return epoch


@pytest.mark.parametrize(
    "reply",
    [
        (500, {}),
        (404, {}),
        (301, {}, {"Location": "http://127.0.0.1:1/"}),
        (429, {}),
        (503, {}, {"Retry-After": "soon"}),
        (409, {}),
        (409, {"expected": "nonsense"}),
        (422, {}),
        (422, {"rejected": [{"seq": 99}]}),
        (422, {"rejected": [{"seq": "1"}]}),
        (200, {"acked": "other:3"}),
        (200, {"acked": 3}),
        (200, b"x" * 70_000),
    ],
    ids=str,
)
def test_any_other_answer_is_a_failure_and_is_tried_again(cast: Cast, make_peer: MakePeer, reply: Any) -> None:
    peer = make_peer(reply)
    connect(peer, cast.finance)
    publish(cast, 2)
    before = clock.now()
    assert push() == 0
    cursor = cursor_of(cast)
    assert (cursor.seq, cursor.failures, cursor.lease_until) == (0, 1, None)
    assert cursor.last_error
    assert before <= cursor.next_attempt_at <= clock.now() + timedelta(seconds=4)
    assert len(peer.got) == 1
    make_due(cast)
    assert push() == 2
    cursor.refresh_from_db()
    assert (cursor.seq, cursor.failures, cursor.last_error) == (2, 0, "")


def test_a_receiver_that_is_not_there_is_a_failure(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    peer.server.shutdown()
    peer.server.server_close()
    publish_one(cast)
    push()
    assert cursor_of(cast).failures == 1


def test_a_receiver_that_drips_is_cut_off_and_delays_nobody(cast: Cast, make_peer: MakePeer, settings: Any) -> None:
    settings.PUSH_DEADLINE_SECONDS = 1.0
    is_over = threading.Event()

    def hang(got: Any) -> Any:
        is_over.wait(20)
        return 200, {}

    slow, quick = make_peer(hang), make_peer()
    connect(slow, cast.finance)
    connect(quick, cast.transport)
    publish(cast, 1200)
    began = time.monotonic()
    push()
    is_over.set()
    assert time.monotonic() - began < 10
    assert quick.spans == [(0, 500), (500, 1000), (1000, 1200)]
    assert cursor_of(cast).failures == 1
    assert PushAttempt.objects.get(cursor=cursor_of(cast)).status == 0


def test_409_rewinds(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((200, {}), lambda got: (409, {"expected": f"{epoch_in(got)}:1"}))
    connect(peer, cast.finance)
    publish(cast, 3)
    push()
    publish(cast, 2)
    push()
    assert peer.spans == [(0, 3), (3, 5), (1, 5)]
    assert cursor_of(cast).seq == 5


def test_409_with_the_same_position_twice_running_is_a_failure(cast: Cast, make_peer: MakePeer) -> None:
    def at_one(got: Any) -> Any:
        return 409, {"expected": f"{epoch_in(got)}:1"}

    peer = make_peer((200, {}), at_one, at_one, at_one)
    connect(peer, cast.finance)
    publish(cast, 3)
    push()
    publish(cast, 2)
    push()
    assert cursor_of(cast).failures == 1
    make_due(cast)
    push()
    assert cursor_of(cast).failures == 2
    make_due(cast)
    push()
    assert cursor_of(cast).seq == 5


def test_409s_in_turn_with_several_positions_end_in_back_off(cast: Cast, make_peer: MakePeer) -> None:
    """Each is gone to, for the receiver may mean the last one; but later and later."""

    def expects(seq: int) -> Any:
        return lambda got: (409, {"expected": f"{epoch_in(got)}:{seq}"})

    peer = make_peer((200, {}), *[expects(1), expects(2)] * 10)
    connect(peer, cast.finance)
    publish(cast, 3)
    push()
    publish(cast, 2)
    push(budget=5.0)
    assert peer.spans == [(0, 3), (3, 5), (1, 5)]
    assert (cursor_of(cast).seq, cursor_of(cast).failures) == (2, 1)
    make_due(cast)
    push(budget=5.0)
    assert peer.spans[3:] == [(2, 5)]
    assert (cursor_of(cast).seq, cursor_of(cast).failures) == (1, 2)
    peer.replies.clear()
    make_due(cast)
    assert push() == 4
    assert (cursor_of(cast).seq, cursor_of(cast).failures, cursor_of(cast).rewound_to) == (5, 0, "")


def test_one_that_takes_a_resync_and_then_asks_for_the_old_epoch_again_ends_in_back_off(
    cast: Cast, make_peer: MakePeer
) -> None:
    """As does a receiver that answers 2xx to what it does not know."""

    def know_nothing_of_epochs(got: Any) -> Any:
        return (409, {"expected": "0ld:3"}) if got.body["type"] == "list.changes" else (200, {})

    peer = make_peer(*[know_nothing_of_epochs] * 40)
    connect(peer, cast.finance)
    publish(cast, 3)
    push(budget=5.0)
    kinds = [got.body["type"] for got in peer.got]
    assert kinds == ["list.changes", "list.resync", "list.changes"]
    assert cursor_of(cast).failures == 1
    make_due(cast)
    push(budget=5.0)
    assert len(peer.got) == 5
    assert cursor_of(cast).failures == 2
    peer.replies.clear()
    make_due(cast)
    assert push() == 3
    assert cursor_of(cast).failures == 0


def test_422_parks_the_rejected_and_takes_the_rest(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((422, {"rejected": [{"seq": 2, "code": "bad_code", "message": "check digit"}]}))
    connect(peer, cast.finance)
    publish(cast, 3)
    assert push() == 3
    parked = ParkedChange.objects.get()
    assert (parked.seq, parked.code, parked.message) == (2, "bad_code", "check digit")
    assert cursor_of(cast).seq == 3


def test_413_halves_until_it_fits(cast: Cast, make_peer: MakePeer) -> None:
    def at_most_200(got: Any) -> Any:
        start, end = got.span
        return (413, {}) if end - start > 200 else (200, {})

    peer = make_peer(*[at_most_200] * 20)
    connect(peer, cast.finance)
    publish(cast, 500)
    push()
    assert peer.spans == [(0, 500), (0, 250), (0, 125), (125, 250), (250, 375), (375, 500)]
    assert len({got.headers["webhook-id"] for got in peer.got}) == 6
    assert cursor_of(cast).batch_limit is None


def test_413_for_a_single_change_is_a_failure(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((413, {}))
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    assert cursor_of(cast).failures == 1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_all_cursors_of_the_unit(
    cast: Cast, make_peer: MakePeer, status: int, time_machine: Any
) -> None:
    peer = make_peer((status, {}, {"Retry-After": "120"}))
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    publish_one(cast, credit_list=cast.red, seed=5)
    push()
    assert len(peer.got) == 1
    assert cursor_of(cast).failures == 0
    time_machine.move_to(clock.now() + timedelta(seconds=121))
    assert push() == 2


@pytest.mark.parametrize("after", ["0", "Wed, 21 Oct 2015 07:28:00 GMT", "1"])
def test_who_asks_again_and_again_for_no_wait_waits_longer_and_longer(
    cast: Cast, make_peer: MakePeer, after: str, time_machine: Any
) -> None:
    peer = make_peer(*[(503, {}, {"Retry-After": after})] * 40)
    connect(peer, cast.finance)
    publish_one(cast)
    for attempts in range(1, 15):
        push(budget=5.0)
        cursor = cursor_of(cast)
        assert (len(peer.got), cursor.failures) == (attempts, attempts)
        assert cursor.next_attempt_at >= clock.now() + timedelta(seconds=0.9)
        time_machine.move_to(cursor.next_attempt_at + timedelta(milliseconds=1))
    assert push(budget=5.0) == 0


def test_of_several_waits_asked_for_the_longest_holds(cast: Cast, make_peer: MakePeer) -> None:
    def much_then_little(got: Any) -> Any:
        is_first = got.body["data"]["list"] == "TBLACK"
        time.sleep(0 if is_first else 0.5)
        return 429, {}, {"Retry-After": "600" if is_first else "6"}

    peer = make_peer(much_then_little, much_then_little)
    connect(peer, cast.finance)
    publish_one(cast)
    other = make_list("TBLACK2", "名单二", cast.black.kind, cast.court, cast.black.memoranda.get())
    publish_many(cast, 1, credit_list=other, seed=5)
    make_cursors()
    push()
    assert len(peer.got) == 2
    held_until = Endpoint.objects.get(unit=cast.finance).held_until
    assert held_until is not None
    assert held_until > clock.now() + timedelta(seconds=500)


def test_one_that_answered_slowly_is_left_to_other_senders(
    cast: Cast, make_peer: MakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SLOW_FROM_MS", 300)

    def slowly(got: Any) -> Any:
        time.sleep(0.4)
        return 200, {}

    peer = make_peer(slowly, slowly)
    connect(peer, cast.finance)
    publish(cast, 1200)
    assert push(is_troubled=False) == 500
    assert cursor_of(cast).is_slow
    assert push(is_troubled=False) == 0
    assert due_groups() == [(True, 1)]
    assert push(is_troubled=True) == 700
    assert not cursor_of(cast).is_slow


def test_while_it_waits_for_an_answer_a_sender_takes_what_becomes_due(
    cast: Cast, make_peer: MakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the places of all that it drives at once are taken by units that let it wait."""
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    came, came_meanwhile = threading.Event(), list[bool]()

    def slowly(got: Any) -> Any:
        came_meanwhile.append(came.wait(8))
        return 200, {}

    def note(got: Any) -> Any:
        came.set()
        return 200, {}

    connect(make_peer(slowly), cast.finance)
    publish_one(cast)
    connect(make_peer(note), cast.transport)
    Cursor.objects.filter(unit=cast.transport).update(next_attempt_at=clock.now() + timedelta(seconds=1))
    push(is_troubled=False)
    assert came_meanwhile == [True]


def test_who_is_far_behind_makes_room_after_a_turn(
    cast: Cast, make_peer: MakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    monkeypatch.setattr(sending, "TURN_SECONDS", 0)
    order: list[str] = []

    def of(name: str) -> Callable[[Any], Any]:
        def note(got: Any) -> Any:
            order.append(name)
            return 200, {}

        return note

    connect(make_peer(*[of("finance")] * 3), cast.finance)
    connect(make_peer(*[of("transport")] * 3), cast.transport)
    publish(cast, 1_200)
    assert push() == 2_400
    assert order == ["finance", "transport"] * 3


def test_410_pauses_until_a_person_resumes(cast: Cast, make_peer: MakePeer, time_machine: Any) -> None:
    peer = make_peer((410, {}))
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    endpoint = Endpoint.objects.get(unit=cast.finance)
    assert (endpoint.state, endpoint.is_gone) == (EndpointState.PAUSED, True)
    assert [move.name for move in endpoint.moves.all()] == ["register", "gone"]
    time_machine.move_to(clock.now() + timedelta(days=3))
    push()
    assert len(peer.got) == 1
    resume_endpoint(by=cast.actor("finance_clerk"))
    assert push() == 1


def test_a_failing_unit_is_never_dropped(cast: Cast, make_peer: MakePeer, time_machine: Any) -> None:
    peer = make_peer(*[(500, {})] * 40)
    connect(peer, cast.finance)
    publish_one(cast)
    for _ in range(40):
        push()
        cursor = cursor_of(cast)
        assert cursor.next_attempt_at <= clock.now() + timedelta(minutes=30)
        time_machine.move_to(cursor.next_attempt_at + timedelta(milliseconds=1))
    assert cursor_of(cast).failures == 40
    assert push() == 1


def test_a_removal_overtakes_nothing_and_ends_it(cast: Cast, make_peer: MakePeer, time_machine: Any) -> None:
    """The receiver applied the publication but its answer was lost; while that is tried again, the entry leaves."""
    peer = make_peer((500, {}))
    connect(peer, cast.finance)
    entry = publish_one(cast)
    push()
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("reviewer"),
        reason="revoked",
    )
    time_machine.move_to(cursor_of(cast).next_attempt_at + timedelta(milliseconds=1))
    assert push() == 2

    copy: dict[str, int | None] = {}
    for got in peer.got:
        for change in got.body["data"]["changes"]:
            copy[change["id"]] = None if change["op"] == "remove" else change["version"]
    assert len(peer.got) >= 2
    assert copy == {str(entry.pk): None}


def test_acknowledged_changes_are_told_in_the_transaction_that_moves_the_cursor(
    cast: Cast, make_peer: MakePeer
) -> None:
    heard: list[tuple[Any, ...]] = []

    def listen(sender: Any, unit: Any, credit_list: CreditList, seq: int, auto_sign: bool, **kwargs: Any) -> None:
        heard.append((unit, credit_list, seq, auto_sign, cursor_of(cast).seq))

    changes_acknowledged.connect(listen)
    try:
        connect(make_peer(), cast.finance, auto_sign=True)
        publish(cast, 2)
        push()
    finally:
        changes_acknowledged.disconnect(listen)
    assert heard == [(cast.finance, cast.black, 2, True, 2)]


def test_trouble_of_one_unit_above_does_not_stop_another(cast: Cast, make_peer: MakePeer) -> None:
    def refuse(sender: Any, unit: Any, **kwargs: Any) -> None:
        if unit == cast.finance:
            raise RuntimeError("a floor above is broken")

    changes_acknowledged.connect(refuse)
    try:
        connect(make_peer(), cast.finance)
        connect(make_peer(), cast.transport)
        publish(cast, 2)
        push()
    finally:
        changes_acknowledged.disconnect(refuse)
    assert cursor_of(cast).failures == 1
    assert Cursor.objects.get(unit=cast.transport, credit_list=cast.black).seq == 2


def test_a_signing_key_that_cannot_be_read_holds_up_no_other_unit(cast: Cast, make_peer: MakePeer) -> None:
    broken, whole = make_peer(), make_peer()
    connect(broken, cast.finance)
    connect(whole, cast.transport)
    EndpointKey.objects.filter(endpoint__unit=cast.finance).update(sealed_secret="lost.AAAA")
    publish(cast, 2)
    push()
    assert (len(broken.got), whole.spans) == (0, [(0, 2)])
    assert (cursor_of(cast).failures, cursor_of(cast).last_error) == (1, "key unreadable")


def test_a_number_that_cannot_be_read_holds_up_no_other_list(cast: Cast, make_peer: MakePeer) -> None:
    """Of the unit that gets full numbers; another gets its masked ones."""
    masked = make_peer()
    Unit.objects.filter(pk=cast.transport.pk).update(data_profile=DataProfile.MASKED)
    connect(make_peer(), cast.finance)
    connect(masked, cast.transport)
    person = {"kind": SubjectKind.NATURAL_PERSON, "name": "王小明", "code": "", "document_type": "CITIZEN"}
    publish_one(cast, **person, number=citizen_number(Random(5)), representative="")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE lists_change SET body = jsonb_set(body, '{subject,document_number}', '\"lost.AAAA\"')")
    push()
    assert masked.spans == [(0, 1)]
    assert cursor_of(cast).failures == 1
    assert cursor_of(cast).last_error.startswith("could not be made: ")


# A new epoch ---------------------------------------------------------------------------------------------------


def test_after_a_new_epoch_changes_wait_until_the_snapshot_is_loaded(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((200, {}), (503, {}, {"Retry-After": "1"}))
    connect(peer, cast.finance)
    publish(cast, 4)
    push()
    start_new_epoch(lists=CreditList.objects.filter(code="TBLACK"))
    push()
    assert peer.got[1].body["type"] == "list.resync"
    assert peer.got[1].body["data"] == {
        "list": "TBLACK",
        "epoch": epoch(cast),
        "snapshot": "/api/v1/snapshot/TBLACK/",
    }
    peer.replies = [(200, {"acked": f"{epoch(cast)}:4"})]
    publish(cast, 2)
    make_due(cast)
    push()
    assert [got.body["type"] for got in peer.got[2:]] == ["list.resync", "list.changes"]
    assert peer.got[3].span == (4, 6)


def test_one_that_answers_a_resync_without_a_position_gets_the_whole_list(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer()
    connect(peer, cast.finance)
    publish(cast, 4)
    push()
    start_new_epoch(lists=CreditList.objects.filter(code="TBLACK"))
    push()
    assert [got.body["type"] for got in peer.got] == ["list.changes", "list.resync", "list.changes"]
    assert peer.got[2].span == (0, 4)
    assert cursor_of(cast).position.epoch == epoch(cast)


def test_a_receiver_restored_to_an_older_epoch_is_told_to_start_anew(cast: Cast, make_peer: MakePeer) -> None:
    peer = make_peer((409, {"expected": "before:7"}))
    connect(peer, cast.finance)
    publish(cast, 4)
    push()
    assert [got.body["type"] for got in peer.got] == ["list.changes", "list.resync", "list.changes"]
    assert cursor_of(cast).via == Via.PUSH


def test_lists_that_do_not_concern_a_unit_are_not_pushed_to_it(cast: Cast, make_peer: MakePeer) -> None:
    stranger = make_peer()
    connect(stranger, cast.stranger_unit)
    publish_one(cast)
    push()
    assert not stranger.got
    assert not Cursor.objects.filter(unit=cast.stranger_unit).exists()
