"""Receivers of all kinds: the real sample receiver, and one that answers what a test wants."""

import base64
import importlib.util
import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.exchange import batches, digests, transport
from jinan_credit.exchange.models import Endpoint
from jinan_credit.exchange.services import sending
from jinan_credit.exchange.services.endpoints import Wishes, register_endpoint
from tests.cast import Cast

RECEIVER = Path(__file__).resolve().parents[2] / "examples" / "receiver" / "receiver.py"


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> Iterator[None]:
    """Pushes may go to this machine; nothing that an earlier test rendered, resolved or connected is used.

    A connection kept open outlives its receiver here, and the next receiver may come by the same port.
    """
    settings.PUSH_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]
    settings.PUSH_DEADLINE_SECONDS = 5.0
    for cache in (sending._resolved.cache_clear, batches.rendered_bodies.clear, digests._last.clear):
        cache()
    transport._local.__dict__.clear()
    yield
    sending._resolved.cache_clear()


def client_of(unit: Unit, *scopes: str) -> tuple[Actor, str, str]:
    """The unit's own system as an actor, with client id and secret."""
    client, secret = register_client(unit, f"{unit.code} system", scopes or ("feed",), by=SYSTEM)
    return Actor(client=client), client.client_id, secret


Call = Callable[..., Any]


@pytest.fixture
def api(cast: Cast) -> Callable[..., Call]:
    """`api(unit)(method, path, body)`: the REST interface as a unit's own system sees it."""

    def connect_client(unit: Unit, *scopes: str) -> Call:
        client = Client()
        _actor, client_id, secret = client_of(unit, *scopes)
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        granted = client.post(
            "/o/token/", {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
        ).json()

        def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
            given = {} if method == "get" else {"data": body or {}, "content_type": "application/json"}
            authorization = {"Authorization": f"Bearer {granted['access_token']}", **headers}
            return getattr(client, method)(f"/api/v1/{path}", **given, headers=authorization)

        return call

    return connect_client


@dataclass
class Got:
    """A request as the receiver saw it."""

    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.raw)
        return found

    @property
    def span(self) -> tuple[int, int]:
        data = self.body["data"]
        return int(data["from"].partition(":")[2]), int(data["to"].partition(":")[2])


Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]] | Callable[[Got], Any]


@dataclass
class Peer:
    """Answers the challenge as it should, then `replies` in turn, then 200."""

    url: str
    server: ThreadingHTTPServer
    replies: list[Reply] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    secret: str = ""

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [got.span for got in self.got]


class _PeerHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer on a kept connection waits for 40 ms

    def do_POST(self) -> None:
        peer: Peer = self.server.peer  # type: ignore[attr-defined]
        got = Got(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
        if got.raw.startswith(b'{"type":"endpoint.challenge"'):
            self._send(200, {"token": got.body["data"]["token"]}, {})
            return
        peer.got.append(got)
        reply = peer.replies.pop(0) if peer.replies else (200, {})
        if callable(reply):
            reply = reply(got)
        status, body, *rest = reply
        self._send(status, body, rest[0] if rest else {})

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(raw)
        except OSError:
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def make_peer() -> Iterator[Callable[..., Peer]]:
    """`make_peer(*replies)`: a receiver that answers these in turn."""
    servers: list[ThreadingHTTPServer] = []

    def make(*replies: Reply) -> Peer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _PeerHandler)
        server.daemon_threads = True
        peer = Peer(f"http://127.0.0.1:{server.server_address[1]}/", server, list(replies))
        server.peer = peer  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return peer

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def connect(peer: Peer, unit: Unit, **options: Any) -> Endpoint:
    """Register the peer as the unit's push address."""
    actor, _id, _secret = client_of(unit)
    endpoint, peer.secret = register_endpoint(url=peer.url, by=actor, wishes=Wishes(**options))
    return endpoint


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The sample receiver's program."""
    spec = importlib.util.spec_from_file_location("sample_receiver", RECEIVER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sample_receiver"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run_sample(sample: ModuleType, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`run_sample(unit)`: the sample receiver, running and registered for the unit."""
    servers: list[Any] = []

    def run(unit: Unit, service: Any = None, **options: Any) -> Any:
        copy = sample.Copy(tmp_path / f"{unit.code}.sqlite3")
        receiver = sample.Receiver(("127.0.0.1", 0), copy, sample.Resync(copy, service))
        threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(receiver)
        receiver.url = f"http://127.0.0.1:{receiver.server_address[1]}/"
        receiver.is_registering = True
        actor, _id, _secret = client_of(unit)
        _endpoint, secret = register_endpoint(url=receiver.url, by=actor, wishes=Wishes(**options))
        copy.keep("secret", secret)
        receiver.is_registering = False
        return receiver

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()
