"""A receiver that answers, but slowly, delays nobody; without Celery the push goes on.

Real processes: Celery workers, push_loop, Redis, PostgreSQL; receivers on loopback.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from jinan_credit.exchange.models import Cursor, SweepMark
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.kernel import clock
from lists.models import CreditList
from tests.cast import Cast, make_list, publish_many
from tests.exchange import conftest as receivers
from tests.exchange.conftest import Got, Peer, connect
from tests.integration.processes import Processes, wait_until

LISTS, TAKES_SECONDS = 8, 9.0

make_peer = receivers.make_peer
loopback_is_allowed = receivers.loopback_is_allowed

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


def slowly(got: Got) -> tuple[int, Any]:
    time.sleep(TAKES_SECONDS)
    return 200, {}


@pytest.fixture
def redis_address() -> str:
    """The Redis to which this test's own publications send their nudges, empty."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
    return str(settings.REDIS_URL)


@pytest.fixture
def many_lists(cast: Cast) -> list[CreditList]:
    memorandum = cast.black.memoranda.get()
    return [make_list(f"TB{n}", f"名单{n}", cast.black.kind, cast.court, memorandum) for n in range(LISTS)]


def all_has_arrived(cast: Cast) -> bool:
    connection.close()
    return not Cursor.objects.filter(unit=cast.transport).behind().exists()


def test_a_slow_receiver_with_many_lists_behind_delays_nobody(
    cast: Cast, many_lists: list[CreditList], processes: Processes, make_peer: Callable[..., Peer]
) -> None:
    slow = make_peer(*[slowly] * 1_000)
    for number, credit_list in enumerate(many_lists):
        publish_many(cast, 600, credit_list=credit_list, seed=number)
    connect(slow, cast.finance)
    connect(make_peer(), cast.transport)
    start_worker(processes, "sweep", 1)
    start_worker(processes, "push", 2)
    start_worker(processes, "push-failing", 1)
    processes.start_beat()
    wait_until("the slow one lets wait with every list", lambda: len(slow.got) >= LISTS)
    wait_until("the fast one has all", lambda: all_has_arrived(cast))

    waits = []
    for number, credit_list in enumerate(many_lists * 2):
        publish_many(cast, 1, credit_list=credit_list, seed=100 + number)
        began = time.monotonic()
        wait_until("the fast one has it", lambda: all_has_arrived(cast))
        waits.append(time.monotonic() - began)
        time.sleep(0.5)

    assert Cursor.objects.filter(unit=cast.finance).behind().exists(), "the slow one was no hindrance"
    assert SweepMark.objects.get().at > clock.now() - timedelta(seconds=10)
    assert max(waits) < 3, [round(wait, 1) for wait in waits]


def start_worker(processes: Processes, queue: str, concurrency: int) -> None:
    options = ("-Q", queue, "-c", str(concurrency), "-n", f"{queue}@%h", "--without-mingle", "--loglevel", "WARNING")
    processes.start(f"worker-{queue}", sys.executable, "-m", "celery", "-A", "jinan_credit", "worker", *options)


def test_push_loop_takes_over_when_nobody_sweeps(
    cast: Cast, processes: Processes, make_peer: Callable[..., Peer], tmp_path: Any
) -> None:
    connect(make_peer(), cast.transport)
    make_cursors()
    SweepMark.objects.create(at=clock.now())
    publish_many(cast, 3)
    mark = tmp_path / "mark"
    processes.start("push-loop", sys.executable, "manage.py", "push_loop", "--every", "0.3", "--mark", str(mark))
    wait_until("it looks", mark.exists)
    mark.unlink()
    wait_until("it looks again", mark.exists)
    assert not all_has_arrived(cast)

    SweepMark.objects.update(at=clock.now() - timedelta(minutes=3))
    wait_until("all has arrived", lambda: all_has_arrived(cast), patience=20)
