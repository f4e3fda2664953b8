"""What a unit feels: one change until all 60 have it, how long trouble lasts, how a snapshot streams.

Real Celery worker, beat and Redis; two local sinks stand for the units. Redis is that of REDIS_URL: it is flushed.
Floor of the snapshot: the same rows by the ORM, written as JSON.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

import redis
from django.conf import settings
from django.db import connection

from bench.data import load_entries_in_review, load_published_entries, settle
from bench.pushing import register, sinks
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange.batches import dump
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.rules import LONGEST_DELAY
from jinan_credit.exchange.snapshots import Snapshot
from jinan_credit.kernel import clock
from lists.models import Change, CreditList, Entry
from lists.services.publications import publish_entries

ONES = 60
CROWD = 20_000
SNAPSHOT = 1_000_000
FIRST, FIRST_OF_SNAPSHOT = 4_000_000, 5_000_000
PATIENCE = 120.0


def prepare(scale: float) -> None:
    stage = set_stage()
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    makers = {"made_by": stage.clerk.user.pk}
    load_entries_in_review(make_list(stage, "BENCH-ONE"), first=FIRST, count=ONES + 3 * int(CROWD * scale), **makers)
    whole = make_list(stage, "BENCH-SNAPSHOT", with_units=False)
    load_published_entries(
        whole, first=FIRST_OF_SNAPSHOT, count=int(SNAPSHOT * scale), reviewed_by=stage.reviewer.user.pk, **makers
    )
    settle()


def measure(scale: float) -> list[Figure]:
    snapshot = _snapshot(int(SNAPSHOT * scale))
    credit_list = CreditList.objects.get(code="BENCH-ONE")
    waiting = iter(Entry.objects.filter(credit_list=credit_list).order_by("pk"))
    crowd = int(CROWD * scale)
    with sinks() as ports, programs() as running:
        register(ports)
        _publish(credit_list, waiting, 1)
        _until_all_have(credit_list)
        waits = sorted(_one_change(credit_list, waiting) for _ in range(ONES - 2))
        killed = _after(credit_list, lambda: _publish(credit_list, waiting, crowd), running.kill_worker)
        flushed = _after(credit_list, lambda: _publish(credit_list, waiting, crowd), _flush)
    units = len(set_stage().cooperating)
    name = f"one change at all {units} units"
    return [
        Figure(f"{name}, p50", statistics.median(waits) * 1000, "ms", more_is_better=False),
        Figure(f"{name}, p95", waits[int(len(waits) * 0.95)] * 1000, "ms", more_is_better=False, aim="≤ 500 ms"),
        Figure(f"{crowd:,} changes after kill -9 of the worker", killed, "s", more_is_better=False, aim="≤ 50 s"),
        Figure(f"{crowd:,} changes after FLUSHALL", flushed, "s", more_is_better=False, aim="≤ 5 s, and the sending"),
        Figure("longest back-off of a receiver that comes back", LONGEST_DELAY, "s", more_is_better=False),
        *snapshot,
    ]


def _one_change(credit_list: CreditList, waiting: Iterator[Entry]) -> float:
    started = clock.now()
    _publish(credit_list, waiting, 1)
    _until_all_have(credit_list, every=0.005)
    last = max(Cursor.objects.filter(credit_list=credit_list).values_list("last_acked_at", flat=True))
    return (last - started).total_seconds()


def _after(credit_list: CreditList, publish: Callable[[], None], trouble: Callable[[], None]) -> float:
    """Seconds from the trouble, in the middle of the sending, until everybody has everything."""
    publish()
    while not Cursor.objects.filter(credit_list=credit_list, lease_until__isnull=False).exists():
        sleep(0.01)
    started = perf_counter()
    trouble()
    _until_all_have(credit_list)
    return perf_counter() - started


def _publish(credit_list: CreditList, waiting: Iterator[Entry], count: int) -> None:
    stage = set_stage()
    keys = [next(waiting).pk for _ in range(count)]
    chosen = Entry.objects.filter(pk__gte=keys[0], pk__lte=keys[-1])
    publish_entries(credit_list=credit_list, entries=chosen, by=stage.reviewer)


def _until_all_have(credit_list: CreditList, every: float = 0.05) -> None:
    ends_at = perf_counter() + PATIENCE
    while Cursor.objects.filter(credit_list=credit_list).behind().exists():
        assert perf_counter() < ends_at, "the units did not get all changes"
        sleep(every)


def _flush() -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushall()


# The snapshot ----------------------------------------------------------------------------------------------------


def _snapshot(entries: int) -> list[Figure]:
    credit_list = CreditList.objects.get(code="BENCH-SNAPSHOT")
    before = peak_memory()
    started = perf_counter()
    snapshot = Snapshot(credit_list, DataProfile.FULL)
    sent = sum(map(len, snapshot.pieces(is_gzip=False)))
    took = perf_counter() - started
    memory = peak_memory()
    assert snapshot.count == entries
    assert sent > 100 * entries
    floor = _bare_rows(credit_list)
    grown = f"memory flat: + {memory - before} MiB"
    name = f"snapshot of {entries:,}"
    return [Figure(name, entries / took, "entries/s", entries / floor, aim=f"≥ 50,000; {grown}", memory=memory)]


def _bare_rows(credit_list: CreditList) -> float:
    """The same rows read by a server-side cursor and written as JSON, without joins, numbers or checks."""
    started = perf_counter()
    changes = Change.objects.filter(publication__credit_list=credit_list).values_list("entry_id", "version", "body")
    for entry_id, version, body in changes.iterator(1000):
        dump({"id": str(entry_id), "version": version, "entry": body})
    return perf_counter() - started


# The programs ----------------------------------------------------------------------------------------------------


class Programs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._beat = self._start("beat", "beat", "-s", str(folder / "schedule"))
        self._worker = self._start_worker()

    def kill_worker(self) -> None:
        os.killpg(self._worker.pid, signal.SIGKILL)
        self._worker.wait()
        self._worker = self._start_worker()

    def pids(self) -> list[int]:
        return [self._beat.pid, self._worker.pid]

    def stop(self) -> None:
        for program in (self._beat, self._worker):
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()

    def _start_worker(self) -> "subprocess.Popen[bytes]":
        return self._start("worker", "worker", "-Q", "sweep,push,push-failing,jobs", "-c", "2", "--without-mingle")

    def _start(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "celery", "-A", "jinan_credit", *arguments, "--loglevel", "WARNING"]
        with (self._folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


@contextmanager
def programs(*, flush: bool = True) -> Iterator[Programs]:
    """Celery with all queues, and beat. `flush`: from an empty Redis."""
    connection.close()
    if flush:
        _flush()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        running = Programs(Path(folder))
        try:
            sleep(4)
            yield running
        finally:
            running.stop()
