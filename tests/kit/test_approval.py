"""The example of an approval system: clear goes on, a hit stops until it is answered, *cannot tell* waits."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from pytest_httpserver import HTTPServer

from lists.services.synthetic import uscc
from sanctions.enums import ScreeningState
from sanctions.models import Execution, Screening
from tests.cast import Cast, make_cast, publish_one
from tests.exchange.conftest import client_of
from tests.kit.conftest import EXAMPLES

GO_ON, STOP, WAIT = 0, 2, 3


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client(cast: Cast) -> tuple[str, str]:
    _actor, client_id, secret = client_of(cast.finance, "screening", "feedback")
    return client_id, secret


def application(folder: Path, **party: str) -> Path:
    file = folder / "application.json"
    facts = {
        "reference": "测许〔2026〕1号",
        "permit": {"code": "0001", "name": "施工许可"},
        "party": {"kind": "organisation", **party},
    }
    file.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return file


def run(base: str, client: tuple[str, str], act: str, file: Path, *arguments: Any) -> tuple[int, str]:
    done = subprocess.run(
        [
            sys.executable,
            str(EXAMPLES / "approval" / "approve.py"),
            *("--base", base, "--patience", "3", act, str(file)),
            *map(str, arguments),
        ],
        env={**os.environ, "CREDIT_CLIENT_ID": client[0], "CREDIT_CLIENT_SECRET": client[1]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_who_is_clear_goes_on_and_is_looked_up_once(
    cast: Cast, live_server: LiveServer, client: tuple[str, str], tmp_path: Path
) -> None:
    file = application(tmp_path, code=uscc(Random(77)))
    for _time in range(2):
        code, said = run(live_server.url, client, "check", file)
        assert (code, "no entry was found" in said) == (GO_ON, True), said
    assert Screening.objects.get().state == ScreeningState.CLOSED


def test_a_hit_stops_the_permit_until_an_officer_has_answered(
    cast: Cast, live_server: LiveServer, client: tuple[str, str], tmp_path: Path
) -> None:
    entry = publish_one(cast)
    file = application(tmp_path, code=entry.subject.code or "")
    code, said = run(live_server.url, client, "check", file)
    assert (code, cast.ban.content in said) == (STOP, True), said
    hit = Screening.objects.get().hits.get()
    code, said = run(live_server.url, client, "answer", file, hit.pk, "--apply", cast.warning.pk)
    assert (code, "measure_not_own" in said) == (1, True)
    assert run(live_server.url, client, "check", file)[0] == STOP
    code, said = run(live_server.url, client, "answer", file, hit.pk, "--apply", cast.ban.pk)
    assert (code, "every hit is answered" in said) == (GO_ON, True), said
    assert Execution.objects.get().measures.get() == cast.ban
    assert Screening.objects.get().state == ScreeningState.CLOSED


def test_a_name_alone_is_never_clear(
    cast: Cast, live_server: LiveServer, client: tuple[str, str], tmp_path: Path
) -> None:
    file = application(tmp_path, name="济南某某建设有限公司")
    code, said = run(live_server.url, client, "check", file)
    assert (code, "name_only: a person must see to it" in said) == (WAIT, True), said
    assert "screening" not in json.loads(file.read_text(encoding="utf-8"))


def test_a_service_that_is_away_makes_the_permit_wait(tmp_path: Path) -> None:
    file = application(tmp_path, code=uscc(Random(77)))
    code, said = run("http://127.0.0.1:9", ("id", "secret"), "check", file)
    assert (code, "cannot tell" in said) == (WAIT, True), said


def test_a_call_is_repeated_under_its_key_and_cannot_tell_asked_anew(httpserver: HTTPServer, tmp_path: Path) -> None:
    """A 503 is the same question once more; an answer *cannot tell* is asked as a new one."""
    answer: dict[str, Any] = {"id": "1", "hits": [], "unknown_reason": None}
    asked, token = "/api/v1/screenings/", {"access_token": "t"}
    unreadable = {**answer, "result": "unknown", "unknown_reason": "not_readable"}
    httpserver.expect_ordered_request("/o/token/").respond_with_json(token)
    httpserver.expect_ordered_request(asked).respond_with_data("busy", status=503, headers={"Retry-After": "0"})
    httpserver.expect_ordered_request(asked).respond_with_json(unreadable, status=201)
    httpserver.expect_ordered_request("/o/token/").respond_with_json(token)
    httpserver.expect_ordered_request(asked).respond_with_json({**answer, "result": "clear"}, status=201)
    httpserver.expect_ordered_request("/api/v1/screenings/1/close/").respond_with_json(answer)
    file = application(tmp_path, code=uscc(Random(77)))
    base = httpserver.url_for("")
    code, said = run(base, ("id", "secret"), "check", file)
    assert (code, "not_readable: to be asked again" in said) == (WAIT, True), said
    code, said = run(base, ("id", "secret"), "check", file)
    assert (code, "no entry was found" in said) == (GO_ON, True), said
    keys = [request.headers["Idempotency-Key"] for request, _answer in httpserver.log if request.path == asked]
    assert keys[0] == keys[1] != keys[2]
