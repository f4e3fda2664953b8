#!/usr/bin/env python3
"""A sample of a unit's own receiver: keeps a copy of the lists, pushed to it by Jinan Credit, in SQLite.

It needs nothing but Python 3.11. Read `README.md` first; then, from the top:

    Batch       what a message carries, read with distrust
    Copy        the unit's copy: applies a batch in one transaction, only versions newer than what it holds
    verify      signature and age of a message
    Service     the REST side: token, registration, snapshot, digest
    Resync      loads a snapshot in the background when the list is to be started anew
    Handler     the HTTP side: a request read within bounds, an answer that says where the copy stands
"""

import argparse
import base64
import binascii
import gzip
import hashlib
import hmac
import io
import ipaddress
import json
import os
import re
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self, TypeGuard

LARGEST_BODY = 16 * 1024 * 1024
"""As sent and as unpacked. What is larger gets 413, and comes again in halves."""
LARGEST_CHALLENGE = 4096
CLOCK_SKEW = 5 * 60
IDLE_SECONDS, BODY_SECONDS, ANSWER_SECONDS = 60, 20, 10
CONNECTIONS = 128
MESSAGES_KEPT = 7 * 86400
RETRY = {"Retry-After": "2"}
SNAPSHOT_IS_NEW = 10 * 60
STOP_WITHIN = 10
LARGEST_NUMBER = 2**63

# What comes -------------------------------------------------------------------------------------------------------


class Refusal(Exception):
    """What the receiver answers instead of taking a message."""

    def __init__(self, status: int, *, headers: dict[str, str] | None = None, **body: Any) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers or {}


def unreadable(why: str) -> Refusal:
    return Refusal(400, error=why)


class WrongPlace(Refusal):
    """A batch does not begin where this copy ends. `expected` is where it ends."""

    def __init__(self, expected: str) -> None:
        super().__init__(409, expected=expected)
        self.expected = expected


Row = tuple[str, int, str | None]
"""Id, version, and the entry as JSON; None when it was removed."""


@dataclass
class Batch:
    """The changes of one message. Single ones that make no sense are told apart, not a reason to stop the list."""

    code: str
    start: str
    end: str
    rows: list[Row] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, data: Any) -> Self:
        """Refusal: 400 when list, positions or numbers of the changes cannot be read."""
        batch = cls(read_code(data), read_position(data, "from"), read_position(data, "to"))
        (epoch, first), (last_epoch, last) = split(batch.start), split(batch.end)
        changes = data.get("changes")
        if epoch != last_epoch or first > last or not isinstance(changes, list):
            raise unreadable("from, to and changes do not fit")
        for change in changes:
            seq = change.get("seq") if isinstance(change, dict) else None
            if not (is_number(seq) and first < seq <= last):
                raise unreadable("a change stands outside of from and to")
            batch._add(seq, change)
        return batch

    def _add(self, seq: int, change: dict[str, Any]) -> None:
        entry_id, version, op, entry = (change.get(name) for name in ("id", "version", "op", "entry"))
        if not (isinstance(entry_id, str) and 0 < len(entry_id) <= 64 and is_text(entry_id)):
            self._reject(seq, "id", "no id")
        elif not (is_number(version) and version > 0):
            self._reject(seq, "version", "no version")
        elif op == "remove":
            self.rows.append((entry_id, version, None))
        elif op != "upsert":
            self._reject(seq, "op", "neither upsert nor remove")
        elif not (isinstance(entry, dict) and is_text(body := json.dumps(entry, ensure_ascii=False))):
            self._reject(seq, "entry", "no entry that can be stored")
        else:
            self.rows.append((entry_id, version, body))

    def _reject(self, seq: int, code: str, message: str) -> None:
        self.rejected.append({"seq": seq, "code": code, "message": message})


def read_code(data: Any) -> str:
    code = data.get("list") if isinstance(data, dict) else None
    if not (isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,32}", code)):
        raise unreadable("no list")
    return code


