#!/usr/bin/env python3
"""A sample of a unit's own receiver: keeps a copy of the lists, pushed to it by Jinan Credit, in SQLite.

It needs nothing but Python 3.11 and `standardwebhooks`. Read `README.md` first; then, from the top:

    Copy        the unit's copy: applies a batch in one transaction, only versions newer than what it holds
    Service     the REST side: token, registration, snapshot, digest
    Resync      loads a snapshot in the background after the list began a new epoch
    Handler     the HTTP side: challenge, signature, answer
"""

import argparse
import base64
import gzip
import hashlib
import json
import os
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST_BODY = 32 * 1024 * 1024
RETRY_SECONDS = 2

SCHEMA = """
CREATE TABLE IF NOT EXISTS cursor (list TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    list TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT, -- NULL: removed
    PRIMARY KEY (list, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

UPSERT = """
INSERT INTO entry (list, id, version, body) VALUES (?, ?, ?, ?)
ON CONFLICT (list, id) DO UPDATE SET version = excluded.version, body = excluded.body
WHERE excluded.version > entry.version
"""


class WrongPlace(Exception):
    """A batch does not begin where this copy ends. `expected` is where it ends."""

    def __init__(self, expected: str) -> None:
        self.expected = expected


class Copy:
    """The copy of the lists. Position, entries and seen messages change together or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        with self._transaction() as db:
            db.executescript(SCHEMA)
        path.chmod(0o600)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=30)
        try:
            with self._writing, db:
                db.execute("PRAGMA journal_mode = WAL")
                yield db
        finally:
            db.close()

    def apply(self, message_id: str, data: dict[str, Any]) -> str:
        """Apply a batch; gives the position that the copy then has. A message seen before changes nothing."""
        code = data["list"]
        with self._transaction() as db:
            held = self._position(db, code)
            if held is not None and db.execute("SELECT 1 FROM message WHERE id = ?", [message_id]).fetchone():
                return held
            if held is None and data["from"].endswith(":0"):
                held = data["from"]
            if held != data["from"]:
                raise WrongPlace(held or f"{data['from'].partition(':')[0]}:0")
            rows = [(code, change["id"], change["version"], _body_of(change)) for change in data["changes"]]
            db.executemany(UPSERT, rows)
            self._move(db, code, data["to"])
            db.execute("INSERT OR REPLACE INTO message (id, at) VALUES (?, ?)", [message_id, time.time()])
            db.execute("DELETE FROM message WHERE at < ?", [time.time() - 7 * 86400])
        return str(data["to"])

    def replace(self, code: str, position: str, lines: Iterator[dict[str, Any]]) -> int:
        """Put a snapshot in the place of what the copy holds of a list."""
        with self._transaction() as db:
            db.execute("DELETE FROM entry WHERE list = ?", [code])
            rows = (
                (code, line["id"], line["version"], json.dumps(line["entry"], ensure_ascii=False)) for line in lines
            )
            count = db.executemany(UPSERT, rows).rowcount
            self._move(db, code, position)
        return count

    def position(self, code: str) -> str | None:
        with self._transaction() as db:
            return self._position(db, code)

    def lists(self) -> list[str]:
        with self._transaction() as db:
            return [row[0] for row in db.execute("SELECT list FROM cursor ORDER BY list")]

    def digest(self, code: str) -> tuple[int, list[str]]:
        """Number of entries and 256 sums, computed as the service computes its own."""
        sums, count = [0] * 256, 0
        with self._transaction() as db:
            rows = db.execute("SELECT id, version FROM entry WHERE list = ? AND body IS NOT NULL", [code])
            for entry_id, version in rows:
                bucket = hashlib.sha256(entry_id.encode()).digest()[0]
                sums[bucket] += int.from_bytes(hashlib.sha256(f"{entry_id}:{version}".encode()).digest())
                count += 1
        return count, [f"{value % 2**256:064x}" for value in sums]

    def setting(self, name: str) -> str:
        with self._transaction() as db:
            row = db.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
        return str(row[0]) if row else ""

    def keep(self, name: str, value: str) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", [name, value])

    def _position(self, db: sqlite3.Connection, code: str) -> str | None:
        row = db.execute("SELECT epoch, seq FROM cursor WHERE list = ?", [code]).fetchone()
        return f"{row[0]}:{row[1]}" if row else None

    def _move(self, db: sqlite3.Connection, code: str, position: str) -> None:
        epoch, _, seq = position.partition(":")
        db.execute("INSERT OR REPLACE INTO cursor (list, epoch, seq) VALUES (?, ?, ?)", [code, epoch, int(seq)])


def _body_of(change: dict[str, Any]) -> str | None:
    return json.dumps(change["entry"], ensure_ascii=False) if change["op"] == "upsert" else None


