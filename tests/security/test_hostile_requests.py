"""What is sent to do harm by the way: to the log, to caches, into frames, through the policy's own reports."""

import json
import logging
import re
from io import StringIO

import pytest
from django.conf import settings
from django.test import Client

from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.rate import forget_calls
from tests.cast import Cast, publish_one
from tests.conftest import ROOT
from tests.lists.browser import signed_in

FORGED = 'x\r\n{"event": "forged"}\n'


def test_what_is_typed_stays_within_its_line_of_the_log() -> None:
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(_json_formatter())
    logger = logging.getLogger("tests.security")
    logger.addHandler(handler)
    try:
        logger.warning("looked for %s", FORGED)
    finally:
        logger.removeHandler(handler)

    line, end = out.getvalue().split("\n")
    assert end == ""
    assert json.loads(line)["event"] == f"looked for {FORGED}"


@pytest.mark.parametrize("suffix", ["style.css", "a.js", ";a.css", "%2Fa.css", "%0A/a.png", "?a.css"])
def test_a_page_under_the_name_of_a_file_is_no_page_or_is_not_cached(cast: Cast, suffix: str) -> None:
    answer = signed_in(cast.clerk).get(f"/my-account/{suffix}")
    assert answer.status_code == 404 or "no-store" in answer["Cache-Control"]


def test_no_page_stands_in_a_frame(cast: Cast) -> None:
    for who, address in ((Client(), "/"), (Client(), "/accounts/login/"), (signed_in(cast.clerk), "/workbench/")):
        page = who.get(address)
        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80"]
)
def test_another_host_gets_nothing(host: str) -> None:
    assert Client().get("/", headers={"Host": host}).status_code == 400


def test_what_a_chart_draws_is_data(cast: Cast) -> None:
    """Names stand in the page as JSON, which no name can leave; tooltips are drawn as text."""
    name = "</script><img src=x onerror=alert(1)>"
    Unit.objects.filter(pk=cast.finance.pk).update(name=name)
    publish_one(cast)
    page = signed_in(cast.coordinator).get("/oversight/").content.decode()

    assert "<img src=x" not in page
    chart = re.search(r'<script id="rates-by-unit" type="application/json">(.*?)</script>', page)
    assert chart is not None
    assert name in json.loads(chart[1])["labels"]
    assert "richText" in (ROOT / "static" / "js" / "charts.js").read_text()


class TestPolicyReports:
    @pytest.fixture(autouse=True)
    def _counters(self) -> None:
        forget_calls()

    def test_both_forms_are_logged_without_what_a_person_typed(self, caplog: pytest.LogCaptureFixture) -> None:
        old = {"document-uri": "https://a/b/?name=王", "effective-directive": "script-src", "blocked-uri": "inline"}
        new = {"documentURL": "https://a/c/?q=1#x", "effectiveDirective": "img-src", "blockedURL": "https://evil/?s"}
        assert _send({"csp-report": old}) == _send([{"type": "csp-violation", "body": new}]) == 204

        told = [record.msg for record in caplog.records if "policy_report" in str(record.msg)]
        assert [(one["directive"], one["page"], one["blocked"]) for one in told] == [
            ("script-src", "https://a/b/", "inline"),
            ("img-src", "https://a/c/", "https://evil/"),
        ]

    @pytest.mark.parametrize("body", [b"", b"{", b"[1, null, {}]", b'{"csp-report": 7}', b"[" * 9000, b"x" * 100_000])
    def test_whatever_is_sent_is_taken_quietly(self, body: bytes) -> None:
        assert Client().post("/policy-reports/", body, "application/csp-report").status_code == 204

    def test_a_flood_is_limited(self) -> None:
        answers = [_send({"csp-report": {}}) for _ in range(70)]
        assert answers.count(204) == 60

    def test_every_page_names_where_to_report(self, cast: Cast) -> None:
        assert "report-uri /policy-reports/" in Client().get("/accounts/login/")["Content-Security-Policy"]


def _send(body: object) -> int:
    return Client().post("/policy-reports/", json.dumps(body), "application/csp-report").status_code


def _json_formatter() -> logging.Formatter:

    spec = dict(settings.LOGGING["formatters"]["json"])
    make = spec.pop("()")
    return make(**spec)
