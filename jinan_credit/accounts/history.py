"""How the database keeps the history of a row: every version of it, in the same statement that writes it."""

from collections.abc import Callable
from typing import Any

import pghistory
import pghistory.trigger
import pgtrigger
from django.db import models


class _HashedEvent(pghistory.trigger.Event):
    """Joins the rows as they were and as they are by a full join, which PostgreSQL hashes or merges but never loops.

    The plan of a trigger is made at its first call and kept as long as the connection. Made for one row, it would
    be a nested loop: the time of a later act on many rows would grow with their square.
    """

    def render_func(self, model: models.Model) -> str:
        return super().render_func(model).replace(" old_values JOIN new_values ", " old_values FULL JOIN new_values ")


class _UpdateEvent(pghistory.UpdateEvent):
    """The version that an update made; with `row="OLD"` the one that it replaced."""

    def add_event_trigger(self, event_model: type[models.Model]) -> None:
        event = _HashedEvent(
            event_model=event_model,
            label=self.label,
            name=self.trigger_name,
            row=self.row,
            operation=self.operation,
            condition=self.condition,
            level=self.level,
        )
        pgtrigger.register(event)(event_model.pgh_tracked_model)  # type: ignore[attr-defined]


def track(
    *, new: bool = True, gone: bool = False, unchanged: bool = False, exclude: list[str] | None = None
) -> Callable[[Any], Any]:
    """Keep every version of a model's rows; with `new` also the first, as inserted, with `gone` the last, as deleted:
    for every model whose deletion no trigger refuses.

    A change of the fields in `exclude` alone makes no version, and no version holds them. With `unchanged` an update
    that changes nothing makes a version too: rows need not be compared, which is a third of the time of an update.
    """
    first = [pghistory.InsertEvent()] if new else []
    later = _UpdateEvent(condition=None) if unchanged else _UpdateEvent()
    last = [pghistory.DeleteEvent()] if gone else []
    return pghistory.track(*first, later, *last, exclude=exclude)


def keeps_what_goes(trigger: Any) -> bool:
    """Whether a trigger keeps what a row was before it was replaced or deleted."""
    return isinstance(trigger, pghistory.trigger.Event) and trigger.row == "OLD"


def keeps_replaced(trigger: Any) -> bool:
    """Whether a trigger is one of `track_replaced`."""
    return isinstance(trigger, _HashedEvent) and trigger.row == "OLD"


def track_replaced() -> Callable[[Any], Any]:
    """Keep a version of a row when another takes its place: together with the row these are all versions.

    For rows that are written often and seldom changed: writing one costs nothing more.
    """
    return pghistory.track(_UpdateEvent(label="replaced", row="OLD"))
