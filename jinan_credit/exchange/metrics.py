"""The figures of the push for Prometheus, read from PostgreSQL at every scrape in five queries."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Count, Value, When
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import Endpoint, ParkedChange, PushAttempt
from jinan_credit.exchange.rules import GONE
from jinan_credit.exchange.services.alerting import WAITING
from jinan_credit.exchange.services.leases import HALVED, HELD, REJECTED, REWOUND
from jinan_credit.kernel import clock
from jinan_credit.kernel.metrics import REGISTRY, gauge

MOST_LAGS = 1_000
"""Series of `jinan_push_lag_changes`, of the cursors furthest behind: when all units fail, no scrape is flooded."""
RECENT = timedelta(minutes=5)

_BEHIND = f"""
    WITH waiting AS MATERIALIZED ({WAITING})
    SELECT unit.code, NULL, count(*), max(failures), extract(epoch FROM %(now)s - min(waiting_from))::float8
    FROM waiting JOIN accounts_unit unit ON unit.id = unit_id
    GROUP BY unit.code
    UNION ALL (
        SELECT unit.code, list.code, changes, NULL, NULL
        FROM waiting
        JOIN accounts_unit unit ON unit.id = unit_id
        JOIN lists_creditlist list ON list.id = credit_list_id
        ORDER BY changes DESC LIMIT %(most)s
    )
"""  # noqa: S608 - made of constants
"""A line for each unit that is behind: copies, failures, seconds; then one for each copy: changes."""

_SINGLE_FIGURES = """
    SELECT 'head', list.code, head.seq
    FROM lists_feedhead head JOIN lists_creditlist list ON list.id = head.credit_list_id
    UNION ALL
    SELECT 'alerts', level::text, count(*) FILTER (WHERE ended_at IS NULL) FROM exchange_deliveryalert GROUP BY level
    UNION ALL
    SELECT 'sweep', '', extract(epoch FROM %(now)s - at) FROM exchange_sweepmark
    UNION ALL
    SELECT 'offices', '', count(*) FROM exchange_officedelivery WHERE taken_at IS NULL
"""

_STATES = ("active", "paused", "gone")
_STATE = Case(
    When(is_gone=True, then=Value("gone")),
    When(state=EndpointState.PAUSED, then=Value("paused")),
    default=Value("active"),
    output_field=CharField(),
)
_OUTCOME = Case(
    When(status__range=(200, 299), error="", then=Value("taken")),
    When(status=422, error__endswith=REJECTED, then=Value("rejected")),
    When(error__startswith=REWOUND, then=Value("rewound")),
    When(error__startswith=HALVED, then=Value("halved")),
    When(error__startswith=HELD, then=Value("held")),
    When(error=GONE, then=Value("gone")),
    default=Value("failed"),
    output_field=CharField(),
)
"""What the receiver's answer asked for; `failed`: the contract knows no such answer, or none came."""


class PushCollector(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = clock.now()
        states = dict(Endpoint.objects.order_by().values_list("unit__code", _STATE))
        yield gauge(
            "jinan_push_endpoints",
            "Push addresses by state",
            {(state,): list(states.values()).count(state) for state in _STATES},
            "state",
        )
        yield from _of_cursors(states, now)
        yield _of_attempts(now)
        yield _of_parked(states)
        yield from _of_single_figures(now)


def _of_cursors(units: Iterable[str], now: datetime) -> Iterator[GaugeMetricFamily]:
    oldest, failures = dict.fromkeys(units, 0.0), dict.fromkeys(units, 0)
    lags: dict[tuple[str, ...], float] = {}
    copies = 0
    for unit, code, count, worst, seconds in _rows(_BEHIND, now=now, most=MOST_LAGS):
        if code is None:
            oldest[unit], failures[unit], copies = seconds, worst, copies + count
        else:
            lags[unit, code] = count
    yield gauge("jinan_push_cursors_behind", "Copies of lists that miss changes", {(): copies})
    yield gauge(
        "jinan_push_lag_changes",
        f"Changes that a copy misses; of copies that miss some, at most the {MOST_LAGS} furthest behind",
        lags,
        "unit",
        "list",
    )
    yield gauge(
        "jinan_push_oldest_unacknowledged_seconds",
        "How long the change that is owed to the unit longest has been waiting; 0 when none is owed",
        _by_unit(oldest),
        "unit",
    )
    yield gauge(
        "jinan_push_failures_running", "Failures in a row, of the unit's worst list", _by_unit(failures), "unit"
    )


def _of_attempts(now: datetime) -> GaugeMetricFamily:
    attempts = PushAttempt.objects.filter(at__gt=now - RECENT).order_by().values_list("cursor__unit__code", _OUTCOME)
    counted = attempts.annotate(Count("pk"))
    return gauge(
        "jinan_push_attempts",
        "Messages of the last five minutes by what came of them",
        {(unit, outcome): count for unit, outcome, count in counted},
        "unit",
        "outcome",
    )


def _of_parked(units: Iterable[str]) -> GaugeMetricFamily:
    parked = ParkedChange.objects.unsettled().order_by().values_list("cursor__unit__code").annotate(Count("pk"))
    counted = dict.fromkeys(units, 0) | dict(parked)
    return gauge(
        "jinan_push_parked_changes",
        "Rejected changes that nobody has settled",
        _by_unit(counted),
        "unit",
    )


def _of_single_figures(now: datetime) -> Iterator[GaugeMetricFamily]:
    found: dict[str, dict[tuple[str, ...], float]] = {"head": {}, "alerts": {}, "sweep": {}, "offices": {}}
    for kind, label, value in _rows(_SINGLE_FIGURES, now=now):
        found[kind][(label,) if label else ()] = value
    yield gauge("jinan_feed_head", "Position of the last change of a list", found["head"], "list")
    yield gauge("jinan_push_alerts_open", "Units with an open alert, by its level in minutes", found["alerts"], "level")
    yield gauge("jinan_office_messages_waiting", "Messages that office systems have not taken", found["offices"])
    yield gauge("jinan_push_sweep_age_seconds", "Since a worker last looked for changes to send", found["sweep"])


def _rows(statement: str, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _by_unit(values: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(unit,): value for unit, value in values.items()}


REGISTRY.register(PushCollector())
