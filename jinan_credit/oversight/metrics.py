"""The figures of the history's seals for Prometheus, read from PostgreSQL at every scrape in two queries."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from jinan_credit.kernel import clock
from jinan_credit.kernel.metrics import REGISTRY, gauge
from jinan_credit.oversight.models import Seal, Verification


class HistoryCollector(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = clock.now()
        last = Seal.objects.order_by("-number").first()
        yield gauge(
            "jinan_history_seal_age_seconds",
            "Since the history was last sealed; absent where it never was",
            {(): (now - last.at).total_seconds()} if last else {},
        )
        verified = list(Verification.objects.order_by("scope", "-pk").distinct("scope"))
        yield gauge(
            "jinan_history_verification_age_seconds",
            "Since the history was last compared with its seals",
            {(one.scope.lower(),): (now - one.ended_at).total_seconds() for one in verified},
            "scope",
        )
        yield gauge(
            "jinan_history_findings",
            "What the last comparison found: 0 where the history is what was sealed",
            {(one.scope.lower(),): len(one.findings) for one in verified},
            "scope",
        )


REGISTRY.register(HistoryCollector())
