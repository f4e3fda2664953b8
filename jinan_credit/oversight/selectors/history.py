"""Which tables hold history, found by the models: what a model's own triggers refuse, nobody may do to it."""

from collections.abc import Iterable
from datetime import timedelta

import pgtrigger
from django.apps import apps
from django.db.models import AutoField, Model

from jinan_credit.kernel import clock
from jinan_credit.oversight.models import Seal

LATEST_SEAL = timedelta(hours=2)
INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"
_BOTH = frozenset({UPDATE, DELETE})
_OF_OTHER_PROJECTS = {"pghistory.Context": frozenset({DELETE}), "admin.LogEntry": _BOTH}
"""These declare no triggers. The context of a request is written again while the request lasts."""

_WRITTEN_BY_TRIGGERS = {"oversight.Erasure"}


def refused_to_programs(model: type[Model]) -> frozenset[str]:
    return refused(model) | ({INSERT} if model._meta.label in _WRITTEN_BY_TRIGGERS else frozenset())


def refused(model: type[Model]) -> frozenset[str]:
    """Of UPDATE and DELETE those that are refused for every row, whatever it holds."""
    found = {
        operation.name
        for trigger in getattr(model._meta, "triggers", [])
        if type(trigger) is pgtrigger.Protect and trigger.condition is None
        for operation in trigger.operation or ()
    }
    return _OF_OTHER_PROJECTS.get(model._meta.label, _BOTH & found)


def tables() -> list[type[Model]]:
    """Every model with a table of its own, by its table's name."""
    models: Iterable[type[Model]] = apps.get_models(include_auto_created=True)
    own = [model for model in models if model._meta.managed and not model._meta.proxy]
    return sorted(own, key=lambda model: model._meta.db_table)


def sealed_models() -> list[type[Model]]:
    """Those whose rows are only added to, numbered by a sequence: events, logs of moves, logs of access."""
    return [model for model in tables() if refused(model) == _BOTH and isinstance(model._meta.pk, AutoField)]


def hours_without_seal() -> int:
    """Full hours since the last seal, where they are two or more; one where there never was a seal."""
    last = Seal.objects.order_by("-number").first()
    if last is None:
        return 1
    since = clock.now() - last.at
    return since // timedelta(hours=1) if since >= LATEST_SEAL else 0
