"""The worker is killed with -9 while it pushes and Redis forgets everything: no change is lost, none counts twice.

Real processes: Celery worker and beat, Redis, PostgreSQL, the sample receiver, a web server that it registers with.
"""

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import redis
from pytest_django.live_server_helper import LiveServer

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.models import Cursor, Endpoint, PushAttempt
from jinan_credit.kernel import clock
from tests.cast import Cast, publish_many
from tests.integration.processes import ROOT, Processes, wait_until

RECEIVER = ROOT / "examples" / "receiver" / "receiver.py"

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


def test_nothing_is_lost(
    cast: Cast, processes: Processes, live_server: LiveServer, redis_address: str, tmp_path: Path, settings: Any
) -> None:
    settings.PUSH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    receiver = start_receiver(cast, processes, live_server, tmp_path)
    worker = processes.start_worker()
    processes.start_beat()
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
    Cursor.objects.update(lease_until=clock.now())  # as if its half minute were over

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
