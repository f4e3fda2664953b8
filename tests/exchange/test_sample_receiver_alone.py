"""The sample receiver by itself: whom it believes, what it reads and what it makes of what it cannot read."""

import base64
import contextlib
import gzip
import hmac
import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest
import time_machine
from hypothesis import strategies
from standardwebhooks import Webhook

from jinan_credit.kernel import clock
from tests.exchange.conftest import RECEIVER

Reply = tuple[int, Any]
ONE_RECEIVER_FOR_ALL = hypothesis.HealthCheck.function_scoped_fixture

json_values = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=5),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from(["list", "from", "to", "changes", "seq", "id", "version", "op", "entry"]), inner
        )
    ),
    max_leaves=8,
)


@pytest.fixture
def alone(sample: ModuleType, tmp_path: Path) -> Iterator[Any]:
    """The sample receiver with a secret, and nobody who registered it."""
    copy = sample.Copy(tmp_path / "alone.sqlite3")
    copy.keep("secret", "whsec_" + "C" * 43 + "=")
    receiver = sample.Receiver(("127.0.0.1", 0), copy, sample.Resync(copy, None))
    receiver.url = f"http://127.0.0.1:{receiver.server_address[1]}/"
    threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True).start()
    yield receiver
    receiver.stop()


def sign(receiver: Any, message_id: str, raw: bytes, *, secret: str = "", age: int = 0) -> dict[str, str]:
    """Headers as a library for Standard Webhooks makes them, which knows nothing of the sample."""
    at = clock.now().replace(microsecond=0) - timedelta(seconds=age)
    webhook = Webhook(secret or receiver.copy.setting("secret").split()[0])
    signature = webhook.sign(message_id, at.astimezone(UTC), raw.decode())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def post(receiver: Any, message_id: str, raw: bytes, *, secret: str = "", age: int = 0, **changed: Any) -> Reply:
    return post_bare(receiver, raw, sign(receiver, message_id, raw, secret=secret, age=age) | changed)


