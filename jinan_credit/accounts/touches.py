"""What rests on a row that is kept in the administration: each app knows its own part, the page shows them all.

An app adds its makers from `apps.py`; the numbers come from the selectors and querysets by which the act itself goes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise

from jinan_credit.accounts.actors import Actor


@dataclass(frozen=True)
class Touch:
    """A count of what a change touches. `on_merging` says in words what becomes of it when a unit is succeeded;
    `holds`: each of them keeps the row as it is."""

    code: str
    label: str | Promise
    count: int
    on_merging: str | Promise = ""
    url: str = ""
    holds: bool = True


Maker = Callable[[Any, Actor], list[Touch]]
_makers: dict[type[models.Model], list[Maker]] = {}


def add_touches(model: type[models.Model], maker: Maker) -> None:
    """`maker(row, actor)`: the row as it would be saved, perhaps not saved yet; a constant number of queries."""
    _makers.setdefault(model, []).append(maker)


def touches_of(row: models.Model, actor: Actor) -> list[Touch]:
    return [touch for maker in _makers.get(type(row), []) for touch in maker(row, actor)]
