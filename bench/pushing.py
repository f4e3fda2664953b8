"""100,000 changes pushed to 60 units by two senders, as two workers would; two local sinks take them.

The units have full data: changes are rendered, decrypted, signed and posted, and cursors moved.

Floor: the same bytes posted by bare pycurl from two processes to the same sinks.
"""

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from time import perf_counter, sleep

import pycurl

from bench.data import load_published_entries, settle
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange import rules, signing
from jinan_credit.exchange.batches import batch_body
from jinan_credit.exchange.models import Cursor, Endpoint, EndpointKey
from jinan_credit.exchange.rules import Extent, Position
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock, crypto
from lists.models import CreditList, FeedHead

CHANGES = 100_000
FIRST = 2_000_000
SINKS = SENDERS = 2
AT_ONCE = 32


def prepare(scale: float) -> None:
    stage = set_stage()
    credit_list = make_list(stage, "BENCH-PUSH")
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    load_published_entries(
        credit_list,
        first=FIRST,
        count=int(CHANGES * scale),
        made_by=stage.clerk.user.pk,
        reviewed_by=stage.reviewer.user.pk,
    )
    settle()


def measure(scale: float) -> list[Figure]:
    credit_list, units = CreditList.objects.get(code="BENCH-PUSH"), set_stage().cooperating
    changes = int(CHANGES * scale) * len(units)
    with sinks() as ports, senders() as pool:
        register(ports)
        started = perf_counter()
        memory = max(pool.map(send, [credit_list.pk] * SENDERS))
        took = perf_counter() - started
        assert not Cursor.objects.filter(credit_list=credit_list).behind().exists(), "some units did not get all"
        started = perf_counter()
        list(pool.map(_post_bare, [(credit_list.pk, ports, len(units) // SENDERS)] * SENDERS))
        floor = perf_counter() - started
    name = f"push of {int(CHANGES * scale):,} changes × {len(units)} units"
    return [Figure(name, changes / took, "changes/s", changes / floor, aim="≥ 200,000", memory=memory)]


def register(ports: list[int]) -> None:
    now = clock.now()
    for place, unit in enumerate(set_stage().cooperating):
        where = {"url": f"http://127.0.0.1:{ports[place % len(ports)]}/{unit.code}", "verified_at": now}
        endpoint, is_new = Endpoint.objects.update_or_create(unit=unit, defaults=where)
        if not is_new:
            continue
        EndpointKey.objects.create(endpoint=endpoint, sealed_secret=crypto.seal(signing.new_secret()), live_from=now)
    make_cursors()


def send(list_id: int) -> int:
    while Cursor.objects.filter(credit_list=list_id).behind().exists():
        if not push(list_id=list_id):
            sleep(0.05)
    return peak_memory()


def _bodies(list_id: int) -> list[bytes]:
    credit_list, head = CreditList.objects.get(pk=list_id), FeedHead.objects.get(pk=list_id)
    bodies, start = [], 0
    extent = Extent(Position(head.epoch, head.seq))
    while start < head.seq:
        end = rules.batch_end(start, extent, rules.CHUNK)
        ends = Position(head.epoch, start), Position(head.epoch, end)
        bodies.append(batch_body(credit_list, *ends, DataProfile.FULL, extent))
        start = end
    return bodies


def _post_bare(given: tuple[int, list[int], int]) -> None:
    list_id, ports, units = given
    bodies = iter([body for body in _bodies(list_id) for _ in range(units)])
    multi, idle, waiting = pycurl.CurlMulti(), [], 0
    for place in range(AT_ONCE):
        curl = pycurl.Curl()
        curl.setopt(pycurl.URL, f"http://127.0.0.1:{ports[place % len(ports)]}/")
        curl.setopt(pycurl.HTTPHEADER, ["Content-Type: application/json", "Expect:"])
        curl.setopt(pycurl.WRITEFUNCTION, len)
        idle.append(curl)
    body = next(bodies, None)
    while body is not None or waiting:
        while idle and body is not None:
            curl = idle.pop()
            curl.setopt(pycurl.POSTFIELDS, body)
            multi.add_handle(curl)
            waiting += 1
            body = next(bodies, None)
        multi.perform()
        _left, done, failed = multi.info_read()
        assert not failed, failed
        for curl in done:
            multi.remove_handle(curl)
            idle.append(curl)
            waiting -= 1
        if not done:
            multi.select(0.1)


@contextmanager
def sinks() -> Iterator[list[int]]:
    command = [sys.executable, "-m", "bench.sink"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(SINKS)]
    try:
        yield [int(sink.stdout.readline()) for sink in running if sink.stdout]
    finally:
        for sink in running:
            sink.kill()
            sink.wait()


@contextmanager
def senders() -> Iterator[ProcessPoolExecutor]:
    """Two processes, up before the clock starts."""
    from bench.running import set_up

    with ProcessPoolExecutor(SENDERS, mp_context=multiprocessing.get_context("spawn"), initializer=set_up) as pool:
        list(pool.map(sleep, [0.5] * SENDERS))
        yield pool
