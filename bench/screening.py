"""Screening against 1,000,000 entries by REST: gunicorn with two workers, eight connections, a real token.

Each call has an Idempotency-Key of its own; one party in four is listed. Floors (bench/floor.py), under the same
server: a bare Django view that checks the token and makes one SELECT by the code and one INSERT of the same row; the
same through the ORM; that in a DRF view with serializers.
"""

import asyncio
import base64
import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from time import monotonic, perf_counter, sleep

from django.db import connection

from bench.data import Party, load_published_entries, settle
from bench.report import Figure
from bench.stage import make_list, set_stage
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import register_client
from lists.enums import DocumentType

ENTRIES = 1_000_000
LISTS = 10
FIRST = 3_000_000
ONE_LISTED_IN = 4
CONNECTIONS = 8
CALLS = 6_000
TURNS = 6
WARM_UP = 400
PERCENTILES = (50, 95, 99)


def prepare(scale: float) -> None:
    stage = set_stage()
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    each = int(ENTRIES * scale) // LISTS
    for number in range(LISTS):
        load_published_entries(
            make_list(stage, f"BENCH-SCREEN-{number}"),
            first=FIRST + number * each,
            count=each,
            made_by=stage.clerk.user.pk,
            reviewed_by=stage.reviewer.user.pk,
        )
    settle()


def measure(scale: float) -> list[Figure]:
    """Ours and the floors take turns, so that all of them have the same machine."""
    unit = set_stage().cooperating[0]
    client, secret = register_client(unit, "bench", ["screening"], by=SYSTEM)
    calls = [screened_party(number, int(ENTRIES * scale)) for number in range(WARM_UP + CALLS)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE floor_screening (LIKE sanctions_screening INCLUDING ALL)")
    with (
        server_of("jinan_credit.wsgi", "bench.settings") as server,
        server_of("bench.floor_wsgi", "bench.floor_settings") as floor,
    ):
        token = token_of(server.port, client.client_id, secret)
        ours, bare, by_orm, in_drf = ways = [
            _Way(server.port, calls, token, tells_hits=True),
            _Way(floor.port, calls, token),
            _Way(floor.port, calls, token, "/orm"),
            _Way(floor.port, calls, token, "/drf"),
        ]
        for turn in range(1 + TURNS):
            for way in ways:
                asyncio.run(way.drive(WARM_UP if turn == 0 else CALLS // TURNS))
                if turn == 0:
                    way.took.clear()
                    way.seconds = 0.0
        memory = server.memory()
    figures = [
        Figure(
            f"screening against {int(ENTRIES * scale):,}, p{percent}",
            percentile(ours.took, percent) * 1000,
            "ms",
            percentile(in_drf.took, percent) * 1000,
            more_is_better=False,
            aim="≤ 25 ms" if percent == 99 else "",
            memory=memory if percent == PERCENTILES[0] else None,
        )
        for percent in PERCENTILES
    ]
    return [
        *figures,
        Figure("  throughput beside DRF's", ours.rate, "calls/s", in_drf.rate, aim="≥ the floor"),
        Figure("  throughput beside the ORM's", ours.rate, "calls/s", by_orm.rate),
        Figure("  throughput beside the bare view's", ours.rate, "calls/s", bare.rate, aim="half the floor"),
    ]


def screened_party(number: int, entries: int) -> bytes:
    chosen = random.Random(number)
    party = Party(FIRST + chosen.randrange(entries) + (0 if _is_listed(number) else entries))
    if party.is_person:
        who = {"kind": "person", "document_type": DocumentType.CITIZEN, "document_number": party.citizen_number}
    else:
        who = {"kind": "organisation", "code": party.code}
    matter = {"code": "CG", "name": "政府采购", "reference": f"2026-{number}"}
    return json.dumps({"party": who, "matter": matter, "purpose": "资格审查"}).encode()


def _is_listed(number: int) -> bool:
    return number % ONE_LISTED_IN == 0


def token_of(port: int, client_id: str, secret: str) -> str:
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    head = f"Authorization: Basic {basic}\r\nContent-Type: application/x-www-form-urlencoded"
    request = _request("/o/token/", head, b"grant_type=client_credentials")
    return str(json.loads(asyncio.run(_once(port, request)))["access_token"])


def _request(path: str, head: str, body: bytes) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def _once(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    status, body = await call(reader, writer, request)
    writer.close()
    assert status == 200, body
    return body


async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bytes]:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


class _Way:
    """A server under one address, and how it did. `tells_hits`: whoever is listed must be told a hit."""

    def __init__(self, port: int, calls: list[bytes], token: str, prefix: str = "", *, tells_hits: bool = False):
        self.port, self.token, self.path, self.tells_hits = port, token, f"{prefix}/api/v1/screenings/", tells_hits
        self._calls = enumerate(calls)
        self.took: list[float] = []
        self.seconds = 0.0

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    async def drive(self, count: int) -> None:
        """The next `count` calls over all connections."""
        left = islice(self._calls, count)
        started = perf_counter()
        await asyncio.gather(*(self._work(left) for _ in range(CONNECTIONS)))
        self.seconds += perf_counter() - started

    async def _work(self, calls: Iterator[tuple[int, bytes]]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for number, body in calls:
            head = (
                f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
                f"Idempotency-Key: {self.path}{number}"
            )
            request = _request(self.path, head, body)
            begun = perf_counter()
            status, answer = await call(reader, writer, request)
            self.took.append(perf_counter() - begun)
            assert status == 201, answer
            assert not self.tells_hits or (b'"result":"hit"' in answer) == _is_listed(number), answer
        writer.close()


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


class Running:
    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self.port = port

    def memory(self) -> int:
        """Peak MiB of the largest worker."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            return max(self._peak_of(int(pid)) for pid in children.read().split())

    @staticmethod
    def _peak_of(pid: int) -> int:
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


@contextmanager
def server_of(application: str, settings: str) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "error"),
        ],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings, "LOG_LEVEL": "ERROR"},
    )
    try:
        until = monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert monotonic() < until, f"{application} did not start"
            sleep(0.1)
        sleep(1)
        yield Running(process, port)
    finally:
        process.terminate()
        process.wait()
