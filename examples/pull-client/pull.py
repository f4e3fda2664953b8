#!/usr/bin/env python3
"""Follow a list without being pushed to: fetch the feed, keep a copy in SQLite, say how far it is, compare.

For a unit whose system cannot be reached from outside. It needs nothing but Python 3.11:

    CREDIT_CLIENT_ID=… CREDIT_CLIENT_SECRET=… python3 pull.py --base https://credit.example.cn --list SXBZXR
"""

import argparse
import base64
import hashlib
import http.client
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

say = partial(print, flush=True)
WAIT_SECONDS = 30
RETRY_SECONDS = 5

SCHEMA = """
CREATE TABLE IF NOT EXISTS cursor (list TEXT PRIMARY KEY, position TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (list TEXT, id TEXT, version INTEGER NOT NULL, body TEXT, PRIMARY KEY (list, id));
"""

UPSERT = """
INSERT INTO entry (list, id, version, body) VALUES (?, ?, ?, ?)
ON CONFLICT (list, id) DO UPDATE SET version = excluded.version, body = excluded.body
WHERE excluded.version > entry.version
"""


class Gone(Exception):
    """The feed cannot be followed from where the copy stands. Carries the address of the snapshot."""


class Service:
    """Jinan Credit as this unit's client sees it."""

    def __init__(self, base: str, client_id: str, client_secret: str) -> None:
        self._base = base.rstrip("/")
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._token, self._token_until = "", 0.0

    def feed(self, code: str, since: str | None, wait: int) -> dict[str, Any]:
        """The next changes; waits for them. Without a position the service gives those after the last acknowledged."""
        query = {"limit": "500", "wait": str(wait)} | ({"since": since} if since else {})
        try:
            with self.open(f"/api/v1/feed/{code}/?{urllib.parse.urlencode(query)}") as answer:
                return dict(json.loads(answer.read())["data"])
        except urllib.error.HTTPError as error:
            if error.code == 410:
                raise Gone(json.loads(error.read())["snapshot"]) from error
            if error.code == 404:
                raise SystemExit(f"{code} does not concern this unit, or no longer: then delete the copy.") from error
            raise

    def acknowledge(self, code: str, position: str) -> None:
        """Without this the coordinator sees the unit as behind."""
        self.open(f"/api/v1/feed/{code}/ack/", {"cursor": position}).close()

    def open(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """With a token that serves. One that was withdrawn before its end, by a restore say, is replaced once."""
        try:
            return self._open(path, body)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
            self._token_until = 0.0
            return self._open(path, body)

    def _open(self, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {self._fresh_token()}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._base + path, data=data, headers=headers)
        return urllib.request.urlopen(request, timeout=WAIT_SECONDS + 30)

    def _fresh_token(self) -> str:
        """Client credentials; a token serves until a minute before its end."""
        if time.monotonic() > self._token_until:
            grant = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "feed"}).encode()
            headers = {"Authorization": f"Basic {self._basic}"}
            request = urllib.request.Request(f"{self._base}/o/token/", data=grant, headers=headers)
            with urllib.request.urlopen(request, timeout=30) as answer:
                granted = json.loads(answer.read())
            self._token, self._token_until = granted["access_token"], time.monotonic() + granted["expires_in"] - 60
        return self._token