def read_position(data: dict[str, Any], name: str) -> str:
    position = data.get(name)
    if not (isinstance(position, str) and re.fullmatch(r"[A-Za-z0-9]{1,8}:[0-9]{1,18}", position)):
        raise unreadable(f"{name} is no position")
    return position


def split(position: str) -> tuple[str, int]:
    epoch, _, seq = position.partition(":")
    return epoch, int(seq)


def is_reached(held: str | None, end: str) -> bool:
    """A message seen before has its effect only while the copy stands where it led: a list may have begun anew."""
    return held is not None and split(held)[0] == split(end)[0] and split(held)[1] >= split(end)[1]


def follows(held: str | None, start: str) -> bool:
    """No gap before the batch. What it repeats, because somebody asked for it again, has no effect by its versions."""
    return split(start)[1] == 0 if held is None else is_reached(held, start)


def is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < LARGEST_NUMBER


def is_text(value: str) -> bool:
    """Whether it can be written as UTF-8: JSON may carry halves of surrogate pairs."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def unpack(raw: bytes, encoding: str) -> bytes:
    """Refusals: 413 when it unpacks to more than LARGEST_BODY, 415 for another packing than gzip, 400."""
    if encoding in ("", "identity"):
        return raw
    if encoding != "gzip":
        raise Refusal(415, error=f"{encoding:.40} is not understood")
    packed = zlib.decompressobj(31)
    try:
        body = packed.decompress(raw, LARGEST_BODY + 1)
    except zlib.error as error:
        raise unreadable("not gzip") from error
    if len(body) > LARGEST_BODY:
        raise Refusal(413, error="unpacks to too much")
    if not packed.eof or packed.unused_data:
        raise unreadable("not one whole gzip")
    return body


def parse(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise unreadable("not JSON") from error
    if not (isinstance(message, dict) and isinstance(message.get("type"), str)):
        raise unreadable("not a message")
    return message


# The copy ---------------------------------------------------------------------------------------------------------

SCHEMA = """
CREATE TABLE IF NOT EXISTS cursor (list TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    list TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT, -- NULL: removed
    PRIMARY KEY (list, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answered (
    id TEXT PRIMARY KEY, at REAL NOT NULL, position TEXT NOT NULL, rejected TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answered_by_time ON answered (at);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

UPSERT = """
INSERT INTO entry (list, id, version, body) VALUES (?, ?, ?, ?)
ON CONFLICT (list, id) DO UPDATE SET version = excluded.version, body = excluded.body
WHERE excluded.version > entry.version
"""


class Copy:
    """The copy of the lists. Position, entries and seen messages change together or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        path.touch(mode=0o600)
        path.chmod(0o600)
        with self._reading() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(SCHEMA)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=30)
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing, self._reading() as db, db:
            db.execute("BEGIN IMMEDIATE")
            yield db

    def apply(self, message_id: str, batch: Batch) -> tuple[str, list[dict[str, Any]]]:
        """Apply a batch; gives the position reached and the changes rejected, the same again for a message seen before.

        Refusal: WrongPlace.
        """
        with self._transaction() as db:
            seen = db.execute("SELECT position, rejected FROM answered WHERE id = ?", [message_id]).fetchone()
            held = self._position(db, batch.code)
            if seen and is_reached(held, batch.end):
                return seen[0], json.loads(seen[1])
            if not follows(held, batch.start):
                raise WrongPlace(held or f"{split(batch.start)[0]}:0")
            db.executemany(UPSERT, ((batch.code, *row) for row in batch.rows))
            if not is_reached(held, batch.end):
                self._move(db, batch.code, batch.end)
            answered = (message_id, time.time(), batch.end, json.dumps(batch.rejected))
            db.execute("INSERT OR REPLACE INTO answered (id, at, position, rejected) VALUES (?, ?, ?, ?)", answered)
            db.execute("DELETE FROM answered WHERE at < ?", [time.time() - MESSAGES_KEPT])
        return batch.end, batch.rejected

    def replace(self, code: str, position: str, rows: Iterable[Row]) -> int:
        """Put a snapshot in the place of what the copy holds of a list."""
        with self._transaction() as db:
            db.execute("DELETE FROM entry WHERE list = ?", [code])
            count = db.executemany(UPSERT, ((code, *row) for row in rows)).rowcount
            self._move(db, code, position)
        return count

    def drop(self, code: str) -> None:
        """The list no longer concerns this unit: nothing of it stays."""
        with self._transaction() as db:
            db.execute("DELETE FROM entry WHERE list = ?", [code])
            db.execute("DELETE FROM cursor WHERE list = ?", [code])

    def position(self, code: str) -> str | None:
        with self._reading() as db:
            return self._position(db, code)

    def lists(self) -> list[str]:
        with self._reading() as db:
            return [row[0] for row in db.execute("SELECT list FROM cursor ORDER BY list")]

    def digest(self, code: str) -> tuple[int, list[str]]:
        """Number of entries and 256 sums, computed as the service computes its own."""
        return self._digest_at(code)[1:]

    def described(self, code: str) -> dict[str, Any] | None:
        """The digest as the service gives its own; None of a list that the copy does not hold."""
        position, count, buckets = self._digest_at(code)
        return {"list": code, "at": position, "count": count, "buckets": buckets} if position else None

    def _digest_at(self, code: str) -> tuple[str | None, int, list[str]]:
        sums, count = [0] * 256, 0
        with self._reading() as db:
            db.execute("BEGIN")
            position = self._position(db, code)
            rows = db.execute("SELECT id, version FROM entry WHERE list = ? AND body IS NOT NULL", [code])
            for entry_id, version in rows:
                bucket = hashlib.sha256(entry_id.encode()).digest()[0]
                sums[bucket] += int.from_bytes(hashlib.sha256(f"{entry_id}:{version}".encode()).digest())
                count += 1
        return position, count, [f"{value % 2**256:064x}" for value in sums]

    def setting(self, name: str) -> str:
        with self._reading() as db:
            row = db.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
        return str(row[0]) if row else ""

    def keep(self, name: str, value: str) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", [name, value])

    def _position(self, db: sqlite3.Connection, code: str) -> str | None:
        row = db.execute("SELECT epoch, seq FROM cursor WHERE list = ?", [code]).fetchone()
        return f"{row[0]}:{row[1]}" if row else None

    def _move(self, db: sqlite3.Connection, code: str, position: str) -> None:
        db.execute("INSERT OR REPLACE INTO cursor (list, epoch, seq) VALUES (?, ?, ?)", [code, *split(position)])


# The signature ----------------------------------------------------------------------------------------------------


def verify(secrets: list[str], headers: Any, raw: bytes, *, now: float) -> str:
    """Signature and age of a message, over the bytes as they came. Gives its id. Refusal: 401.

    Any key may fit any signature: while keys change hands there are two of either.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (message_id and len(message_id) <= 256 and re.fullmatch(r"[0-9]{1,12}", timestamp)):
        raise Refusal(401, error="not signed")
    if abs(now - int(timestamp)) > CLOCK_SKEW:
        raise Refusal(401, error="too old, or from the future: are both clocks right?")
    signed = f"{message_id}.{timestamp}.".encode() + raw
    wanted = [hmac.digest(key_of(secret), signed, "sha256") for secret in secrets]
    given = list(_signatures(headers.get("webhook-signature", "")))
    # All are compared, so that the time taken tells nothing.
    fits = [hmac.compare_digest(ours, theirs) for ours in wanted for theirs in given]
    if not any(fits):
        raise Refusal(401, error="no signature fits")
    return str(message_id)


def _signatures(header: str) -> Iterator[bytes]:
    for part in header.split()[:16]:
        version, _, encoded = part.partition(",")
        if version == "v1":
            try:
                yield base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                continue


def key_of(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


# The service ------------------------------------------------------------------------------------------------------


class Service:
    """Jinan Credit as this unit's client sees it."""

    def __init__(self, base: str, client_id: str, client_secret: str) -> None:
        self._base = base.rstrip("/")
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._token, self._token_until = "", 0.0

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        with self.open(method, path, body) as answer:
            return json.loads(answer.read() or b"null")

    def open(self, method: str, path: str, body: dict[str, Any] | None = None, *, accept: str = "identity") -> Any:
        """With a token that serves. One that was withdrawn before its end, by a restore say, is replaced once."""
        try:
            return self._open(method, path, body, accept)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
            self._token_until = 0.0
            return self._open(method, path, body, accept)

    def _open(self, method: str, path: str, body: dict[str, Any] | None, accept: str) -> Any:
        request = urllib.request.Request(
            self._base + path,
            data=json.dumps(body).encode() if body is not None else None,
            method=method,
            headers={
                "Authorization": f"Bearer {self._fresh_token()}",
                "Content-Type": "application/json",
                "Accept-Encoding": accept,
            },
        )
        return urllib.request.urlopen(request, timeout=60)

    def register(self, url: str, *, auto_sign: bool) -> str:
        """Tell the service where to push. Gives the signing secret."""
        answer = self.call("PUT", "/api/v1/endpoint/", {"url": url, "auto_sign": auto_sign})
        return str(answer["secret"])

    def registered_url(self) -> str:
        try:
            return str(self.call("GET", "/api/v1/endpoint/")["url"])
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return ""
            raise

    @contextmanager
    def snapshot(self, path: str) -> Iterator[tuple[str, Iterator[Row]]]:
        """The position of a snapshot and its entries. It is fetched whole before the first is given."""
        with tempfile.TemporaryFile() as kept:
            with self.open("GET", path, accept="gzip") as answer:
                position, count = answer.headers["Feed-Cursor"], int(answer.headers["Feed-Count"])
                unpacked = gzip.GzipFile(fileobj=answer) if answer.headers.get("Content-Encoding") == "gzip" else answer
                lines = sum(kept.write(line) > 0 for line in unpacked)
            if lines != count:
                raise OSError(f"the snapshot broke off: {lines} lines of {count}")
            kept.seek(0)
            yield position, (_row_of(json.loads(line)) for line in kept)

    def digest(self, code: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.call("GET", f"/api/v1/digest/{code}/")
        return answer

    def _fresh_token(self) -> str:
        if time.monotonic() > self._token_until:
            request = urllib.request.Request(
                self._base + "/o/token/",
                data=urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "feed"}).encode(),
                headers={"Authorization": f"Basic {self._basic}"},
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                granted = json.loads(answer.read())
            self._token, self._token_until = granted["access_token"], time.monotonic() + granted["expires_in"] - 60
        return self._token


def _row_of(line: dict[str, Any]) -> Row:
    return line["id"], line["version"], json.dumps(line["entry"], ensure_ascii=False)


class Resync:
    """Loads snapshots in the background: one may take longer than a push waits for its answer.

    A list is started anew when its epoch is over, and in the same epoch when the feed no longer holds the changes
    that this copy misses: only a snapshot loaded after the service asked for it counts.
    """

    def __init__(self, copy: Copy, service: Service | None) -> None:
        self._copy, self._service = copy, service
        self._loading: set[str] = set()
        self._loaded: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def is_done(self, code: str, epoch: str, path: str) -> bool:
        """Whether the snapshot that was asked for is loaded; if not, a load is under way from now on."""
        with self._lock:
            loaded_epoch, at = self._loaded.get(code, ("", 0.0))
            if loaded_epoch == epoch and time.monotonic() - at < SNAPSHOT_IS_NEW:
                return True
            if code not in self._loading:
                self._loading.add(code)
                threading.Thread(target=self._load, args=(code, path), daemon=True).start()
        return False

    def _load(self, code: str, path: str) -> None:
        try:
            if self._service is None:
                raise RuntimeError("without --base and credentials no snapshot can be loaded")
            with self._service.snapshot(path) as (position, rows):
                count = self._copy.replace(code, position, rows)
            self._loaded[code] = (split(position)[0], time.monotonic())
            say(f"{code}: loaded a snapshot of {count} entries, now at {position}")
        except Exception as error:  # noqa: BLE001 - whatever it was, the next list.resync tries again
            say(f"{code}: the snapshot could not be loaded, to be tried again: {error!r:.300}")
        finally:
            with self._lock:
                self._loading.discard(code)


# HTTP -------------------------------------------------------------------------------------------------------------


class Patient(io.RawIOBase):
    """Reads from a connection until a moment that is set before: a client that drips bytes gains nothing by it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._until = connection, 0.0

    def wait(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = CONNECTIONS

    def __init__(
        self, address: tuple[str, int], copy: Copy, resync: Resync, *, answers_challenges: bool = False
    ) -> None:
        super().__init__(address, Handler)
        self.copy, self.resync = copy, resync
        self.is_registering = False
        self._answers_challenges = answers_challenges
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        self._busy, self._changed = 0, threading.Condition()

    @property
    def awaits_challenge(self) -> bool:
        """The challenge is not signed: it is answered only before there is a secret, or when asked for."""
        return self.is_registering or self._answers_challenges or not self.copy.setting("secret")

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._places.acquire(timeout=1):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    @contextmanager
    def working(self) -> Iterator[None]:
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def stop(self) -> None:
        """Take nothing new, finish what is under way."""
        self.shutdown()
        with self._changed:
            self._changed.wait_for(lambda: self._busy == 0, timeout=STOP_WITHIN)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer on a kept connection waits for 40 ms

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._patient = Patient(self.connection)
        self.rfile = io.BufferedReader(self._patient)

    def handle_one_request(self) -> None:
        self._patient.wait(IDLE_SECONDS)
        super().handle_one_request()

    def do_POST(self) -> None:
        with self.server.working():
            self._patient.wait(BODY_SECONDS)
            self._answer(*self._outcome())

    def _outcome(self) -> tuple[int, dict[str, Any], dict[str, str]]:
        try:
            return (*self._take(self._body()), {})
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.headers
        except sqlite3.Error as error:
            say(f"the copy cannot be written: {error}")
            return 503, {"error": "the copy cannot be written now"}, RETRY
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - one message that was not foreseen stops no other
            say(f"a message could not be taken: {error!r:.300}")
            return 500, {"error": "could not be taken"}, {}

    def do_GET(self) -> None:
        """`/digest/LIST`, for whoever sits at this machine."""
        with self.server.working():
            found = re.fullmatch(r"/digest/([A-Za-z0-9_-]{1,32})/?", self.path)
            digest = self.server.copy.described(found[1]) if found and self._is_from_here else None
            self._answer(200 if digest else 404, digest or {"error": "nothing here"})

    @property
    def _is_from_here(self) -> bool:
        is_passed_on = any(name in self.headers for name in ("Forwarded", "X-Forwarded-For", "Via"))
        return ipaddress.ip_address(self.client_address[0]).is_loopback and not is_passed_on

    def _take(self, raw: bytes) -> tuple[int, dict[str, Any]]:
        if "webhook-signature" not in self.headers and self.server.awaits_challenge:
            return 200, {"token": self._challenge_token(raw)}
        secrets = self.server.copy.setting("secret").split()
        message_id = verify(secrets, self.headers, raw, now=time.time())
        message = parse(unpack(raw, self.headers.get("Content-Encoding", "").strip().lower()))
        data = message.get("data")
        match message["type"]:
            case "list.changes":
                position, rejected = self.server.copy.apply(message_id, Batch.read(data))
                return (422, {"rejected": rejected}) if rejected else (200, {"acked": position})
            case "list.resync":
                return 200, {"acked": self._started_anew(data)}
            case "list.ended":
                self.server.copy.drop(read_code(data))
        # What is not known yet is meant for receivers that know it.
        return 200, {}

    def _challenge_token(self, raw: bytes) -> str:
        message = parse(raw) if len(raw) <= LARGEST_CHALLENGE else {}
        data = message.get("data")
        token = data.get("token") if isinstance(data, dict) else None
        if message.get("type") != "endpoint.challenge" or not isinstance(token, str):
            raise Refusal(401, error="not signed")
        return token

    def _started_anew(self, data: Any) -> str | None:
        code, epoch, path = read_code(data), data.get("epoch"), data.get("snapshot")
        # A path, so that the token goes to no other host.
        if not (isinstance(epoch, str) and isinstance(path, str) and re.fullmatch(r"/[A-Za-z0-9/_.-]+", path)):
            raise unreadable("no epoch or no snapshot")
        if not self.server.resync.is_done(code, epoch, path):
            raise Refusal(503, error="loading the snapshot", headers=RETRY)
        return self.server.copy.position(code)

    # The body, within bounds

    def _body(self) -> bytes:
        """What was sent, up to LARGEST_BODY. Somewhat more is read and dropped, so that the 413 can be heard."""
        kept, size = bytearray(), 0
        try:
            for piece in self._pieces():
                size += len(piece)
                if size <= LARGEST_BODY:
                    kept += piece
                elif size > 4 * LARGEST_BODY:
                    self.close_connection = True
                    break
        except Refusal:
            self.close_connection = True
            raise
        if size > LARGEST_BODY:
            raise Refusal(413, error="too large")
        return bytes(kept)

    def _pieces(self) -> Iterator[bytes]:
        lengths = self.headers.get_all("Content-Length", [])
        length, coding = ",".join(lengths) or None, self.headers.get("Transfer-Encoding")
        if coding is not None:
            if coding.strip().lower() != "chunked" or length is not None:
                raise unreadable("Transfer-Encoding and Content-Length do not fit")
            yield from self._chunks()
        elif length is None:
            raise Refusal(411, error="neither Content-Length nor chunks")
        elif not re.fullmatch(r"[0-9]{1,15}", length):
            raise unreadable("no Content-Length")
        else:
            yield from self._exactly(int(length))

    def _chunks(self) -> Iterator[bytes]:
        while size := self._chunk_size():
            yield from self._exactly(size)
            if self.rfile.readline(3) != b"\r\n":
                raise unreadable("a chunk does not end")
        for _ in range(32):
            if self.rfile.readline(1024) in (b"\r\n", b"\n"):
                return
        raise unreadable("too many trailers")

    def _chunk_size(self) -> int:
        digits = self.rfile.readline(256).partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,12}", digits):
            raise unreadable("no chunk")
        return int(digits, 16)

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self.rfile.read1(min(size, 64 * 1024))
            if not piece:
                raise unreadable("the body broke off")
            size -= len(piece)
            yield piece

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.connection.settimeout(ANSWER_SECONDS)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Requests are not logged: the service keeps a log of its attempts."""


# The program ------------------------------------------------------------------------------------------------------


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def register(receiver: Receiver, copy: Copy, service: Service, url: str, *, auto_sign: bool) -> None:
    """Register unless it is done; the service may still be starting, so ask for a while."""
    for attempt in range(60):
        try:
            if copy.setting("secret") and service.registered_url() == url:
                say(f"Registered at {url} already.")
                return
            receiver.is_registering = True
            copy.keep("secret", service.register(url, auto_sign=auto_sign))
            say(f"Registered at {url}.")
            return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise SystemExit(f"Registration was refused: {error.code} {error.read().decode()[:500]}") from error
        except OSError as error:
            if attempt == 59:
                raise SystemExit(f"The service does not answer: {error}") from error
        finally:
            receiver.is_registering = False
        time.sleep(1)


def compare(copy: Copy, service: Service) -> bool:
    """Compare the copy with the service, list by list. True when all are equal."""
    all_equal = True
    for code in copy.lists():
        theirs = service.digest(code)
        count, buckets = copy.digest(code)
        at = copy.position(code)
        if at != theirs["at"]:
            verdict = f"behind: {at}, the list is at {theirs['at']}"
        elif buckets == theirs["buckets"] and count == theirs["count"]:
            verdict = f"equal: {count} entries at {at}"
        else:
            differing = sum(ours != theirs["buckets"][n] for n, ours in enumerate(buckets))
            verdict = f"DIFFERENT: {count} entries, the list has {theirs['count']}; {differing} of 256 buckets differ"
        all_equal = all_equal and verdict.startswith("equal")
        print(f"{code} {verdict}", flush=True)
    return all_equal


def read_arguments() -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(description="A sample receiver of Jinan Credit's push.")
    parser.add_argument("--host", default=env("RECEIVER_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(env("RECEIVER_PORT", "8100")))
    parser.add_argument("--data", type=Path, default=Path(env("RECEIVER_DATA", "receiver.sqlite3")), help="SQLite file")
    parser.add_argument("--url", default=env("RECEIVER_URL", ""), help="address as the service reaches it")
    parser.add_argument("--base", default=env("CREDIT_BASE", ""), help="the service, such as https://credit.example.cn")
    parser.add_argument(
        "--credentials",
        type=Path,
        default=None,
        help='JSON file {"client_id", "client_secret"}; or CREDIT_CLIENT_ID, _SECRET',
    )
    parser.add_argument(
        "--secret", action="append", help="signing secret, when registered by hand; while keys change hands, each"
    )
    parser.add_argument("--register", action="store_true", help="register this address with the service")
    parser.add_argument("--answer-challenges", action="store_true", help="also when there is a secret already")
    parser.add_argument(
        "--auto-sign", action="store_true", help="with --register: acknowledged counts as signed (签收)"
    )
    parser.add_argument("--compare", action="store_true", help="compare the copy with the service, then end")
    return parser.parse_args()


def make_service(arguments: argparse.Namespace) -> Service | None:
    if arguments.credentials:
        found = json.loads(arguments.credentials.read_text(encoding="utf-8"))
        client_id, client_secret = found["client_id"], found["client_secret"]
    else:
        client_id, client_secret = os.environ.get("CREDIT_CLIENT_ID", ""), os.environ.get("CREDIT_CLIENT_SECRET", "")
    return Service(arguments.base, client_id, client_secret) if arguments.base and client_id else None


def keep_secrets(copy: Copy, given: list[str]) -> None:
    for secret in given:
        try:
            key_of(secret)
        except binascii.Error as error:
            raise SystemExit("A signing secret is written whsec_ and base64.") from error
    if given:
        copy.keep("secret", " ".join(given))


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = read_arguments()
    service = make_service(arguments)
    copy = Copy(arguments.data)
    keep_secrets(copy, arguments.secret or os.environ.get("RECEIVER_SECRET", "").split())
    if (arguments.compare or arguments.register) and service is None:
        raise SystemExit("--compare and --register need --base and credentials.")
    if arguments.compare and service is not None:
        raise SystemExit(0 if compare(copy, service) else 1)

    address = (arguments.host, arguments.port)
    try:
        receiver = Receiver(address, copy, Resync(copy, service), answers_challenges=arguments.answer_challenges)
    except OSError as error:
        raise SystemExit(f"Cannot listen on {arguments.host}:{arguments.port}: {error.strerror}.") from error
    threading.Thread(target=receiver.serve_forever, args=(0.1,), daemon=True).start()
    port = receiver.server_address[1]
    say(f"Listening on {arguments.host}:{port}.")
    try:
        if arguments.register and service is not None:
            url = arguments.url or f"http://{arguments.host}:{port}/"
            register(receiver, copy, service, url, auto_sign=arguments.auto_sign)
        threading.Event().wait()
    except KeyboardInterrupt:
        receiver.stop()


if __name__ == "__main__":
    main()
