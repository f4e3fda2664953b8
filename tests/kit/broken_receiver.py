"""A receiver in memory that keeps to the contract, but for one fault that it is told to have."""

import gzip
import hashlib
import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SKEW = {"no-age": (-(10**9), 10**9), "no-future": (-(10**9), 300), "strict-clock": (-60, 60)}
Reply = tuple[int, dict[str, Any]]


@dataclass
class List:
    epoch: str
    seq: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)

    @property
    def position(self) -> str:
        return f"{self.epoch}:{self.seq}"


class Receiver:
    def __init__(self, secret: str, fault: str = "") -> None:
        self._key, self._fault = b64decode(secret.removeprefix("whsec_")), fault
        self._lists: dict[str, List] = {}
        self._seen: set[str] = set()
        self._tried: set[str] = set()
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], raw: bytes) -> Reply:
        if self._fault == "races":
            return self._take_alone(headers, raw)
        with self._lock:
            return self._take(headers, raw)

    def _take_alone(self, headers: dict[str, str], raw: bytes) -> Reply:
        if not self._lock.acquire(blocking=False):
            return 500, {"error": "database is locked"}
        try:
            time.sleep(0.05)
            return self._take(headers, raw)
        finally:
            self._lock.release()

    def _take(self, headers: dict[str, str], raw: bytes) -> Reply:
        if b'"endpoint.challenge"' in raw:
            return 200, {"token": "x" if self._fault == "wrong-token" else json.loads(raw)["data"]["token"]}
        if not self._is_genuine(headers, raw):
            self._store_what_is_refused(json.loads(raw)["data"])
            return 401, {}
        if headers.get("content-encoding") == "gzip":
            if self._fault in ("gzip-crash", "no-gzip"):
                return 500 if self._fault == "gzip-crash" else 415, {}
            raw = gzip.decompress(raw)
        if self._fault == "small" and len(raw) > 100_000:
            return 500, {}
        message = json.loads(raw)
        return self._read(headers.get("webhook-id", ""), message["type"], message["data"])

    def _read(self, message_id: str, kind: str, data: dict[str, Any]) -> Reply:
        if kind == "list.changes":
            if self._fault == "holds" and message_id not in self._tried:
                self._tried.add(message_id)
                return 503, {}
            return self._change(message_id, data)
        if kind == "list.resync":
            return self._start_anew(data)
        if kind == "list.ended":
            if self._fault == "refuses-ended":
                return 400, {}
            if self._fault != "keeps-ended":
                self._lists.pop(data["list"], None)
        elif self._fault == "refuses-unknown":
            return 400, {}
        return 200, {}

    def _is_genuine(self, headers: dict[str, str], raw: bytes) -> bool:
        message_id, timestamp = headers.get("webhook-id"), headers.get("webhook-timestamp")
        if message_id is None or timestamp is None:
            return self._fault == "takes-unsigned"
        youngest, oldest = SKEW.get(self._fault, (-300, 300))
        if not youngest <= time.time() - int(timestamp) <= oldest:
            return False
        if self._fault == "reserialises" and headers.get("content-encoding") != "gzip":
            raw = json.dumps(json.loads(raw), ensure_ascii=False, separators=(",", ":")).encode()
        digest = hmac.new(self._key, f"{message_id}.{timestamp}.".encode() + raw, hashlib.sha256).digest()
        given = headers["webhook-signature"].split()
        if self._fault == "first-signature-only":
            given = given[:1]
        return self._fault == "takes-forged" or f"v1,{b64encode(digest).decode()}" in given

    def _change(self, message_id: str, data: dict[str, Any]) -> Reply:
        (epoch, _, first), last = data["from"].partition(":"), int(data["to"].partition(":")[2])
        held = self._lists.setdefault(data["list"], List(epoch))
        if message_id in self._seen and self._fault != "forgets-ids":
            if self._fault == "counts-twice":
                held.seq += len(data["changes"])
            return 200, {"acked": held.position}
        if self._is_out_of_place(held, epoch, int(first)):
            return 409, self._where(held)
        changes = data["changes"]
        if self._fault == "wants-every-number" and len(changes) != last - int(first):
            return 400, {}
        if self._fault == "halves" and len(changes) > 100:
            return 413, {}
        if self._fault == "partial":
            changes = changes[:7]
        return self._store(held, message_id, changes, last if len(changes) == len(data["changes"]) else int(first) + 7)

    def _is_out_of_place(self, held: List, epoch: str, first: int) -> bool:
        if self._fault == "any-order":
            return False
        return epoch != held.epoch or first > held.seq or (self._fault == "refuses-overlap" and first < held.seq)

    def _where(self, held: List) -> dict[str, Any]:
        return {"bare-409": {}, "wrong-409": {"expected": f"{held.epoch}:{held.seq + 1}"}}.get(
            self._fault, {"expected": held.position}
        )

    def _store(self, held: List, message_id: str, changes: list[dict[str, Any]], last: int) -> Reply:
        unreadable = [change for change in changes if change["op"] not in ("upsert", "remove")]
        if unreadable and self._fault in ("crashes-on-unreadable", "stops-at-unreadable"):
            return 500 if self._fault == "crashes-on-unreadable" else 400, {}
        start = held.position
        for change in changes:
            if change not in unreadable:
                self._apply(held, change)
        held.seq = last if self._fault == "goes-back" else max(held.seq, last)
        self._seen.add(message_id)
        if unreadable:
            named = changes if self._fault == "rejects-all" else unreadable
            return 422, {"rejected": [{"seq": change["seq"], "code": "op", "message": "?"} for change in named]}
        acked = start if self._fault == "acks-nothing" and len(changes) > 10 else held.position
        padding = {"padding": "x" * 70_000} if self._fault == "floods" and len(changes) > 100 else {}
        if self._fault == "slow" and len(changes) > 100:
            time.sleep(0.6)
        return 200, {"acked": acked, **padding}

    def _apply(self, held: List, change: dict[str, Any]) -> None:
        entry_id, version = change["id"], change["version"]
        if version <= held.versions.get(entry_id, 0) and self._fault != "old-versions":
            return
        held.versions[entry_id] = version
        if change["op"] == "upsert":
            held.present.add(entry_id)
        else:
            held.present.discard(entry_id)
            if self._fault == "forgets-removed":
                del held.versions[entry_id]

    def _store_what_is_refused(self, data: dict[str, Any]) -> None:
        if self._fault == "stores-first":
            self._change(str(time.monotonic()), data)
        if self._fault == "stores-quietly":
            for change in data["changes"]:
                self._apply(self._lists[data["list"]], change)

    def _start_anew(self, data: dict[str, Any]) -> Reply:
        if self._fault in ("refuses-resync", "loads"):
            return 400 if self._fault == "refuses-resync" else 503, {}
        if self._fault == "acks-the-old-epoch":
            return 200, {"acked": self._lists[data["list"]].position}
        before, anew = self._lists[data["list"]], List(data["epoch"])
        if self._fault == "keeps-versions":
            anew.versions, anew.present = before.versions, before.present
        self._lists[data["list"]] = anew
        return 200, {}

    def digest(self, code: str) -> Reply:
        with self._lock:
            held = self._lists.get(code)
            if held is None:
                return 404, {}
            sums = [0] * 256
            for entry_id in held.present:
                bucket = hashlib.sha256(entry_id.encode()).digest()[0]
                sums[bucket] += int.from_bytes(
                    hashlib.sha256(f"{entry_id}:{held.versions[entry_id]}".encode()).digest()
                )
            buckets = [f"{total % 2**256:064x}" for total in sums]
            return 200, {"list": code, "at": held.position, "count": len(held.present), "buckets": buckets}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer on a kept connection waits for 40 ms

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._answer(*self.server.receiver.take(headers, raw))  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        self._answer(*self.server.receiver.digest(self.path.rpartition("/")[2]))  # type: ignore[attr-defined]

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        if status == 503:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        pass


def serve(secret: str, fault: str) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.receiver = Receiver(secret, fault)  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server