class Service:
    """Jinan Credit as this unit's client sees it."""

    def __init__(self, base: str, client_id: str, client_secret: str) -> None:
        self._base = base.rstrip("/")
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._token, self._token_until = "", 0.0

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        with self.open(method, path, body) as answer:
            return json.loads(answer.read() or b"null")

    def open(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        request = urllib.request.Request(
            self._base + path,
            data=json.dumps(body).encode() if body is not None else None,
            method=method,
            headers={"Authorization": f"Bearer {self._fresh_token()}", "Content-Type": "application/json", **headers},
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
    def snapshot(self, path: str) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
        """The position of a snapshot and its lines, read as they come."""
        with self.open("GET", path, **{"Accept-Encoding": "gzip"}) as answer:
            unpacked = gzip.GzipFile(fileobj=answer) if answer.headers.get("Content-Encoding") == "gzip" else answer
            yield answer.headers["Feed-Cursor"], (json.loads(line) for line in unpacked)

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


class Resync:
    """Loads snapshots in the background: one may take longer than a push waits for its answer."""

    def __init__(self, copy: Copy, service: Service | None) -> None:
        self._copy, self._service = copy, service
        self._loading: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def is_done(self, data: dict[str, Any]) -> bool:
        """Whether the copy is of the new epoch already; if not, a load is under way from now on."""
        code, epoch = data["list"], data["epoch"]
        if (self._copy.position(code) or "").startswith(f"{epoch}:"):
            return True
        with self._lock:
            if (code, epoch) not in self._loading:
                self._loading.add((code, epoch))
                threading.Thread(target=self._load, args=(code, epoch, data["snapshot"]), daemon=True).start()
        return False

    def _load(self, code: str, epoch: str, path: str) -> None:
        try:
            if self._service is None:
                raise RuntimeError("without --base and credentials no snapshot can be loaded")
            with self._service.snapshot(path) as (position, lines):
                count = self._copy.replace(code, position, lines)
            say(f"{code}: loaded a snapshot of {count} entries, now at {position}")
        except Exception as error:  # noqa: BLE001 - whatever it was, the next list.resync tries again
            say(f"{code}: the snapshot could not be loaded, to be tried again: {error}")
        finally:
            with self._lock:
                self._loading.discard((code, epoch))


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], copy: Copy, resync: Resync) -> None:
        super().__init__(address, Handler)
        self.copy, self.resync = copy, resync
        self.is_registering = False


class Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "-1"))
        if not 0 <= size <= LARGEST_BODY:
            self.close_connection = True
            self._answer(413, {"error": "too large"})
            return
        raw = self.rfile.read(size)
        try:
            self._take(raw)
        except WebhookVerificationError as error:
            self._answer(401, {"error": str(error)})
        except WrongPlace as error:
            self._answer(409, {"expected": error.expected})
        except (ValueError, KeyError, TypeError) as error:
            self._answer(400, {"error": f"cannot be read: {error}"})

    def _take(self, raw: bytes) -> None:
        message = json.loads(raw)
        if message["type"] == "endpoint.challenge":
            # The only message that is not signed: it is answered only while this program registers itself.
            if self.server.is_registering:
                self._answer(200, {"token": message["data"]["token"]})
            else:
                self._answer(403, {"error": "not registering"})
            return

        self._verify(raw)
        data = message["data"]
        if message["type"] == "list.changes":
            self._answer(200, {"acked": self.server.copy.apply(self.headers["webhook-id"], data)})
        elif message["type"] != "list.resync":
            self._answer(400, {"error": f"unknown type {message['type']!r:.40}"})
        elif self.server.resync.is_done(data):
            self._answer(200, {"acked": self.server.copy.position(data["list"])})
        else:
            self._answer(503, {"error": "loading the snapshot"}, **{"Retry-After": str(RETRY_SECONDS)})

    def _verify(self, raw: bytes) -> None:
        """Signature and age (five minutes). Raises WebhookVerificationError."""
        secret = self.server.copy.setting("secret")
        if not secret:
            raise WebhookVerificationError("no signing secret yet")
        Webhook(secret).verify(raw, dict(self.headers), json_parse=False)

    def _answer(self, status: int, body: dict[str, Any], **headers: str) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Requests are not logged: the service keeps a log of its attempts."""


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
    parser.add_argument("--secret", default=env("RECEIVER_SECRET", ""), help="signing secret, when registered by hand")
    parser.add_argument("--register", action="store_true", help="register this address with the service")
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


def main() -> None:
    arguments = read_arguments()
    service = make_service(arguments)
    copy = Copy(arguments.data)
    if arguments.secret:
        copy.keep("secret", arguments.secret)
    if (arguments.compare or arguments.register) and service is None:
        raise SystemExit("--compare and --register need --base and credentials.")
    if arguments.compare and service is not None:
        raise SystemExit(0 if compare(copy, service) else 1)

    receiver = Receiver((arguments.host, arguments.port), copy, Resync(copy, service))
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    port = receiver.server_address[1]
    say(f"Listening on {arguments.host}:{port}.")
    if arguments.register and service is not None:
        url = arguments.url or f"http://{arguments.host}:{port}/"
        register(receiver, copy, service, url, auto_sign=arguments.auto_sign)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        receiver.shutdown()


if __name__ == "__main__":
    main()