def post_bare(receiver: Any, raw: bytes, headers: dict[str, str]) -> Reply:
    request = urllib.request.Request(receiver.url, data=raw, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def batch(first: int, *changes: Any, last: int | None = None, code: str = "TBLACK", epoch: str = "e") -> bytes:
    """A batch of changes; each gets the next number."""
    last = first + len(changes) if last is None else last
    numbered = [
        {"seq": seq, **change} if isinstance(change, dict) else change for seq, change in enumerate(changes, first + 1)
    ]
    data = {"list": code, "from": f"{epoch}:{first}", "to": f"{epoch}:{last}", "changes": numbered}
    return json.dumps({"type": "list.changes", "data": data}, ensure_ascii=True).encode()


def upsert(entry_id: str, version: int = 1) -> dict[str, Any]:
    return {"op": "upsert", "id": entry_id, "version": version, "entry": {"name": "试"}}


def remove(entry_id: str, version: int = 1) -> dict[str, Any]:
    return {"op": "remove", "id": entry_id, "version": version}


def look(receiver: Any, path: str, **headers: str) -> Reply:
    try:
        with urllib.request.urlopen(urllib.request.Request(receiver.url + path, headers=headers), timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {}


def chunked(receiver: Any, raw: bytes) -> bytes:
    headers = {"Host": "x", "Transfer-Encoding": "chunked", **sign(receiver, "chunked", raw)}
    lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    pieces = (raw[start : start + 700] for start in range(0, len(raw), 700))
    body = b"".join(b"%x;note=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body + b"0\r\nTrailer: x\r\n\r\n"


def talk(receiver: Any, sent: bytes) -> list[int]:
    """Send bytes, end, and read until the other side is done: the statuses that it answered."""
    with socket.create_connection(receiver.server_address, timeout=5) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        got = bytearray()
        while piece := client.recv(65536):
            got += piece
    return [int(status) for status in re.findall(rb"^HTTP/1.1 (\d+) ", got, re.MULTILINE)]


class TestTrust:
    def test_what_is_forged_old_or_unreadable_is_refused(self, alone: Any) -> None:
        raw = batch(0)
        assert post(alone, "a", raw)[0] == 200
        assert post(alone, "b", raw, **{"webhook-signature": "v1,AAAA"})[0] == 401
        assert post(alone, "c", raw, **{"webhook-timestamp": "1000"})[0] == 401
        assert post(alone, "d", raw, **{"webhook-timestamp": "soon"})[0] == 401
        assert post(alone, "e", b"not json")[0] == 400
        assert post(alone, "f", b"[" * 100_000)[0] == 400

    @pytest.mark.parametrize(("age", "status"), [(290, 200), (310, 401), (-290, 200), (-310, 401)])
    def test_clocks_may_differ_by_five_minutes_in_either_direction(self, alone: Any, age: int, status: int) -> None:
        assert post(alone, "a", batch(0), age=age)[0] == status

    def test_any_of_several_keys_fits_any_of_several_signatures(self, alone: Any) -> None:
        old, new, foreign = ("whsec_" + letter * 43 + "=" for letter in "ACE")
        alone.copy.keep("secret", f"{old} {new}")
        raw = batch(0)
        for secret in (old, new):
            assert post(alone, "a", raw, secret=secret)[0] == 200
        assert post(alone, "a", raw, secret=foreign)[0] == 401
        both = " ".join(sign(alone, "a", raw, secret=secret)["webhook-signature"] for secret in (foreign, new))
        assert post(alone, "a", raw, **{"webhook-signature": both})[0] == 200

    def test_the_challenge_is_answered_before_there_is_a_secret_only(self, alone: Any) -> None:
        raw = b'{"type": "endpoint.challenge", "data": {"token": "x"}}'
        assert post_bare(alone, raw, {})[0] == 401
        alone.copy.keep("secret", "")
        assert post_bare(alone, raw, {}) == (200, {"token": "x"})
        assert post_bare(alone, batch(0), {})[0] == 401
        assert post_bare(alone, raw + b" " * 5_000, {})[0] == 401


class TestBounds:
    """Whatever a client sends or leaves unsent, it is read within bounds, and the next one is served."""

    def test_what_is_too_large_is_413_also_when_it_comes_in_chunks(
        self, alone: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sample, "LARGEST_BODY", 10_000)
        fits, large = batch(0), batch(0) + b" " * 10_000
        assert post(alone, "a", large)[0] == 413
        assert talk(alone, chunked(alone, large)) == [413]
        assert talk(alone, chunked(alone, fits)) == [200]
        assert alone.copy.position("TBLACK") == "e:0"

    def test_a_flood_is_cut_off(self, alone: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sample, "LARGEST_BODY", 1_000)
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
        assert talk(alone, head + b" " * 5_000) == [413]

    def test_a_gzip_bomb_is_413(self, alone: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sample, "LARGEST_BODY", 100_000)
        assert self._post_packed(alone, gzip.compress(b" " * 50_000_000, 9)) == 413
        assert self._post_packed(alone, gzip.compress(batch(0))) == 200

    @pytest.mark.parametrize("spoil", [lambda packed: packed[:-9], lambda packed: packed * 2, lambda packed: b"\x1fx"])
    def test_what_is_not_one_whole_gzip_is_400(self, alone: Any, spoil: Callable[[bytes], bytes]) -> None:
        assert self._post_packed(alone, spoil(gzip.compress(batch(0)))) == 400

    def test_another_packing_is_415(self, alone: Any) -> None:
        assert post(alone, "a", batch(0), **{"Content-Encoding": "br"})[0] == 415

    def _post_packed(self, receiver: Any, packed: bytes) -> int:
        key = base64.b64decode(receiver.copy.setting("secret").removeprefix("whsec_"))
        at = str(int(clock.now().timestamp()))
        mac = hmac.digest(key, f"g.{at}.".encode() + packed, "sha256")
        signature = f"v1,{base64.b64encode(mac).decode()}"
        signed = {"webhook-id": "g", "webhook-timestamp": at, "webhook-signature": signature}
        return post_bare(receiver, packed, signed | {"Content-Encoding": "gzip"})[0]

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ("", 411),
            ("Content-Length: -1", 400),
            ("Content-Length: many", 400),
            ("Content-Length: 5\r\nContent-Length: 6", 400),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
            ("Transfer-Encoding: gzip", 400),
            ("Transfer-Encoding: chunked", 400),
        ],
    )
    def test_a_body_without_a_clear_length(self, alone: Any, headers: str, status: int) -> None:
        head = "\r\n".join(("POST / HTTP/1.1", "Host: x", *headers.split("\r\n"))).rstrip()
        assert talk(alone, f"{head}\r\n\r\nhello\r\n".encode()) == [status]
        assert post(alone, "a", batch(0))[0] == 200

    def test_a_client_that_drips_is_left(self, alone: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sample, "BODY_SECONDS", 0.4)
        with socket.create_connection(alone.server_address, timeout=5) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
            begun = time.monotonic()
            with contextlib.suppress(OSError):
                while time.monotonic() - begun < 5:
                    client.sendall(b" ")
                    time.sleep(0.05)
        assert time.monotonic() - begun < 3
        assert post(alone, "a", batch(0))[0] == 200

    def test_more_clients_than_places(self, alone: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sample, "IDLE_SECONDS", 0.5)
        idle = [socket.create_connection(alone.server_address, timeout=5) for _ in range(sample.CONNECTIONS + 5)]
        assert post(alone, "a", batch(0))[0] == 200
        for client in idle:
            client.close()


class TestContent:
    def test_a_change_that_cannot_be_read_is_told_and_the_others_are_taken(self, alone: Any) -> None:
        strange: list[Any] = [
            upsert("") | {"id": 5},
            upsert("a") | {"version": "one"},
            upsert("a") | {"version": True},
            upsert("a") | {"version": 2**70},
            upsert("a") | {"op": "merge"},
            upsert("a") | {"entry": None},
            upsert("a") | {"entry": {"name": "\ud800"}},
            {},
        ]
        raw = batch(0, upsert("x"), *strange, upsert("y"))
        status, answer = post(alone, "a", raw)
        assert status == 422
        assert [row["seq"] for row in answer["rejected"]] == list(range(2, 2 + len(strange)))
        assert {row["code"] for row in answer["rejected"]} == {"id", "version", "op", "entry"}
        assert alone.copy.digest("TBLACK")[0] == 2
        assert post(alone, "a", raw) == (status, answer), "a lost answer comes again as it was"
        assert post(alone, "b", batch(10, upsert("z")))[0] == 200

    def test_set_back_by_hand_it_takes_the_stretch_again(self, alone: Any) -> None:
        assert post(alone, "a", batch(0, upsert("x"), {**upsert("y"), "op": "?"}))[0] == 422
        with alone.copy._transaction() as db:
            db.execute("UPDATE cursor SET seq = 0")
        assert post(alone, "b", batch(2, upsert("z"))) == (409, {"expected": "e:0"})
        assert post(alone, "a", batch(0, upsert("x"), upsert("y")))[0] == 200
        assert alone.copy.digest("TBLACK")[0] == 2

    @pytest.mark.parametrize(
        "data",
        [
            None,
            [],
            {},
            {"list": "../x", "from": "e:0", "to": "e:0", "changes": []},
            {"list": "L", "from": "e:0", "to": "f:1", "changes": []},
            {"list": "L", "from": "e:2", "to": "e:1", "changes": []},
            {"list": "L", "from": "e:-1", "to": "e:1", "changes": []},
            {"list": "L", "from": 0, "to": 1, "changes": []},
            {"list": "L", "from": "e:0", "to": "e:1", "changes": {}},
            {"list": "L", "from": "e:0", "to": "e:1", "changes": [7]},
            {"list": "L", "from": "e:0", "to": "e:1", "changes": [{"seq": 2, **upsert("a")}]},
        ],
    )
    def test_a_batch_that_makes_no_sense_is_400(self, alone: Any, data: Any) -> None:
        assert post(alone, "a", json.dumps({"type": "list.changes", "data": data}).encode())[0] == 400
        assert alone.copy.lists() == []

    @hypothesis.given(json_values)
    @hypothesis.settings(max_examples=60, deadline=None, suppress_health_check=[ONE_RECEIVER_FOR_ALL])
    def test_nothing_that_is_signed_breaks_it(self, alone: Any, value: Any) -> None:
        for message in (value, {"type": "list.changes", "data": value}, {"type": "list.ended", "data": value}):
            assert post(alone, "a", json.dumps(message).encode())[0] in (200, 400, 409, 422)

    def test_a_kind_that_is_not_known_is_acknowledged(self, alone: Any) -> None:
        assert post(alone, "a", b'{"type": "list.renamed", "data": {"list": "TBLACK"}}') == (200, {})

    def test_an_older_version_that_comes_late_changes_nothing(self, alone: Any) -> None:
        for seq, change in enumerate((upsert("x"), remove("x", 3), upsert("x", 2))):
            assert post(alone, f"m{seq}", batch(seq, change))[0] == 200
        assert alone.copy.digest("TBLACK")[0] == 0

    def test_numbers_that_the_feed_no_longer_holds_may_be_missing(self, alone: Any) -> None:
        assert post(alone, "a", batch(0, upsert("x"), last=500)) == (200, {"acked": "e:500"})

    def test_a_gap_is_answered_with_the_position(self, alone: Any) -> None:
        assert post(alone, "a", batch(7, upsert("x"))) == (409, {"expected": "e:0"})
        assert post(alone, "b", batch(0, upsert("x")))[0] == 200
        assert post(alone, "c", batch(7, upsert("x"))) == (409, {"expected": "e:1"})
        assert post(alone, "d", batch(0, upsert("y"), epoch="f")) == (409, {"expected": "e:1"})

    def test_a_list_that_ended_is_deleted_and_may_begin_anew(self, alone: Any) -> None:
        ended = b'{"type": "list.ended", "timestamp": "", "data": {"list": "TBLACK"}}'
        raw = batch(0, upsert("x"))
        post(alone, "a", raw)
        post(alone, "b", batch(0, upsert("x"), code="OTHER"))
        for _ in range(2):
            assert post(alone, "end", ended)[0] == 200
            assert alone.copy.lists() == ["OTHER"]
        assert post(alone, "a", raw) == (200, {"acked": "e:1"}), "the same message id, and it counts"
        assert alone.copy.digest("TBLACK")[0] == 1

    def test_message_ids_are_forgotten_after_a_week(self, alone: Any, sample: ModuleType) -> None:
        post(alone, "a", batch(0, upsert("x")))
        with time_machine.travel(clock.now() + timedelta(days=8)):
            post(alone, "b", batch(1, upsert("y")))
        with alone.copy._reading() as db:
            assert db.execute("SELECT id FROM answered").fetchall() == [("b",)]

    def test_a_copy_that_cannot_be_written_asks_for_patience(self, alone: Any) -> None:
        with alone.copy._transaction() as db:
            db.execute("DROP TABLE entry")
        assert post(alone, "a", batch(0, upsert("x")))[0] == 503
        assert alone.copy.position("TBLACK") is None


class TestLooking:
    def test_the_digest_is_for_this_machine(self, alone: Any) -> None:
        post(alone, "a", batch(0, upsert("x")))
        status, digest = look(alone, "digest/TBLACK")
        assert (status, digest["at"], digest["count"], len(digest["buckets"])) == (200, "e:1", 1, 256)
        assert look(alone, "digest/NONE")[0] == 404
        assert look(alone, "digest/../setting")[0] == 404
        assert look(alone, "digest/TBLACK", **{"X-Forwarded-For": "8.8.8.8"})[0] == 404


def test_a_port_in_use_is_said_in_one_line(alone: Any, tmp_path: Path) -> None:
    port = str(alone.server_address[1])
    second = subprocess.run(
        [sys.executable, RECEIVER, "--port", port, "--data", tmp_path / "second.sqlite3"],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}: ")
    assert len(second.stderr.splitlines()) == 1
