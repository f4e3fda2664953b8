"""The restore drill: the machine is gone, and another one goes on from last night's backup.

Real processes: web, Celery worker and beat, Redis, PostgreSQL, the sample receiver. The new machine has a database, a
folder of files and a Redis of its own.
"""

import contextlib
import hashlib
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.exchange.models import Cursor, Endpoint
from jinan_credit.kernel import clock
from lists.services.synthetic import list_file
from tests.cast import PASSWORD, Cast, publish_many
from tests.conftest import FIGURES
from tests.integration.conftest import own_database, own_redis
from tests.integration.processes import Processes, quiet_port, wait_until
from tests.integration.test_nothing_is_lost import RECEIVER, sample
from tests.oversight.history import new_key
from visitor import Visitor, Wrong

LISTED, PENDING, LOST = 600, 40, 25
WHERE = ("--list", "TBLACK", "--by", "clerk", "--reviewed-by", "reviewer")

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def new_machine(
    processes: Processes, process_environment: Callable[[], dict[str, str]], tmp_path: Path
) -> Iterator[Processes]:
    """Nothing of the old one but its keys."""
    folder = tmp_path / "new machine"
    folder.mkdir()
    environment = process_environment()
    with own_redis(folder) as redis_address, own_database(connection.settings_dict) as name:
        own = {
            "DATABASE_URL": f"{environment['DATABASE_URL'].rpartition('/')[0]}/{name}",
            "REDIS_URL": redis_address,
            "MEDIA_ROOT": str(folder / "media"),
            "PUSH_ALLOWED_NETWORKS": "127.0.0.0/8",
            "LOG_LEVEL": "WARNING",
        }
        machine = Processes({**environment, **own}, folder)
        yield machine
        machine.kill_all()


def test_another_machine_goes_on(
    cast: Cast,
    processes: Processes,
    new_machine: Processes,
    tmp_path: Path,
    settings: Settings,
    record_property: Callable[[str, object], None],
) -> None:
    port = quiet_port()
    web = processes.start_web(port)
    keys = seal_keys(tmp_path)
    others = [processes.start_worker("jobs,sweep,push,push-failing,seal", **keys), processes.start_beat()]
    receiver = start_receiver(cast, processes, port, tmp_path)
    publish_many(cast, LISTED, persons=0.3)
    wait_until(
        "the unit has the list", lambda: Cursor.objects.get(unit=cast.finance, credit_list=cast.black).seq == LISTED
    )
    before = Visitor(f"http://127.0.0.1:{port}").sign_in("clerk", PASSWORD)

    os.kill(receiver.pid, signal.SIGSTOP)
    publish_many(cast, PENDING, seed=2)
    sealed = processes.run("seal_history", "--by-worker")
    assert sealed.returncode == 0, sealed.stderr
    began = time.monotonic()
    backup = Path(done("backup", str(tmp_path / "backups")))
    backing_up = time.monotonic() - began
    history = fingerprint(connection.settings_dict["NAME"])
    os.kill(receiver.pid, signal.SIGCONT)
    publish_many(cast, LOST, seed=3)
    copy = sample().Copy(tmp_path / "copy.sqlite3")
    wait_until(
        "the unit is ahead of the backup", lambda: copy.position("TBLACK").endswith(f":{LISTED + PENDING + LOST}")
    )
    settings.SEALS_FOLDER, settings.SEAL_KEY = Path(keys["SEALS_FOLDER"]), Path(keys["SEAL_KEY_FILE"]).read_text()
    assert done("seal_history").startswith("seal "), "one that the backup does not know"
    more = tmp_path / "more.csv"
    more.write_bytes(list_file(cast.black, LOST, random=Random(9), today=clock.today()).getvalue())
    connection.close()
    for process in (*others, web):
        processes.kill(process)

    began = time.monotonic()
    restored = new_machine.run("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    restoring = time.monotonic() - began
    assert fingerprint(new_machine.database) == history
    number = int(sealed.stdout.removeprefix("seal ").partition(":")[0])
    assert f"intact up to seal {number}:" in new_machine.run("verify_history", **keys).stdout
    told_of = new_machine.run("seal_history", "--after-restore", "--reason", "The old machine is gone.", **keys)
    assert told_of.returncode == 0, told_of.stderr
    verified = new_machine.run("verify_history", **keys)
    assert verified.returncode == 0, verified.stdout
    assert f"intact up to seal {number + 2}:" in verified.stdout
    new_machine.start_web(port)
    new_machine.start_worker()
    new_machine.start_beat()
    told = json.loads((backup / "manifest.json").read_text())["content"]["lists"]["TBLACK"]
    wait_until("the unit's copy is that of the backup", lambda: held(copy) == (LISTED + PENDING, told["digest"]))
    level_after = time.monotonic() - began
    assert copy.position("TBLACK").partition(":")[0] != told["epoch"]

    with pytest.raises(Wrong):
        before.get("/workbench/").form("logout")
    Visitor(f"http://127.0.0.1:{port}").sign_in("clerk", PASSWORD).get("/workbench/").form("logout")
    published = new_machine.run("import_list", str(more), *WHERE)
    assert published.returncode == 0, published.stderr
    wait_until("what is published now arrives", lambda: held(copy)[0] == LISTED + PENDING + LOST)
    record_property(
        FIGURES,
        f"backup {backing_up:.1f} s, restore {restoring:.1f} s, every copy equal {level_after:.1f} s after it began "
        f"({LISTED + PENDING} entries)",
    )


def done(*command: str) -> str:
    """What one of manage.py's commands says, on the old machine."""
    said = io.StringIO()
    call_command(*command, stdout=said, stderr=io.StringIO())
    return said.getvalue().strip()


def seal_keys(folder: Path) -> dict[str, str]:
    """For whoever seals and verifies; they outlive the machine."""
    key = folder / "seal_key.pem"
    key.write_text(new_key())
    return {"SEALS_FOLDER": str(folder / "seals"), "SEAL_KEY_FILE": str(key)}


def start_receiver(cast: Cast, processes: Processes, port: int, folder: Path) -> Any:
    client, secret = register_client(cast.finance, "finance system", ["feed"], by=SYSTEM)
    credentials = folder / "client.json"
    credentials.write_text(json.dumps({"client_id": client.client_id, "client_secret": secret}))
    copy, base = str(folder / "copy.sqlite3"), f"http://127.0.0.1:{port}"
    options = ["--port", "0", "--data", copy, "--base", base, "--credentials", str(credentials), "--register"]
    receiver = processes.start("receiver", sys.executable, str(RECEIVER), *options)
    wait_until("the receiver is registered", lambda: Endpoint.objects.filter(unit=cast.finance).exists())
    return receiver


def held(copy: Any) -> tuple[int, str]:
    """How many entries the unit holds, and the hash of their digest as a backup tells it."""
    count, buckets = copy.digest("TBLACK")
    return count, hashlib.sha256("".join(buckets).encode()).hexdigest()


def fingerprint(database: str) -> dict[str, str]:
    """A hash over all rows of each history table, in the order in which they were written."""
    where = connection.settings_dict
    link = psycopg2.connect(
        dbname=database, host=where["HOST"], port=where["PORT"], user=where["USER"], password=where["PASSWORD"]
    )
    with contextlib.closing(link), link.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'pgh_id' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT md5(string_agg(row::text, '|' ORDER BY pgh_id)) FROM {table} row")
            found[table] = cursor.fetchone()[0]
    assert any(found.values())
    return found
