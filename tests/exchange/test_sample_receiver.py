"""The sample receiver as a unit would run it: its copy equals the list, whatever happened on the way."""

import json
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from standardwebhooks import Webhook

from jinan_credit.exchange.digests import digest_of
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from lists.enums import ExitReason
from lists.models import CreditList, Entry
from lists.services.removals import remove_entry
from tests.cast import Cast, make_cast, publish_many, publish_one
from tests.exchange.conftest import client_of, connect


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


def post(receiver: Any, message_id: str, raw: bytes, **changed: str) -> tuple[int, Any]:
    at = clock.now().replace(tzinfo=None)
    timestamp = int(clock.now().timestamp())
    signature = Webhook(receiver.copy.setting("secret")).sign(message_id, _utc(timestamp), raw.decode())
    headers = {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signature} | changed
    assert at
    request = urllib.request.Request(receiver.url, data=raw, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def _utc(timestamp: int) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(timestamp, tz=UTC)


def test_what_is_forged_old_or_unreadable_is_refused(cast: Cast, run_sample: Callable[..., Any]) -> None:
    receiver = run_sample(cast.finance)
    raw = b'{"type":"list.changes","data":{"list":"TBLACK","from":"e:0","to":"e:0","changes":[]}}'
    assert post(receiver, "a", raw)[0] == 200
    assert post(receiver, "b", raw, **{"webhook-signature": "v1,AAAA"})[0] == 401
    assert post(receiver, "c", raw, **{"webhook-timestamp": "1000"})[0] == 401
    assert post(receiver, "d", b"not json")[0] == 400
    assert post(receiver, "e", b'{"type":"endpoint.challenge","data":{"token":"x"}}')[0] == 403


def test_an_older_version_that_comes_late_changes_nothing(sample: ModuleType, tmp_path: Path) -> None:
    copy = sample.Copy(tmp_path / "copy")

    def apply(number: int, op: str, version: int) -> None:
        change = {"id": "x", "op": op, "version": version, "entry": {}}
        copy.apply(f"m{number}", {"list": "L", "from": f"e:{number}", "to": f"e:{number + 1}", "changes": [change]})

    apply(0, "upsert", 1)
    apply(1, "remove", 3)
    apply(2, "upsert", 2)
    assert copy.digest("L")[0] == 0
    with pytest.raises(sample.WrongPlace):
        apply(7, "upsert", 9)


class TestWithTheService:
    """Registration, snapshot and comparison by REST: a web server and commits."""

    @pytest.fixture
    def cast(self, transactional_db: None) -> Cast:
        return make_cast()

    def test_registers_resyncs_and_compares(
        self, cast: Cast, live_server: LiveServer, sample: ModuleType, tmp_path: Path, capsys: Any
    ) -> None:
        _actor, client_id, secret = client_of(cast.finance)
        service = sample.Service(live_server.url, client_id, secret)
        copy = sample.Copy(tmp_path / "copy")
        receiver = sample.Receiver(("127.0.0.1", 0), copy, sample.Resync(copy, service))
        threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True).start()
        try:
            url = f"http://127.0.0.1:{receiver.server_address[1]}/"
            sample.register(receiver, copy, service, url, auto_sign=False)
            sample.register(receiver, copy, service, url, auto_sign=False)
            publish_many(cast, 40, persons=0.2)
            push()
            assert sample.compare(copy, service)
            remove_some(cast, 2)
            assert not sample.compare(copy, service)
            start_new_epoch(lists=CreditList.objects.all())
            ends_at = time.monotonic() + 30
            while Cursor.objects.behind().exists():
                assert time.monotonic() < ends_at
                push()
                time.sleep(0.2)
            assert sample.compare(copy, service)
            assert "equal: 38 entries" in capsys.readouterr().out
        finally:
            receiver.shutdown()
            receiver.server_close()
