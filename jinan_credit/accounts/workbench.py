"""The menu and the counters of the workbench: each app adds its own from `apps.py`, none knows the others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from jinan_credit.accounts.actors import Actor


@dataclass(frozen=True)
class MenuItem:
    label: str | Promise
    url_name: str
    icon: str
    act: str
    order: int
    is_rare: bool = False
    others: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def urls(self) -> list[str]:
        """Of all pages that belong to it, with what lies below."""
        return [reverse(name) for name in (self.url_name, *self.others)]


@dataclass(frozen=True)
class Counter:
    """A figure that equals the list it opens; `is_capped` when counting stopped there."""

    label: str | Promise
    count: int
    url: str
    is_urgent: bool = False
    is_capped: bool = False


MOST_IN_A_LINE = 10
"""As many as fit beside each other in either language."""

_menu: list[MenuItem] = []
_counters: list[Callable[[Actor], list[Counter]]] = []


def add_menu_item(
    label: str | Promise,
    *,
    url_name: str,
    icon: str,
    act: str,
    order: int,
    is_rare: bool = False,
    others: tuple[str, ...] = (),
) -> None:
    """`icon` is a name of Tabler's icon sprite, `order` the place from the left (steps of ten).

    What is rarely asked for stands under "More" where the menu is one line. `others`: pages with addresses of their
    own that belong to it.
    """
    _menu.append(MenuItem(label, url_name, icon, act, order, is_rare, others))


def add_counters(maker: Callable[[Actor], list[Counter]]) -> None:
    """`maker(actor)` gives the counters of one app for this actor, with a constant number of queries."""
    _counters.append(maker)


def menu_for(actor: Actor) -> list[MenuItem]:
    """The items this actor may open, each address once, in their order."""
    open_items = {item.url_name: item for item in _menu if actor.may(item.act)}
    return sorted(open_items.values(), key=lambda item: item.order)


def counters_for(actor: Actor) -> list[Counter]:
    return [counter for maker in _counters for counter in maker(actor)]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `menu`, the items that this person may open; `menu_here`, the address of the present one."""
    actor = getattr(request, "actor", None)
    items = menu_for(actor) if actor is not None and actor.user is not None else []
    here = _here(items, request.path)
    rare = [item for item in items if item.is_rare]
    rare = rare if len(items) > MOST_IN_A_LINE else []
    return {"menu": [item for item in items if item not in rare], "menu_more": rare, "menu_here": here}


def _here(items: list[MenuItem], path: str) -> str:
    """The address of the item below which the page lies; of the longest, where one lies below another."""
    above = [
        (url, item.url) for item in items for url in item.urls if path == url or (url != "/" and path.startswith(url))
    ]
    return max(above, key=lambda one: len(one[0]), default=("", ""))[1]
