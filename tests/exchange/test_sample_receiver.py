"""The sample receiver as a unit would run it: its copy equals the list, whatever happened on the way."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.exchange.services.sending import push
from jinan_credit.exchange.snapshots import Snapshot
from lists.enums import ExitReason
from lists.models import CreditList, Entry
from lists.services.removals import remove_entry
from tests.cast import Cast, make_cast, publish_many, publish_one
from tests.exchange.conftest import client_of, connect
from tests.exchange.test_sample_receiver_alone import post


def remove_some(cast: Cast, count: int) -> None:
    for entry in Entry.objects.filter(state="PUBLISHED").order_by("pk")[:count]:
        remove_entry(
            entry=entry,
            exit_reason=ExitReason.REPAIRED,
            made_by=cast.clerk,
            by=cast.actor("reviewer"),
            reason="repaired",
        )


def is_equal(cast: Cast, receiver: Any) -> bool:
    digest = digest_of(cast.black)
    return receiver.copy.position("TBLACK") == str(digest.at) and receiver.copy.digest("TBLACK") == (
        digest.count,
        list(digest.buckets),
    )


def test_its_copy_equals_the_list(cast: Cast, run_sample: Callable[..., Any]) -> None:
    receiver = run_sample(cast.finance)
    publish_many(cast, 1100)
    push()
    remove_some(cast, 3)
    push()
    assert is_equal(cast, receiver)
    assert digest_of(cast.black).count == 1097


def test_restored_from_a_backup_it_is_healed_by_409(cast: Cast, run_sample: Callable[..., Any], tmp_path: Path) -> None:
    receiver = run_sample(cast.finance)
    file = tmp_path / "finance.sqlite3"
    publish_many(cast, 3)
    push()
    shutil.copy(file, tmp_path / "backup")
    publish_many(cast, 3, seed=2)
    remove_some(cast, 1)
    push()
    for leftover in tmp_path.glob("finance.sqlite3-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "backup", file)
    publish_one(cast, seed=9)
    push()
    assert is_equal(cast, receiver)


def test_a_replayed_message_has_one_effect(cast: Cast, run_sample: Callable[..., Any], make_peer: Any) -> None:
    receiver = run_sample(cast.finance)
    witness = make_peer()
    connect(witness, cast.transport)
    publish_many(cast, 2)
    remove_some(cast, 1)
    push()
    got = witness.got[0]
    status, answer = post(receiver, got.headers["webhook-id"], got.raw)
    assert (status, answer) == (200, {"acked": str(digest_of(cast.black).at)})
    assert is_equal(cast, receiver)


class TestWithTheService:
    """Registration, snapshot and comparison by REST: a web server and commits."""

    @pytest.fixture
    def cast(self, transactional_db: None) -> Cast:
        return make_cast()

    @pytest.fixture
    def receiver(self, cast: Cast, live_server: LiveServer, sample: ModuleType, tmp_path: Path) -> Iterator[Any]:
        """Registered by itself, twice with one effect."""
        _actor, client_id, secret = client_of(cast.finance)
        service = sample.Service(live_server.url, client_id, secret)
        copy = sample.Copy(tmp_path / "copy")
        receiver = sample.Receiver(("127.0.0.1", 0), copy, sample.Resync(copy, service))
        receiver.service = service
        receiver.url = f"http://127.0.0.1:{receiver.server_address[1]}/"
        threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True).start()
        for _ in range(2):
            sample.register(receiver, copy, service, receiver.url, auto_sign=False)
        yield receiver
        receiver.stop()

    def test_compares(self, cast: Cast, receiver: Any, sample: ModuleType, capsys: Any) -> None:
        publish_many(cast, 40, persons=0.2)
        push()
        assert sample.compare(receiver.copy, receiver.service)
        remove_some(cast, 2)
        assert not sample.compare(receiver.copy, receiver.service)
        push()
        assert sample.compare(receiver.copy, receiver.service)
        assert "equal: 38 entries" in capsys.readouterr().out

    def test_a_new_epoch_begins_with_the_snapshot(self, cast: Cast, receiver: Any, sample: ModuleType) -> None:
        publish_many(cast, 40)
        push()
        remove_some(cast, 2)
        with receiver.copy._transaction() as db:
            db.execute("UPDATE entry SET version = version + 7")  # later versions, lost when the service was restored
        start_new_epoch(lists=CreditList.objects.all())
        ends_at = time.monotonic() + 30
        while Cursor.objects.behind().exists():
            assert time.monotonic() < ends_at
            push()
            time.sleep(0.2)
        assert sample.compare(receiver.copy, receiver.service)

    def test_a_resync_in_the_same_epoch_loads_the_snapshot_too(
        self, cast: Cast, receiver: Any, sample: ModuleType
    ) -> None:
        publish_many(cast, 5)
        push()
        with receiver.copy._transaction() as db:
            db.execute("DELETE FROM entry")
        head = digest_of(cast.black).at
        assert self._tell_resync(receiver, head.epoch)[0] == 503
        ends_at = time.monotonic() + 30
        while (answer := self._tell_resync(receiver, head.epoch))[0] == 503:
            assert time.monotonic() < ends_at
            time.sleep(0.1)
        assert answer == (200, {"acked": str(head)})
        assert sample.compare(receiver.copy, receiver.service)

    def test_a_snapshot_that_breaks_off_is_not_taken(
        self, cast: Cast, receiver: Any, sample: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish_many(cast, 5)
        push()
        monkeypatch.setattr(Snapshot, "lines", lambda self, whole=Snapshot.lines: list(whole(self))[:-1])
        path = "/api/v1/snapshot/TBLACK/"
        with pytest.raises(OSError, match="broke off"), receiver.service.snapshot(path):
            pass
        receiver.resync._load("TBLACK", path)
        assert sample.compare(receiver.copy, receiver.service)

    def _tell_resync(self, receiver: Any, epoch: str) -> tuple[int, Any]:
        data = {"list": "TBLACK", "epoch": epoch, "snapshot": "/api/v1/snapshot/TBLACK/"}
        return post(receiver, "resync", json.dumps({"type": "list.resync", "data": data}).encode())
