"""A populated database is upgraded while it publishes and pushes: nothing is lost, and nobody waits behind the upgrade.

Real processes: `migrate`, push_loop, a publisher, PostgreSQL; a receiver on loopback. The database is a copy, set back
to an earlier state of one app whose tables every publication writes to.
"""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection
from pytest_django import Settings

from jinan_credit.exchange.services.cursors import make_cursors
from tests.cast import Cast, publish_many
from tests.exchange import conftest as receivers
from tests.exchange.conftest import Peer, connect
from tests.integration.conftest import own_database
from tests.integration.processes import Processes, wait_until

make_peer = receivers.make_peer
loopback_is_allowed = receivers.loopback_is_allowed

BEFORE, ENTRIES = ("sanctions", "0015"), 2_000
APPLIED = "SELECT count(DISTINCT (app, name)) FROM django_migrations"
HEAD = "SELECT seq FROM lists_feedhead head JOIN lists_creditlist list ON list.id = credit_list_id WHERE code = %s"

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def peer(cast: Cast, make_peer: Callable[..., Peer], settings: Settings) -> Peer:
    """The address of the unit that all lists concern."""
    peer = make_peer()
    connect(peer, cast.transport)
    make_cursors()
    publish_many(cast, ENTRIES)
    return peer


@pytest.fixture
def upgraded(
    peer: Peer, process_environment: Callable[[], dict[str, str]], redis_address: str, tmp_path: Path
) -> Iterator[Processes]:
    environment = process_environment()
    connection.close()
    with own_database(connection.settings_dict, template=connection.settings_dict["NAME"]) as name:
        address = f"{environment['DATABASE_URL'].rpartition('/')[0]}/{name}"
        own = {"DATABASE_URL": address, "REDIS_URL": redis_address, "PUSH_ALLOWED_NETWORKS": "127.0.0.0/8"}
        processes = Processes({**environment, **own, "LOG_LEVEL": "WARNING"}, tmp_path)
        yield processes
        processes.kill_all()


def test_nothing_is_lost_by_an_upgrade(upgraded: Processes, peer: Peer, tmp_path: Path) -> None:
    journal = tmp_path / "publisher.jsonl"
    applied = asked(upgraded, APPLIED)
    back = upgraded.run("migrate", *BEFORE)
    assert back.returncode == 0, back.stderr
    assert asked(upgraded, APPLIED) < applied
    upgraded.start("push-loop", sys.executable, "manage.py", "push_loop", "--always", "--every", "0.2")
    publisher = upgraded.start("publisher", sys.executable, "-m", "tests.chaos.publishers", "7", str(journal))
    wait_until(
        "more is published and pushed", lambda: len(lines(journal)) > 5 and len(received(peer, "TBLACK")) > ENTRIES
    )

    with using(upgraded, "SELECT count(*) FROM sanctions_unittask"):
        waited = upgraded.run("migrate", "sanctions", "--lock-timeout", "0.5", "--attempts", "2", "--pause", "0.5")
        assert waited.returncode != 0
        assert "A table was in use for longer than 0.5 s, 2 times" in waited.stderr
        goes_on = len(lines(journal))
        wait_until("it is published meanwhile", lambda: len(lines(journal)) > goes_on)

    goes_on = len(lines(journal))
    done = upgraded.run("migrate")
    assert done.returncode == 0, done.stderr
    wait_until("it is published afterwards", lambda: len(lines(journal)) > goes_on + 5)
    assert publisher.poll() is None
    upgraded.kill(publisher)

    for code in ("TBLACK", "TRED"):
        head = asked(upgraded, HEAD, code)
        wait_until(f"all of {code} has arrived", lambda code=code, head=head: len(set(received(peer, code))) == head)
        assert sorted(set(received(peer, code))) == list(range(1, head + 1))
    assert not [line for line in lines(journal) if "failed" in line]
    assert asked(upgraded, APPLIED) == applied


def lines(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines() if line] if journal.exists() else []


def received(peer: Peer, code: str) -> list[int]:
    """The numbers of all changes of a list that were taken."""
    bodies = [got.body["data"] for got in peer.got if got.body["type"] == "list.changes"]
    return [change["seq"] for data in bodies if data["list"] == code for change in data["changes"]]


@contextlib.contextmanager
def using(processes: Processes, query: str) -> Iterator[None]:
    """Somebody reads, and has not ended his transaction."""
    with contextlib.closing(link(processes)) as reader, reader.cursor() as cursor:
        cursor.execute(query)
        yield


def asked(processes: Processes, query: str, *values: object) -> int:
    with contextlib.closing(link(processes)) as reader, reader.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def link(processes: Processes) -> Any:
    where = connection.settings_dict
    return psycopg2.connect(
        dbname=processes.database,
        host=where["HOST"],
        port=where["PORT"],
        user=where["USER"],
        password=where["PASSWORD"],
    )
