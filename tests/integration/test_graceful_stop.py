"""SIGTERM: web answers what it has begun, workers finish the job in hand, nobody has to be killed.

Real processes: gunicorn, Celery worker and beat, push_loop, Redis, PostgreSQL.
"""

import concurrent.futures
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg2
import pytest
from django.db import connection

from jinan_credit.kernel import clock
from lists.models import ListImport
from lists.services.imports import start_import
from lists.services.synthetic import list_file
from tests.cast import Cast
from tests.integration.processes import Processes, held_up, quiet_port, wait_until

GRACE = 40.0
"""Seconds; what the compose file gives a web server and a worker at least."""

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(300)]


@contextmanager
def locked(table: str) -> Iterator[Any]:
    """Nobody reads this table until the lock is given back, by `rollback`."""
    where = connection.settings_dict
    link = psycopg2.connect(
        dbname=where["NAME"], host=where["HOST"], port=where["PORT"], user=where["USER"], password=where["PASSWORD"]
    )
    with closing(link), link.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table}")
        yield link


def somebody_waits_for(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
        return bool(cursor.fetchone()[0])


def ready(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as link:
        link.request("GET", "/-/ready")
        return link.getresponse().status


def ends(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> int:
    """Its exit code after this signal to it alone, as the container's init passes it on."""
    os.kill(process.pid, number)
    return process.wait(GRACE)


def test_web_answers_what_it_has_begun(transactional_db: None, processes: Processes, tmp_path: Path) -> None:
    port = quiet_port()
    web = processes.start_web(port)
    with locked("django_migrations") as lock, concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ready, port)
        wait_until("the request waits in the database", lambda: somebody_waits_for("django_migrations"))
        os.kill(web.pid, signal.SIGTERM)
        wait_until(
            "it knows that it has to stop", lambda: "Handling signal: term" in (tmp_path / "web.log").read_text()
        )
        assert not answer.done()
        lock.rollback()
        assert answer.result(GRACE) == 200
    assert web.wait(GRACE) == 0


def test_a_worker_finishes_what_it_has(cast: Cast, processes: Processes, tmp_path: Path) -> None:
    rows = 10_000
    file = list_file(cast.black, rows, random=Random(5), today=clock.today())
    given = start_import(credit_list=cast.black, file=file, file_name="名单.csv", by=cast.actor("clerk"))

    def now() -> ListImport:
        return ListImport.objects.get(pk=given.pk)

    with held_up("lists_listimport", "NEW.progress > 0") as hold:
        worker = processes.start_worker()
        beat = processes.start_beat()
        wait_until("the check is under way", hold.has_somebody)
        os.kill(worker.pid, signal.SIGTERM)
        wait_until("it knows that it has to stop", lambda: "Warm shutdown" in (tmp_path / "worker.log").read_text())
        assert now().status == "CHECKING"
        hold.let_go()
        assert worker.wait(GRACE) == 0
    assert (now().status, now().row_count) == ("CHECKED", rows)
    assert ends(beat) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_push_loop_stops_at_once(transactional_db: None, processes: Processes, tmp_path: Path, number: int) -> None:
    mark = tmp_path / "mark"
    loop = processes.start("push-loop", sys.executable, "manage.py", "push_loop", "--always", "--mark", str(mark))
    wait_until("it looks", mark.exists)

    assert ends(loop, number) == 0
    assert "Stopped." in (tmp_path / "push-loop.log").read_text()
