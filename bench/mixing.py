"""What a city does all day, by HTTP: units' systems screen and fetch, visitors search and read, clerks work."""

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import quote

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse

from bench.data import Party
from bench.screening import call, screened_party, token_of
from jinan_credit.accounts.models import ApiClient, User
from jinan_credit.accounts.sealed_sessions import SessionStore
from jinan_credit.accounts.session_life import BEGAN, USED
from jinan_credit.kernel import clock
from lists.models import CreditList, Entry, FeedHead

MIX = {"screening": 60, "feed": 10, "public": 20, "staff": 10}
"""Calls in a hundred."""
TOKEN_LASTS = 300.0
PATIENCE = 30.0
FETCHED = 5
"""Batches of 100, fetched again and again as by readers who follow: what is rendered is remembered, up to a size."""
IDLE = 1.0
"""A connection that rested longer is not used again: the web process may be closing it."""


@dataclass
class Wire:
    """A kept connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float = field(default_factory=perf_counter)


@dataclass(frozen=True)
class Call:
    kind: str
    begun: float
    took: float
    fault: str


class Mix:
    """Calls over kept connections, to the web processes in turns as a proxy would; every answer is looked at."""

    def __init__(self, ports: list[int], client: ApiClient, secret: str, staff: User, list_code: str, entries: int):
        self.ports = ports
        self.client, self.secret, self.entries = client, secret, entries
        self.numbers = itertools.count(1)
        self.random = random.Random(7)
        head = FeedHead.objects.get(credit_list__code=list_code)
        self.feed, self.epoch, self.seq = f"/api/v1/feed/{list_code}/", head.epoch, head.seq
        self.public, self.inside = self._public_pages(list_code), self._staff_pages()
        self.session = _session_of(staff)
        self.token, self.token_ends = "", 0.0
        self.calls: list[Call] = []

    async def as_fast_as_it_goes(self, connections: int, seconds: float) -> float:
        """Calls a second, with every connection asking anew when it is answered."""
        self.asking = asyncio.Lock()
        ends, before = perf_counter() + seconds, len(self.calls)
        await asyncio.gather(*(self._follow(lambda: perf_counter() < ends, None) for _ in range(connections)))
        return (len(self.calls) - before) / seconds

    async def at_rate(self, rate: float, connections: int, seconds: float) -> None:
        """So many calls a second, begun by the clock: a slow answer holds up no other, and is counted from its time."""
        self.asking, began = asyncio.Lock(), perf_counter()
        slots: Iterator[float] = (began + number / rate for number in itertools.count())
        await asyncio.gather(
            *(self._follow(lambda: perf_counter() < began + seconds, slots) for _ in range(connections))
        )

    async def _follow(self, goes_on: Callable[[], bool], slots: Iterator[float] | None) -> None:
        wires: dict[int, Wire] = {}
        while goes_on():
            due = next(slots) if slots is not None else perf_counter()
            if (wait := due - perf_counter()) > 0:
                await asyncio.sleep(wait)
            await self._one(due, wires)
        for wire in wires.values():
            wire.writer.close()

    async def _one(self, due: float, wires: dict[int, Wire]) -> None:
        kind = self.random.choices(list(MIX), list(MIX.values()))[0]
        number = next(self.numbers)
        port = self.ports[number % len(self.ports)]
        fault = ""
        try:
            request, expected = await self._request(kind, number)
            if port in wires and perf_counter() - wires[port].used_at > IDLE:
                wires.pop(port).writer.close()
            if port not in wires:
                wires[port] = Wire(*await asyncio.open_connection("127.0.0.1", port))
            status, answer = await asyncio.wait_for(call(wires[port].reader, wires[port].writer, request), PATIENCE)
            wires[port].used_at = perf_counter()
            if status != expected:
                fault = f"{kind}: {status} {answer[:120]!r} to {request[:90]!r}"
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            fault = f"{kind}: {error!r}"
        if fault and port in wires:
            wires.pop(port).writer.close()
        self.calls.append(Call(kind, due, perf_counter() - due, fault))

    async def _request(self, kind: str, number: int) -> tuple[bytes, int]:
        if kind == "public":
            return self._get(self.random.choice(self.public)), 200
        if kind == "staff":
            return self._get(self.random.choice(self.inside), f"Cookie: sessionid={self.session}\r\n"), 200
        authorization = f"Authorization: Bearer {await self._fresh_token()}\r\n"
        if kind == "feed":
            since = 100 * self.random.randrange(max(1, min(FETCHED, self.seq // 100)))
            return self._get(f"{self.feed}?since={self.epoch}:{since}&limit=100", authorization), 200
        body = screened_party(number, self.entries)
        head = (
            f"POST /api/v1/screenings/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}Idempotency-Key: mix-{number}\r\n"
        )
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body, 201

    def _get(self, address: str, more: str = "") -> bytes:
        """Each visitor has an address of his own, as behind the site's proxy."""
        visitor = ".".join(str(self.random.randrange(1, 250)) for _ in range(3))
        return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 10.{visitor}\r\n{more}\r\n".encode()

    async def _fresh_token(self) -> str:
        async with self.asking:
            if perf_counter() > self.token_ends:
                self.token = await asyncio.to_thread(token_of, self.ports[0], self.client.client_id, self.secret)
                self.token_ends = perf_counter() + TOKEN_LASTS
        return self.token

    def _public_pages(self, list_code: str) -> list[str]:
        searches = [f"{reverse('home')}?q={quote(Party(3_000_000 + n * 37).name)}" for n in range(100)]
        public = CreditList.objects.get(code=list_code)
        entries = Entry.objects.disclosed().filter(credit_list=public).values_list("pk", flat=True)[:300]
        records = [reverse("public_entry", args=[pk]) for pk in entries]
        return [*searches, *records, *[reverse("home"), reverse("public_statistics")] * 20, reverse("public_lists")]

    def _staff_pages(self) -> list[str]:
        entries = Entry.objects.order_by("-pk").values_list("pk", flat=True)[:200]
        pages = [reverse(name) for name in ("workbench", "entries", "tasks", "screenings")]
        return [*pages * 10, *(reverse("entry", args=[pk]) for pk in entries)]


def _session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[BEGAN] = session[USED] = int(clock.now().timestamp())
    session.create()
    return str(session.session_key)
