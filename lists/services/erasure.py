"""Real deletion at the disclosure limit (rule 10): the one place that may rewrite what is otherwise only added to.

The database protects moves, changes and history by triggers. Here, and nowhere else, those of one model are lifted for
one statement, so that what names a party can go (SD art. 38, PIPL art. 47; ADR 0011). Whoever calls this decides what
stays as a stub; a row's history goes with what it said.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
import pgtrigger
from django.db import models, transaction
from django.db.models import Case, Model, QuerySet, Value, When
from django.db.models.fields.files import FieldFile

from jinan_credit.accounts.history import keeps_what_goes

DASH = "—"
PURGE_BATCH = 1000


def in_batches(
    due: QuerySet[Any], act: Callable[[list[Any]], object], progress: Callable[[int], None] | None = None
) -> int:
    """Hand the keys of all rows that are due to `act`, a batch a transaction. Returns how many rows they were.

    Two runs at once share the rows; what a killed run has not done, the next finds due again.
    """
    total, last = 0, None
    while keys := _one_batch(due if last is None else due.filter(pk__gt=last), act):
        total, last = total + len(keys), keys[-1]
        if progress is not None:
            progress(total)
    return total


@transaction.atomic
def _one_batch(due: QuerySet[Any], act: Callable[[list[Any]], object]) -> list[Any]:
    locked = due.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    keys = list(locked.values_list("pk", flat=True)[:PURGE_BATCH])
    if keys:
        act(keys)
    return keys


def empty(rows: QuerySet[Any], **values: Any) -> int:
    """Overwrite fields and delete the rows' history; what is then written to the history is the stub."""
    with lifted(rows.model):
        _forget(rows)
        return rows.order_by().update(**values)


def delete(rows: QuerySet[Any], *files: str) -> None:
    """Delete rows, their history, and the files that the named fields point to."""
    for row in rows.only("pk", *files) if files else ():
        for name in files:
            remove_file(getattr(row, name))
    with lifted(rows.model):
        _forget(rows)
        rows.order_by().delete()


def forget(model: type[Model], **of: Any) -> list[Any]:
    """Delete history by what it says itself, also of rows that are gone. Returns the keys of the rows it was of."""
    keys: set[Any] = set()
    for events in _history_of(model):
        found = events._default_manager.filter(**of).order_by()
        keys.update(found.values_list("pgh_obj_id", flat=True))
        with lifted(events):
            found.delete()
    return list(keys)


def remove_file(file: FieldFile) -> None:
    """Gone before the row says so: after a crash the row is still there, and the next run finds it."""
    if file.name:
        file.storage.delete(file.name)


def dash(name: str) -> Case:
    """For a text that a constraint wants filled: a dash where something stood, nothing where nothing did."""
    return Case(When(**{name: ""}, then=Value("")), default=Value(DASH))


def _forget(rows: QuerySet[Any]) -> None:
    for events in _history_of(rows.model):
        with lifted(events):
            events._default_manager.filter(pgh_obj__in=rows.order_by().values("pk")).delete()


def _history_of(model: type[Model]) -> list[type[models.Model]]:
    return list(pghistory.core.event_models(tracks_model=model))


@contextmanager
def lifted(model: type[Model]) -> Iterator[None]:
    """Without the triggers that protect this model's rows, and those that would keep what is emptied; those that write
    what stays into the history stay."""
    guards = [
        f"{model._meta.label}:{trigger.name}"
        for trigger in getattr(model._meta, "triggers", [])
        if isinstance(trigger, pgtrigger.Protect | pgtrigger.ReadOnly) or keeps_what_goes(trigger)
    ]
    if not guards:
        yield
        return
    with pgtrigger.ignore(*guards):  # noqa: TID251 - the law itself asks for deletion here (rule 10)
        yield
