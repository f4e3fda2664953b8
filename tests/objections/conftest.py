import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from random import Random
from threading import Thread
from typing import Any

import pytest

from jinan_credit.accounts import channels
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.rate import forget_calls
from jinan_credit.kernel.uploads import CleanFile
from lists.models import Entry
from lists.services.synthetic import uscc
from objections.enums import ObjectionGrounds, ObjectionState
from objections.models import Objection
from objections.services.decisions import dismiss_objection, uphold_by_removal
from objections.services.objections import (
    accept_objection,
    ask_supplement,
    examine_objection,
    not_accept_objection,
    submit_objection,
)
from objections.services.pauses import pause_objection
from tests.cast import Cast, publish_one

CLOSING = ("jinan_credit.accounts.channels.EmailChannel", "jinan_credit.accounts.channels.SmsGateway")
PAPER = CleanFile(b"%PDF-1.7", "application/pdf", "pdf")


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    forget_calls()
    yield
    forget_calls()


@pytest.fixture
def entry(cast: Cast) -> Entry:
    return publish_one(cast)


@pytest.fixture
def applicant() -> Applicant:
    return Applicant("测试企业", Relation.SELF, uscc(Random(5)), "0531-00000000")


@pytest.fixture
def submit(entry: Entry, applicant: Applicant) -> Callable[..., Objection]:
    def make(by: Applicant = applicant, evidence: list[CleanFile] | None = None, **values: Any) -> Objection:
        return submit_objection(
            entry=values.get("entry", entry),
            applicant=by,
            grounds=ObjectionGrounds.WRONG_CONTENT,
            statement="文书日期有误",
            by=SYSTEM,
            evidence=evidence or [],
        ).objection

    return make


@pytest.fixture
def in_state(cast: Cast, submit: Callable[..., Objection]) -> Callable[[str], Objection]:
    """An objection brought into a state by the services themselves."""

    def bring(state: str) -> Objection:
        case, clerk, decider = submit(), cast.actor("clerk"), cast.actor("second_reviewer")
        if state == ObjectionState.SUPPLEMENT_ASKED:
            ask_supplement(objection=case, by=clerk, reason="请补充")
        elif state == ObjectionState.NOT_ACCEPTED:
            not_accept_objection(objection=case, by=clerk, reason="无关")
        elif state != ObjectionState.SUBMITTED:
            accept_objection(objection=case, by=clerk)
            if state == ObjectionState.PAUSED:
                pause_objection(objection=case, evidence=[PAPER], by=clerk, reason="委托鉴定")
            elif state != ObjectionState.ACCEPTED:
                examine_objection(objection=case, by=clerk, reason="经查")
            if state == ObjectionState.DISMISSED:
                dismiss_objection(objection=case, by=decider, reason="理由不成立")
            elif state == ObjectionState.UPHELD:
                uphold_by_removal(objection=case, by=decider, reason="理由成立")
        case.refresh_from_db()
        return case

    return bring


class Gateway:
    """A gateway for short messages on loopback."""

    def __init__(self) -> None:
        self.status, self.elsewhere, self.taken = 200, "", list[tuple[str, Any]]()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.taken.append((self.headers["Authorization"], json.loads(body)))
                self.send_response(gateway.status)
                if gateway.elsewhere:
                    self.send_header("Location", gateway.elsewhere)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                gateway.taken.append((self.headers["Authorization"], None))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"


@pytest.fixture
def every_way(settings: Any) -> Any:
    settings.MESSAGE_CHANNELS = CLOSING
    channels.channels.cache_clear()
    yield
    channels.channels.cache_clear()


@pytest.fixture
def gateway(settings: Any, every_way: None) -> Any:
    made = Gateway()
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY = made.url, "key"
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
