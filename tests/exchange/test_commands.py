"""Sweep, nudge, and the commands that work without Celery."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.management import CommandError, call_command

from jinan_credit.exchange import handlers
from jinan_credit.exchange.models import Cursor, PushAttempt, SweepMark
from jinan_credit.exchange.selectors import is_sweep_late
from jinan_credit.exchange.services.sweeping import sweep
from jinan_credit.kernel import clock
from lists.models import FeedHead
from tests.cast import Cast, publish_many, publish_one
from tests.exchange.conftest import Peer, connect

MakePeer = Callable[..., Peer]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_sweep_finds_what_is_behind_and_keeps_failing_apart(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer(), cast.finance)
    connect(make_peer(), cast.transport)
    publish_one(cast)
    Cursor.objects.filter(unit=cast.finance).update(failures=3)
    asked: list[bool] = []
    sweep(asked.append)
    assert sorted(asked) == [False, True]
    assert not is_sweep_late()
    SweepMark.objects.update(at=clock.now() - timedelta(minutes=3))
    assert is_sweep_late()


def test_the_sweep_deletes_failed_attempts_after_a_month(cast: Cast, make_peer: MakePeer) -> None:
    """One that was taken says which changes went to which unit: it stays as long as access logs are kept."""
    connect(make_peer(), cast.finance)
    connect(make_peer((500, {})), cast.transport)
    publish_one(cast)
    run("push_loop", "--once")
    assert set(PushAttempt.objects.values_list("status", flat=True)) == {200, 500}
    PushAttempt.objects.update(at=clock.now() - timedelta(days=31))
    sweep(lambda is_troubled: None)
    assert list(PushAttempt.objects.values_list("status", "from_seq", "to_seq")) == [(200, 0, 1)]


def test_push_loop_sends_without_celery(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer(), cast.finance)
    connect(make_peer((500, {})), cast.transport)
    publish_many(cast, 3)
    Cursor.objects.filter(unit=cast.transport).update(failures=1)
    assert "3 changes taken" in run("push_loop", "--once")
    assert Cursor.objects.get(unit=cast.finance, credit_list=cast.black).seq == 3
    assert Cursor.objects.get(unit=cast.transport, credit_list=cast.black).failures == 2


def test_new_epoch_for_one_list_or_all(cast: Cast) -> None:
    before = dict(FeedHead.objects.values_list("credit_list__code", "epoch"))
    assert run("new_epoch", "--list", "TRED").startswith("TRED ")
    after = dict(FeedHead.objects.values_list("credit_list__code", "epoch"))
    assert after["TBLACK"] == before["TBLACK"]
    assert after["TRED"] != before["TRED"]
    run("new_epoch")
    assert dict(FeedHead.objects.values_list("credit_list__code", "epoch"))["TBLACK"] != before["TBLACK"]
    with pytest.raises(CommandError, match="Unknown list: NONE"):
        run("new_epoch", "--list", "NONE")


def test_a_publication_nudges_once_it_is_committed(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("sweep")
        with django_capture_on_commit_callbacks() as callbacks:
            publish_one(cast)
        assert broker.llen("sweep") == 0
        for callback in callbacks:
            callback()
        messages = [json.loads(raw) for raw in broker.lrange("sweep", 0, -1)]
        broker.delete("sweep")
    assert [message["headers"]["task"] for message in messages] == ["jinan_credit.exchange.tasks.fan_out"]


def test_a_dead_broker_neither_stops_nor_slows(process_environment: Callable[[], dict[str, str]]) -> None:
    program = (
        "import django, time; django.setup();"
        "from jinan_credit.exchange.handlers import nudge; began = time.monotonic();"
        "[nudge(1) for _ in range(100)]; print(time.monotonic() - began)"
    )
    environment = {**process_environment(), "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert float(done.stdout) < 5


def test_after_a_lost_nudge_the_broker_is_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[[int], Any], cast: Cast
) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("sweep")
        monkeypatch.setitem(handlers._quiet, "until", time.monotonic() + 5)
        handlers.nudge(cast.black.pk)
        assert broker.llen("sweep") == 0
        monkeypatch.setitem(handlers._quiet, "until", 0.0)
        with django_assert_num_queries(0):
            handlers.nudge(cast.black.pk)
        assert broker.llen("sweep") == 1
        broker.delete("sweep")
