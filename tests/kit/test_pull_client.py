"""The example that fetches: its copy equals the list, also after a removal and a new epoch."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from jinan_credit.exchange import batches, digests
from jinan_credit.exchange.enums import Via
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.services.epochs import start_new_epoch
from lists.enums import ExitReason
from lists.models import CreditList, Entry
from lists.services.removals import remove_entry
from tests.cast import Cast, make_cast, publish_many
from tests.exchange.conftest import client_of
from tests.kit.conftest import EXAMPLES


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    for forget in (batches.rendered_bodies.clear, digests._last.clear):
        forget()
    return make_cast()


@pytest.fixture
def client(cast: Cast) -> tuple[str, str]:
    _actor, client_id, secret = client_of(cast.finance)
    return client_id, secret


def pull(live_server: LiveServer, client: tuple[str, str], data: Path, code: str = "TBLACK") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "pull-client" / "pull.py"), "--list", code, "--data", str(data), "--once"],
        env={
            **os.environ,
            "CREDIT_BASE": live_server.url,
            "CREDIT_CLIENT_ID": client[0],
            "CREDIT_CLIENT_SECRET": client[1],
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_follows_a_list(cast: Cast, live_server: LiveServer, client: tuple[str, str], tmp_path: Path) -> None:
    data = tmp_path / "copy.sqlite3"
    publish_many(cast, 620, persons=0.1)
    code, said = pull(live_server, client, data)
    assert (code, said.count("changes, now at")) == (0, 2)
    assert "equal, 620 entries" in said

    removed = Entry.objects.filter(state="PUBLISHED").order_by("pk").first()
    assert removed is not None
    remove_entry(
        entry=removed,
        exit_reason=ExitReason.REPAIRED,
        made_by=cast.clerk,
        by=cast.actor("reviewer"),
        reason="repaired",
    )
    assert "equal, 619 entries" in pull(live_server, client, data)[1]
    cursor = Cursor.objects.get(unit=cast.finance, credit_list=cast.black)
    assert (cursor.via, cursor.seq) == (Via.PULL, 621)

    hold_versions_that_are_lost(data)
    start_new_epoch(lists=CreditList.objects.all())
    code, said = pull(live_server, client, data)
    assert "loaded a snapshot of 619 entries" in said
    assert (code, "equal, 619 entries" in said) == (0, True)


def hold_versions_that_are_lost(copy: Path) -> None:
    """As if the service had been restored: this copy heard of later versions of all, which are given out anew."""
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute("UPDATE entry SET version = version + 7")


def test_a_copy_that_was_lost_begins_with_the_snapshot(
    cast: Cast, live_server: LiveServer, client: tuple[str, str], tmp_path: Path
) -> None:
    publish_many(cast, 3)
    assert pull(live_server, client, tmp_path / "lost.sqlite3")[0] == 0
    code, said = pull(live_server, client, tmp_path / "new.sqlite3")
    assert "loaded a snapshot of 3 entries" in said
    assert code == 0


def test_a_list_that_does_not_concern_the_unit_ends_it(
    cast: Cast, live_server: LiveServer, client: tuple[str, str], tmp_path: Path
) -> None:
    code, said = pull(live_server, client, tmp_path / "copy.sqlite3", "NONE")
    assert code == 1
    assert "NONE does not concern this unit" in said
