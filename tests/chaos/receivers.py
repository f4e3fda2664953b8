"""A unit's own system: `python -m tests.chaos.receivers PORT FILE`. It does as docs/delivery.md says, except for the
faults that its file orders: one fault, one message.
"""

import base64
import gzip
import hashlib
import hmac
import json
import socket
import struct
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tests.chaos.copies import Copy
from tests.chaos.service import Service

OLDEST = 300
BEYOND_THE_DEADLINE = 12.0


class Reply(NamedTuple):
    status: int
    body: dict[str, Any]
    headers: dict[str, str] = {}


class Cut(Exception):
    """The connection is reset without an answer."""


class Message(NamedTuple):
    id: str
    type: str
    data: dict[str, Any]


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, copy: Copy) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.copy = copy
        self.service = Service(copy)

    def take(self, message: Message, **options: int) -> Reply:
        """What a receiver without faults answers."""
        if message.type == "list.changes":
            return Reply(*self.copy.take(message.id, message.data, **options))
        if message.type == "list.resync":
            return self._start_anew(message.data)
        return Reply(200, {})

    def _start_anew(self, data: dict[str, Any]) -> Reply:
        stands = self.copy.position(data["list"])
        if stands is None or stands.epoch != data["epoch"]:
            try:
                self.copy.replace(data["list"], *self.service.snapshot(data["snapshot"]))
            except (OSError, ValueError, TypeError, KeyError):
                self.service.forget_token()
                return Reply(503, {}, {"Retry-After": "1"})
        return Reply(200, {"acked": str(self.copy.position(data["list"]))})


# Faults ---------------------------------------------------------------------------------------------------------------


def hang(receiver: Receiver, message: Message, amount: int) -> Reply:
    time.sleep(BEYOND_THE_DEADLINE)
    raise Cut


def lose(receiver: Receiver, message: Message, amount: int) -> Reply:
    receiver.take(message)
    receiver.copy.note_lost(message.data["list"])
    raise Cut


def go_back(receiver: Receiver, message: Message, amount: int) -> Reply:
    receiver.copy.go_back(message.data["list"], amount)
    return receiver.take(message)


def too_large(receiver: Receiver, message: Message, amount: int) -> Reply:
    return Reply(413, {}) if len(message.data["changes"]) > 1 else receiver.take(message)


ANSWERS: dict[str, Callable[[Receiver, Message, int], Reply]] = {
    "500": lambda receiver, message, amount: Reply(500, {}),
    "301": lambda receiver, message, amount: Reply(301, {}, {"Location": "/elsewhere"}),
    "429": lambda receiver, message, amount: Reply(429, {}, {"Retry-After": str(amount)}),
    "hang": hang,
    "lose": lose,
}
ANSWERS_TO_CHANGES: dict[str, Callable[[Receiver, Message, int], Reply]] = {
    "409": go_back,
    "409 always": lambda receiver, message, amount: Reply(409, {"expected": message.data["from"]}),
    "413": too_large,
    "422": lambda receiver, message, amount: receiver.take(message, refuse=amount),
    "partial": lambda receiver, message, amount: receiver.take(message, most=amount),
}
"""Besides, the handler itself shows "reset" (before the body is read) and "drip"."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer on a kept connection waits for 40 ms

    def do_POST(self) -> None:
        fault, amount = self.server.copy.next_fault()
        size = int(self.headers["Content-Length"])
        raw = self.rfile.read(size // 2 if fault == "reset" else size)
        try:
            if fault == "reset":
                raise Cut
            reply = self._reply(raw, fault, amount)
            self._drip() if fault == "drip" else self._send(reply)
        except Cut:
            linger_not = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
            self.connection.close()
            self.close_connection = True
        except ConnectionError:
            self.close_connection = True

    def _reply(self, raw: bytes, fault: str, amount: int) -> Reply:
        body = json.loads(gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw)
        if body["type"] == "endpoint.challenge":
            return Reply(200, {"token": body["data"]["token"]})
        if not self._is_signed(raw):
            self.server.copy.note_forged()
            return Reply(401, {})
        if fault == "drip":
            return Reply(200, {})
        message = Message(self.headers["webhook-id"], body["type"], body["data"])
        answer = ANSWERS.get(fault)
        if message.type == "list.changes":
            answer = answer or ANSWERS_TO_CHANGES.get(fault)
        return answer(self.server, message, amount) if answer else self.server.take(message)

    def _is_signed(self, raw: bytes) -> bool:
        timestamp = self.headers["webhook-timestamp"]
        key = base64.b64decode(self.server.copy.setting("secret").removeprefix("whsec_"))
        signed = hmac.digest(key, f"{self.headers['webhook-id']}.{timestamp}.".encode() + raw, hashlib.sha256)
        expected = f"v1,{base64.b64encode(signed).decode()}"
        is_fresh = abs(time.time() - int(timestamp)) < OLDEST
        return is_fresh and any(
            hmac.compare_digest(given, expected) for given in self.headers["webhook-signature"].split()
        )

    def _send(self, reply: Reply) -> None:
        raw = json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(raw)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _drip(self) -> None:
        """A byte now and then, for longer than the deadline."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        ends_at = time.monotonic() + BEYOND_THE_DEADLINE
        while time.monotonic() < ends_at:
            self.wfile.write(b" ")
            time.sleep(0.2)
        raise Cut

    def log_message(self, *args: Any) -> None:
        """The copy keeps a journal."""


if __name__ == "__main__":
    server = Receiver(int(sys.argv[1]), Copy(Path(sys.argv[2])))
    print("Listening.", flush=True)
    server.serve_forever()
