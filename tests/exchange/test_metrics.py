"""What Prometheus reads, and that its rules name nothing else."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import yaml
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from jinan_credit.exchange import metrics
from jinan_credit.exchange.models import (
    Backlog,
    Cursor,
    DeliveryAlert,
    Endpoint,
    ParkedChange,
    PushAttempt,
    SweepMark,
)
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from jinan_credit.kernel.metrics import REGISTRY
from jinan_credit.oversight.models import Seal, Verification
from lists.models import Publication
from tests.cast import Cast, publish_many, publish_one
from tests.conftest import ROOT
from tests.exchange.conftest import Peer, connect

MakePeer = Callable[..., Peer]
RULES = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())
SCRAPE = yaml.safe_load((ROOT / "deploy" / "prometheus.yml").read_text())
LABELS = ("unit", "list", "outcome", "state", "level", "scope")
ALL_RULES = [rule for group in RULES["groups"] for rule in group["rules"]]


def scrape() -> dict[str, dict[tuple[str, ...], float]]:
    """{metric: {values of its labels: figure}}, as a client without a session gets it."""
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return {
        family.name: {
            tuple(sample.labels[name] for name in LABELS if name in sample.labels): sample.value
            for sample in family.samples
        }
        for family in text_string_to_metric_families(answer.content.decode())
    }


def test_the_figures_are_those_of_the_database(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer((422, {"rejected": [{"seq": 1, "code": "odd", "message": "no"}]})), cast.finance)
    connect(make_peer((500, {}), (500, {})), cast.transport)
    publish_many(cast, 3)
    push()
    now = clock.now()
    SweepMark.objects.create(at=now - timedelta(seconds=90))
    alert = {"unit": cast.transport, "behind_from": now, "raised_at": now, "lists": 1, "changes_behind": 3}
    DeliveryAlert.objects.create(level=15, **alert)
    DeliveryAlert.objects.create(level=240, ended_at=now, **alert)
    found = scrape()
    assert found["jinan_push_lag_changes"] == {("transport", "TBLACK"): 3}
    assert found["jinan_push_cursors_behind"] == {(): 1}
    assert found["jinan_push_attempts"] == {("finance", "rejected"): 1, ("transport", "failed"): 1}
    assert found["jinan_push_failures_running"] == {("finance",): 0, ("transport",): 1}
    assert found["jinan_push_parked_changes"] == {("finance",): 1, ("transport",): 0}
    assert found["jinan_push_endpoints"] == {("active",): 2, ("paused",): 0, ("gone",): 0}
    assert found["jinan_push_alerts_open"] == {("15",): 1, ("240",): 0}
    assert found["jinan_feed_head"] == {("TBLACK",): 3, ("TRED",): 0}
    assert 90 <= found["jinan_push_sweep_age_seconds"][()] < 100
    oldest = found["jinan_push_oldest_unacknowledged_seconds"]
    assert oldest["finance",] == 0
    assert 0 <= oldest["transport",] < 100


def test_a_backlog_is_as_old_as_the_watch_found_it(cast: Cast, make_peer: MakePeer) -> None:
    """Not as old as what is missing: the unit was set back two hours ago, the change is of last year."""
    connect(make_peer(), cast.finance)
    publish_one(cast)
    Publication.objects.update(published_at=clock.now() - timedelta(days=365))
    cursor = Cursor.objects.get(unit=cast.finance, credit_list=cast.black)
    assert scrape()["jinan_push_oldest_unacknowledged_seconds"]["finance",] == 0
    Backlog.objects.create(cursor=cursor, waiting_from=clock.now() - timedelta(hours=2))
    assert scrape()["jinan_push_oldest_unacknowledged_seconds"]["finance",] == pytest.approx(7200, abs=60)


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (200, "", "taken"),
        (204, "", "taken"),
        (200, "200: acked x takes nothing", "failed"),
        (0, "Connection refused", "failed"),
        (301, "301: redirects are not followed", "failed"),
        (409, "409: goes on from 1:0", "rewound"),
        (410, "410: gone", "gone"),
        (413, "413: goes on with 250 changes a batch", "halved"),
        (422, "1 rejected", "rejected"),
        (429, "asked to wait 5 s", "held"),
        (503, "asked to wait 5 s", "held"),
        (503, "HTTP 503", "failed"),
        (429, "HTTP 429", "failed"),
        (409, "409: expects 1:0 again", "failed"),
        (413, "413: a single change is too large", "failed"),
        (422, "422 without a list of the rejected changes", "failed"),
        (500, "HTTP 500", "failed"),
    ],
)
def test_attempts_are_counted_by_what_came_of_them(
    cast: Cast, make_peer: MakePeer, status: int, error: str, outcome: str
) -> None:
    connect(make_peer(), cast.finance)
    cursor = Cursor.objects.filter(unit=cast.finance)[0]
    values = {"kind": "list.changes", "from_seq": 0, "to_seq": 1, "ms": 1, "size": 1, "status": status, "error": error}
    for minutes in (1, 4, 6):
        PushAttempt.objects.create(cursor=cursor, at=clock.now() - timedelta(minutes=minutes), **values)
    assert scrape()["jinan_push_attempts"] == {("finance", outcome): 2}


def test_paused_and_gone_addresses_are_told_apart(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer(), cast.finance)
    connect(make_peer(), cast.transport)
    Endpoint.objects.update(state="PAUSED", pause_reason="x")
    Endpoint.objects.filter(unit=cast.finance).update(is_gone=True)
    assert scrape()["jinan_push_endpoints"] == {("active",): 0, ("paused",): 1, ("gone",): 1}


def test_lags_are_bounded_and_the_rest_is_counted(
    cast: Cast, make_peer: MakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MOST_LAGS", 1)
    connect(make_peer(), cast.finance)
    connect(make_peer(), cast.transport)
    publish_many(cast, 3)
    Cursor.objects.filter(unit=cast.finance, credit_list=cast.black).update(seq=1)
    found = scrape()
    assert found["jinan_push_lag_changes"] == {("transport", "TBLACK"): 3}
    assert found["jinan_push_cursors_behind"] == {(): 2}


def verified(scope: str, at: datetime, *findings: str) -> None:
    Verification.objects.create(
        begun_at=at, ended_at=at, scope=scope, seal_number=1, rows=1, is_intact=not findings, findings=list(findings)
    )


def test_the_age_of_the_last_seal_is_told(db: None) -> None:
    assert scrape()["jinan_history_seal_age_seconds"] == {}
    now = clock.now()
    for number, hours in ((1, 3), (2, 2)):
        Seal.objects.create(number=number, at=now - timedelta(hours=hours), digest="d", rows=1)
    assert scrape()["jinan_history_seal_age_seconds"][()] == pytest.approx(7200, abs=60)


def test_a_finding_stands_until_a_comparison_of_as_much_is_intact(db: None) -> None:
    now = clock.now()
    verified("WHOLE", now - timedelta(hours=5), "a changed row")
    verified("NEWEST", now - timedelta(hours=1))
    found = scrape()
    assert found["jinan_history_findings"] == {("newest",): 0, ("whole",): 1}
    assert found["jinan_history_verification_age_seconds"]["whole",] == pytest.approx(5 * 3600, abs=60)
    verified("WHOLE", now)
    assert scrape()["jinan_history_findings"] == {("newest",): 0, ("whole",): 0}


def test_a_scrape_costs_seven_queries_for_any_number(cast: Cast, make_peer: MakePeer) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            scrape()
        return len(queries)

    assert cost() == 7
    for unit in (cast.finance, cast.transport):
        connect(make_peer((500, {})), unit)
    publish_many(cast, 3)
    push()
    ParkedChange.objects.create(cursor=Cursor.objects.all()[0], epoch="x", seq=1, at=clock.now())
    assert cost() == 7


def test_a_broken_database_fails_the_scrape(cast: Cast) -> None:
    def refuse(execute: object, *arguments: object) -> None:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(refuse):
        answer = Client().get("/metrics")
    assert answer.status_code == 503
    assert b"jinan_" not in answer.content


def test_nothing_but_reading_is_answered(db: None) -> None:
    assert Client().post("/metrics").status_code == 405
    assert "no-store" in Client().get("/metrics")["Cache-Control"]


# Rules ------------------------------------------------------------------------------------------------------------


def test_the_rules_name_only_figures_that_are_exported(cast: Cast, make_peer: MakePeer) -> None:
    connect(make_peer((500, {})), cast.finance)
    publish_one(cast)
    push()
    verified("NEWEST", clock.now())
    exported = {family.name: family.samples for family in REGISTRY.collect()}
    for rule in ALL_RULES:
        for name, labels in re.findall(r"\b(jinan_\w+)(?:\{([^}]*)\})?", rule["expr"]):
            assert name in exported, rule["alert"]
            known = {label for sample in exported[name] for label in sample.labels}
            assert set(re.findall(r"(\w+)=", labels)) <= known, rule["alert"]


def test_every_figure_of_trouble_has_a_rule(db: None) -> None:
    watched = set(re.findall(r"\bjinan_\w+", " ".join(rule["expr"] for rule in ALL_RULES)))
    facts = {"jinan_feed_head", "jinan_push_cursors_behind", "jinan_push_lag_changes", "jinan_push_alerts_open"}
    assert {family.name for family in REGISTRY.collect()} == watched | facts


def test_the_dashboard_shows_every_figure_and_no_other(db: None) -> None:
    board = json.loads((ROOT / "deploy" / "grafana" / "jinan-credit.json").read_text())
    asked = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    exported = {family.name for family in REGISTRY.collect()}

    assert set(re.findall(r"\bjinan_\w+", asked)) == exported
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_what_it_is_and_what_to_do(rule: dict[str, object]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert set(rule["labels"]) == {"severity"}  # type: ignore[call-overload]
    assert set(rule["annotations"]) == {"summary", "description"}  # type: ignore[call-overload]


def test_every_figure_stands_in_the_document(db: None) -> None:
    document = (ROOT / "docs" / "delivery.md").read_text()
    assert {family.name for family in REGISTRY.collect()} == set(
        re.findall(r"^\| `(jinan_\w+)`", document, re.MULTILINE)
    )


def test_the_example_scrapes_the_inner_listener_and_loads_the_rules() -> None:
    (job,) = SCRAPE["scrape_configs"]
    assert SCRAPE["rule_files"] == ["alerts.yml"]
    assert (job["job_name"], job["scheme"], job["metrics_path"]) == ("jinan-credit", "https", "/metrics")
    assert job["static_configs"][0]["targets"][0].endswith(":9443")
    assert all(f'job="{job["job_name"]}"' in rule["expr"] for rule in ALL_RULES if "up{" in rule["expr"])
