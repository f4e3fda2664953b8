"""A page of a lower floor shows what upper floors know about its object, without knowing them.

The lower app owns a `Panels()`; an upper app's `apps.py` adds to it. A panel is a template and a context.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Panel:
    title: str | Promise
    template: str
    context: dict[str, Any]


class Panels:
    def __init__(self) -> None:
        self._makers: list[Callable[[Any, Any], Panel | None]] = []

    def add(self, maker: Callable[[Any, Any], Panel | None]) -> None:
        """`maker(object, actor)` gives a Panel, or None where there is nothing for this actor."""
        self._makers.append(maker)

    def for_(self, subject: Any, actor: Any) -> list[Panel]:
        return [panel for maker in self._makers if (panel := maker(subject, actor)) is not None]