class Copy:
    """What the unit holds. Entries and position change together or not at all."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._db = sqlite3.connect(path)
        self._db.executescript(SCHEMA)

    def position(self, code: str) -> str | None:
        row = self._db.execute("SELECT position FROM cursor WHERE list = ?", [code]).fetchone()
        return str(row[0]) if row else None

    def apply(self, code: str, position: str, changes: Iterable[dict[str, Any]], *, anew: bool = False) -> None:
        with self._db as db:
            if anew:
                db.execute("DELETE FROM entry WHERE list = ?", [code])
            db.executemany(UPSERT, ((code, change["id"], change["version"], _body_of(change)) for change in changes))
            db.execute("INSERT OR REPLACE INTO cursor (list, position) VALUES (?, ?)", [code, position])

    def digest(self, code: str) -> tuple[int, list[str]]:
        """Number of entries and 256 sums, as docs/delivery.md defines them."""
        sums, count = [0] * 256, 0
        rows = self._db.execute("SELECT id, version FROM entry WHERE list = ? AND body IS NOT NULL", [code])
        for entry_id, version in rows:
            bucket = hashlib.sha256(entry_id.encode()).digest()[0]
            sums[bucket] += int.from_bytes(hashlib.sha256(f"{entry_id}:{version}".encode()).digest())
            count += 1
        return count, [f"{value % 2**256:064x}" for value in sums]


def _body_of(change: dict[str, Any]) -> str | None:
    """The entry of a change or of a line of a snapshot; a removal has none, and stays as a row without body."""
    return json.dumps(change["entry"], ensure_ascii=False) if "entry" in change else None


def fetch_next(service: Service, copy: Copy, code: str, wait: int) -> bool:
    """One step: take what comes, then acknowledge it. False when there was nothing new."""
    held = copy.position(code)
    try:
        data = service.feed(code, held, wait)
    except Gone as gone:
        start_anew(service, copy, code, str(gone))
        return True
    if held is None and not data["from"].endswith(":0"):
        # The copy is lost, and the feed goes on where it was acknowledged last.
        start_anew(service, copy, code, f"/api/v1/snapshot/{code}/")
        return True
    copy.apply(code, data["to"], data["changes"])
    service.acknowledge(code, data["to"])
    if data["changes"]:
        say(f"{code}: {len(data['changes'])} changes, now at {data['to']}")
    return bool(data["changes"])


def start_anew(service: Service, copy: Copy, code: str, path: str) -> None:
    """Load the snapshot: its header says with which position it agrees."""
    with service.open(path) as answer:
        position, count = answer.headers["Feed-Cursor"], int(answer.headers["Feed-Count"])
        copy.apply(code, position, whole((json.loads(line) for line in answer), count), anew=True)
    service.acknowledge(code, position)
    say(f"{code}: loaded a snapshot of {count} entries, now at {position}")


def whole(lines: Iterable[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """All lines of a snapshot; one that broke off is not taken."""
    missing = count
    for line in lines:
        missing -= 1
        yield line
    if missing:
        raise OSError(f"the snapshot broke off: {missing} lines of {count} are missing")


def is_equal(service: Service, copy: Copy, code: str) -> bool:
    """Once a day, and when nothing has just changed: it compares only at the same position."""
    with service.open(f"/api/v1/digest/{code}/") as answer:
        theirs = json.loads(answer.read())
    count, buckets = copy.digest(code)
    equal = (copy.position(code), count, buckets) == (theirs["at"], theirs["count"], theirs["buckets"])
    say(f"{code}: {'equal' if equal else 'DIFFERENT'}, {count} entries at {copy.position(code)}")
    return equal


def follow(service: Service, copy: Copy, code: str) -> None:
    """Until Ctrl-C."""
    while True:
        asked_at = time.monotonic()
        try:
            if not fetch_next(service, copy, code, WAIT_SECONDS) and time.monotonic() < asked_at + WAIT_SECONDS / 2:
                time.sleep(RETRY_SECONDS)  # too many were waiting: it answered at once
        except KeyboardInterrupt:
            return
        except (OSError, http.client.HTTPException) as error:
            say(f"{code}: to be tried again in {RETRY_SECONDS} seconds: {error}")
            time.sleep(RETRY_SECONDS)


def main() -> int:
    env = os.environ.get
    parser = argparse.ArgumentParser(description="Follow a list of Jinan Credit by fetching.")
    parser.add_argument("--base", default=env("CREDIT_BASE", ""), help="the service, such as https://credit.example.cn")
    parser.add_argument("--list", required=True, metavar="CODE")
    parser.add_argument("--data", type=Path, default=Path("pull.sqlite3"), help="SQLite file")
    parser.add_argument("--once", action="store_true", help="fetch what there is, compare, end: 0 when equal")
    given, client = parser.parse_args(), (env("CREDIT_CLIENT_ID", ""), env("CREDIT_CLIENT_SECRET", ""))
    if not (given.base and all(client)):
        parser.error("--base, CREDIT_CLIENT_ID and CREDIT_CLIENT_SECRET are needed")
    service, copy = Service(given.base, *client), Copy(given.data)
    if given.once:
        while fetch_next(service, copy, given.list, 0):
            pass
        return 0 if is_equal(service, copy, given.list) else 1
    follow(service, copy, given.list)
    return 0


if __name__ == "__main__":
    sys.exit(main())
