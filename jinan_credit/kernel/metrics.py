"""The figures for Prometheus: each room tells its own, one address gives them all.

Nothing is counted in the process: every web process gives the same answer, and a restart forgets nothing.
"""

from collections.abc import Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import CollectorRegistry

REGISTRY = CollectorRegistry()


def gauge(name: str, says: str, samples: Mapping[tuple[str, ...], float], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for values, value in samples.items():
        family.add_metric(values, float(value))
    return family
