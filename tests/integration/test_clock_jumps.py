"""The clock of the machine that works runs two hours ahead, and is set right while everything runs.

Real processes whose clocks really jump: push_loop, Celery worker and beat, the sample receiver; PostgreSQL, Redis.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.models import Cursor, PushAttempt, SweepMark
from jinan_credit.exchange.selectors import is_sweep_late
from jinan_credit.kernel import clock
from lists.models import ListImport
from lists.services.imports import start_import
from lists.services.synthetic import list_file
from tests.cast import Cast, publish_many
from tests.integration.processes import ROOT, Processes, held_up, wait_until
from tests.integration.test_nothing_is_lost import cursor, sample, start_receiver

AHEAD = 2 * 3600.0
BACK_WITHIN = 60.0

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


@dataclass
class Machine:
    """Processes on a machine of their own clock."""

    processes: Processes
    _file: Path

    def set_clock(self, seconds_off: float) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(str(seconds_off))
        draft.replace(self._file)


@pytest.fixture
def machine(
    processes: Processes, process_environment: Callable[[], dict[str, str]], redis_address: str, tmp_path: Path
) -> Iterator[Machine]:
    file = tmp_path / "seconds_off"
    own = {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests/integration/clocks"), str(ROOT)]),
        "SECONDS_OFF_FILE": str(file),
        "PUSH_ALLOWED_NETWORKS": "127.0.0.0/8",
        "REDIS_URL": redis_address,
        "LOG_LEVEL": "WARNING",
    }
    machine = Machine(Processes({**process_environment(), **own}, tmp_path), file)
    machine.set_clock(AHEAD)
    yield machine
    machine.processes.kill_all()


def test_a_sender_whose_clock_was_ahead_serves_at_once_when_it_is_right(
    cast: Cast, processes: Processes, machine: Machine, live_server: LiveServer, tmp_path: Path, settings: Settings
) -> None:
    """Its signatures are of the future: the receiver refuses them, the sender waits longer and longer, by its clock."""
    settings.PUSH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    start_receiver(cast, processes, live_server, tmp_path)
    publish_many(cast, 300)
    loop = machine.processes.start("ahead", sys.executable, "manage.py", "push_loop", "--always", "--every", "0.5")
    wait_until("the receiver has refused some", lambda: PushAttempt.objects.filter(status__gte=400).count() >= 2)
    copy = sample().Copy(tmp_path / "copy.sqlite3")
    assert copy.position("TBLACK") is None
    assert Cursor.objects.filter(next_attempt_at__gt=clock.now() + timedelta(hours=1)).exists()

    began = time.monotonic()
    machine.set_clock(0)
    wait_until("the copy is level", lambda: cursor(cast).seq == 300, patience=BACK_WITHIN)
    assert time.monotonic() - began < BACK_WITHIN
    assert loop.poll() is None
    assert copy.digest("TBLACK") == (300, list(digest_of(cast.black).buckets))

    machine.set_clock(AHEAD)
    publish_many(cast, 50, seed=2)
    machine.set_clock(0)
    wait_until("what came meanwhile is there", lambda: cursor(cast).seq == 350, patience=BACK_WITHIN)
    assert copy.digest("TBLACK") == (350, list(digest_of(cast.black).buckets))


def test_jobs_go_on_by_the_right_clock(cast: Cast, processes: Processes, machine: Machine) -> None:
    """Beat runs on while its clock is set right; the worker is killed, its lease ends in two hours."""
    rows = 10_000
    file = list_file(cast.black, rows, random=Random(5), today=clock.today(), persons=0.05)
    given = start_import(credit_list=cast.black, file=file, file_name="名单.csv", by=cast.actor("clerk"))

    def now() -> Any:
        return ListImport.objects.get(pk=given.pk)

    with held_up("lists_listimport", "NEW.progress > 0") as hold:
        ahead = machine.processes.start_worker()
        machine.processes.start_beat()
        wait_until("the check is under way", hold.has_somebody)
        machine.processes.kill(ahead)
    assert now().status == "CHECKING"
    assert now().leased_until > clock.now() + timedelta(hours=1)
    assert not SweepMark.objects.filter(at__lt=clock.now() + timedelta(hours=1)).exists()
    assert is_sweep_late(), "push-loop takes over meanwhile"

    machine.set_clock(0)
    processes.start_worker()
    wait_until("the file is checked", lambda: now().status == "CHECKED")
    assert (now().row_count, now().new_count, now().attempts) == (rows, rows, 0)
    wait_until("workers sweep by the right clock", lambda: not is_sweep_late(), patience=BACK_WITHIN)
