"""What a receiver rejected: seen, sent again, settled."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.enums import Settlement
from jinan_credit.exchange.models import Cursor, ParkedChange
from jinan_credit.exchange.services.sending import push
from tests.cast import Cast, publish_many
from tests.exchange.conftest import Peer, connect
from tests.exchange.test_pages import signed_in, text

MakePeer = Callable[..., Peer]

REJECTS_2 = (422, {"rejected": [{"seq": 2, "code": "odd", "message": "<b>no</b>"}]})


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return signed_in(cast.finance_clerk)


@pytest.fixture
def peer(cast: Cast, make_peer: MakePeer) -> Peer:
    """Has rejected the second of three changes."""
    peer = make_peer(REJECTS_2)
    connect(peer, cast.finance)
    publish_many(cast, 3)
    push()
    return peer


def parked() -> ParkedChange:
    return ParkedChange.objects.get()


def test_it_is_shown_with_what_the_receiver_said(cast: Cast, peer: Peer, clerk: Client) -> None:
    assert "rejected 1 change" in text(clerk, "/push/")
    page = text(clerk, "/push/rejected/")
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "position 2, version 1" in page
    assert "Send again" in page
    assert "Send again" not in text(signed_in(cast.coordinator), "/push/rejected/")
    assert "&lt;b&gt;no" not in text(signed_in(cast.transport_clerk), "/push/rejected/")


def test_sent_again_and_taken_it_is_settled_by_itself(cast: Cast, peer: Peer, clerk: Client) -> None:
    clerk.post(f"/push/rejected/{parked().pk}/again/")
    assert parked().settlement == ""
    push()
    assert peer.got[-1].span == (1, 3)
    assert parked().settlement == Settlement.TAKEN
    assert Cursor.objects.get(unit=cast.finance, credit_list=cast.black).seq == 3
    assert "No receiver has rejected" in text(clerk, "/push/rejected/")
    assert "Taken later" in text(clerk, "/push/rejected/?settled=1")


def test_sent_again_and_rejected_again_it_stays_open(peer: Peer, clerk: Client) -> None:
    clerk.post(f"/push/rejected/{parked().pk}/again/")
    peer.replies.append((422, {"rejected": [{"seq": 2, "code": "still", "message": "odd"}]}))
    push()
    assert (parked().settlement, parked().code) == ("", "still")


def test_rejected_anew_after_it_was_settled_it_is_open_again(peer: Peer, clerk: Client) -> None:
    clerk.post(f"/push/rejected/{parked().pk}/settle/", {"reason": "entered by hand"})
    peer.replies.append(REJECTS_2)
    clerk.post("/push/rewind/", {"credit_list": "TBLACK"})
    push()
    assert (parked().settlement, parked().settled_by, parked().settled_reason) == ("", None, "")


def test_settled_by_hand_with_a_reason(cast: Cast, peer: Peer, clerk: Client) -> None:
    page = clerk.post(f"/push/rejected/{parked().pk}/settle/", {"reason": " "}, follow=True).content.decode()
    assert "Give a reason." in page
    assert parked().settlement == ""
    clerk.post(f"/push/rejected/{parked().pk}/settle/", {"reason": "entered by hand"})
    assert (parked().settlement, parked().settled_by) == (Settlement.BY_HAND, cast.finance_clerk)
    page = clerk.post(f"/push/rejected/{parked().pk}/again/", follow=True).content.decode()
    assert "settled already" in page
    page = text(clerk, "/push/rejected/?settled=1")
    assert "entered by hand" in page
    assert 'data-label="Settlement"' in page


@pytest.mark.parametrize("act", ["again", "settle"])
def test_only_the_units_own_staff_decides(cast: Cast, peer: Peer, act: str) -> None:
    path = f"/push/rejected/{parked().pk}/{act}/"
    assert signed_in(cast.transport_clerk).post(path, {"reason": "x"}).status_code == 404
    page = signed_in(cast.coordinator).post(path, {"reason": "x"}, follow=True).content.decode()
    assert "Only a person of the unit" in page
    assert parked().settlement == ""


class TestRewind:
    @pytest.fixture
    def taken(self, cast: Cast, make_peer: MakePeer) -> Peer:
        """All of two publications of two changes."""
        peer = make_peer()
        connect(peer, cast.finance)
        publish_many(cast, 2)
        publish_many(cast, 2, seed=2)
        push()
        peer.got.clear()
        return peer

    @pytest.mark.parametrize(("given", "start"), [({}, 0), ({"position": "3"}, 3)])
    def test_by_position(self, taken: Peer, clerk: Client, given: dict[str, str], start: int) -> None:
        clerk.post("/push/rewind/", {"credit_list": "TBLACK", **given})
        push()
        assert taken.spans == [(start, 4)]

    def test_by_publication_and_by_time(self, cast: Cast, taken: Peer, clerk: Client) -> None:
        second = cast.black.publications.latest("id")
        clerk.post("/push/rewind/", {"credit_list": "TBLACK", "publication": str(second.pk)})
        push()
        assert taken.spans == [(2, 4)]
        clerk.post("/push/rewind/", {"credit_list": "TBLACK", "at": "2017-01-01T00:00"})
        push()
        assert taken.spans[1:] == [(0, 4)]

    def test_by_machine(self, cast: Cast, taken: Peer, api: Callable[..., Any]) -> None:
        call, second = api(cast.finance), cast.black.publications.latest("id")
        answer = call("post", "endpoint/rewind/", {"list": "TBLACK", "publication": second.pk})
        assert answer.json()["cursor"].endswith(":2")
        at = second.published_at.isoformat()
        assert call("post", "endpoint/rewind/", {"list": "TBLACK", "at": at}).json()["cursor"].endswith(":2")
        assert (
            call("post", "endpoint/rewind/", {"list": "TBLACK", "at": "2100-01-01T00:00:00Z"})
            .json()["cursor"]
            .endswith(":4")
        )
        for wrong in ({}, {"at": at, "publication": second.pk}):
            assert call("post", "endpoint/rewind/", {"list": "TBLACK", **wrong}).status_code == 400
        other = call("post", "endpoint/rewind/", {"list": "TBLACK", "publication": 999_999})
        assert (other.status_code, other.json()["errors"][0]["code"]) == (404, "publication_not_found")

    def test_two_answers_at_once_are_refused_and_kept(self, taken: Peer, clerk: Client) -> None:
        answer = clerk.post("/push/rewind/", {"credit_list": "TBLACK", "position": "1", "publication": "7"})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Give one of time, publication and position" in page
        assert 'value="7"' in page

    def test_another_units_list_is_no_choice(self, cast: Cast, taken: Peer) -> None:
        answer = signed_in(cast.stranger).post("/push/rewind/", {"credit_list": "TBLACK"})
        assert answer.status_code == 200
        push()
        assert taken.got == []

    def test_a_receiver_that_remembers_ids_takes_what_is_sent_again(
        self, cast: Cast, run_sample: Callable[..., Any]
    ) -> None:
        receiver = run_sample(cast.finance)
        publish_many(cast, 5)
        push()
        with receiver.copy._transaction() as db:
            db.execute("DELETE FROM entry WHERE list = 'TBLACK'")
        signed_in(cast.finance_clerk).post("/push/rewind/", {"credit_list": "TBLACK"})
        push()
        digest = digest_of(cast.black)
        assert receiver.copy.position("TBLACK") == str(digest.at)
        assert receiver.copy.digest("TBLACK") == (5, list(digest.buckets))
