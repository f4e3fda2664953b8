"""Real processes of one test, and waiting for what they do."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
_HELD = 0x48454C44


class Processes:
    """Processes of this test, each the leader of its own group; all are gone at the end."""

    def __init__(self, environment: dict[str, str], logs: Path) -> None:
        self._environment, self._logs = environment, logs
        self._started: list[subprocess.Popen[bytes]] = []

    @property
    def database(self) -> str:
        return self._environment["DATABASE_URL"].rpartition("/")[2]

    def start(self, name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
        with (self._logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self._environment, **more}, stdout=log, stderr=log, start_new_session=True
            )
        self._started.append(process)
        return process

    def start_worker(self, queues: str = "jobs,sweep,push,push-failing", **more: str) -> subprocess.Popen[bytes]:
        options = ["-Q", queues, "-c", "2", "--without-mingle", "--loglevel", "WARNING"]
        return self.start("worker", sys.executable, "-m", "celery", "-A", "jinan_credit", "worker", *options, **more)

    def start_beat(self) -> subprocess.Popen[bytes]:
        schedule = str(self._logs / "schedule")
        return self.start(
            "beat", sys.executable, "-m", "celery", "-A", "jinan_credit", "beat", "-s", schedule, "-l", "WARNING"
        )

    def start_web(self, port: int, *options: str) -> subprocess.Popen[bytes]:
        """As in production: threads, and a grace for what is under way."""
        address = f"127.0.0.1:{port}"
        threads = ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--graceful-timeout", "30"]
        web = ["-m", "gunicorn", "jinan_credit.wsgi", "--bind", address, *threads, *options]
        process = self.start("web", sys.executable, *web)
        wait_until("the web server answers", lambda: _listens(port))
        return process

    def run(self, name: str, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """One of manage.py's commands, to its end."""
        command = [sys.executable, "manage.py", name, *arguments]
        return subprocess.run(command, cwd=ROOT, env={**self._environment, **more}, capture_output=True, text=True)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def kill_all(self) -> None:
        for process in reversed(self._started):
            self.kill(process)


class Hold:
    """What `held_up` holds."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def has_somebody(self) -> bool:
        self._cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database db ON db.oid = database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND objid = %s AND NOT granted",
            [_HELD],
        )
        return bool(self._cursor.fetchone()[0])

    def let_go(self) -> None:
        self._cursor.execute("SELECT pg_advisory_unlock_all()")


@contextlib.contextmanager
def held_up(table: str, when: str) -> Iterator[Hold]:
    """Whoever changes a row of the table so stands still in the middle of it.

    Until the end nobody else need work with the table: who was held is dead by then, or was let go and has ended.
    """
    where = connection.settings_dict
    link = psycopg2.connect(
        dbname=where["NAME"], host=where["HOST"], port=where["PORT"], user=where["USER"], password=where["PASSWORD"]
    )
    link.autocommit = True
    with contextlib.closing(link), link.cursor() as cursor:
        cursor.execute(f"""
            SELECT pg_advisory_lock({_HELD});
            CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_advisory_xact_lock({_HELD}); RETURN NEW; END $$;
            CREATE TRIGGER stand_still BEFORE UPDATE ON {table}
                FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION stand_still()
        """)
        hold = Hold(cursor)
        try:
            yield hold
        finally:
            hold.let_go()
            cursor.execute("DROP FUNCTION stand_still CASCADE")


def quiet_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(what: str, holds: Callable[[], bool], *, patience: float = PATIENCE) -> None:
    ends_at = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < ends_at, f"waited {patience:.0f} s in vain until {what}"
        time.sleep(0.1)
