"""Pages by key: the next page begins behind the last row, so a page costs the same wherever it lies.

An address names the row at the border, never its name or number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lists.models import Entry, EntryQuerySet


@dataclass(frozen=True)
class Order:
    """By one field and then the key, which gives every row a place of its own; without a field by the key alone."""

    name: str
    label: str | Promise
    field: str = ""
    is_descending: bool = False

    def sorted(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        sign = "-" if self.is_descending != backwards else ""
        return rows.order_by(*(f"{sign}{name}" for name in (self.field, "pk") if name))

    def beyond(self, row: Mapping[str, Any], *, backwards: bool = False) -> Q:
        """What lies behind (or, backwards, before) this row."""
        way = "lt" if self.is_descending != backwards else "gt"
        by_key = Q(**{f"pk__{way}": row["pk"]})
        if not self.field:
            return by_key
        value = row[self.field]
        return Q(**{f"{self.field}__{way}e": value}) & (Q(**{f"{self.field}__{way}": value}) | by_key)


NEWEST = Order("", _("Newest first"), is_descending=True)
ORDERS = {
    order.name: order
    for order in (
        NEWEST,
        Order("name", _("Name"), "subject_name"),
        Order("ends", _("Last day of the term, next first"), "term_to"),
        Order("ends_last", _("Last day of the term, last first"), "term_to", is_descending=True),
    )
}


@dataclass(frozen=True)
class Page:
    """`before` and `after` name the rows from which the neighbouring pages go on; empty where there is none."""

    rows: list[Entry]
    before: str
    after: str


def page_of(rows: EntryQuerySet, order: Order, query: Mapping[str, str], size: int) -> Page:
    """The page that `after` or `before` in the address asks for; the first where they name nothing. Two queries."""
    backwards = "after" not in query and "before" in query
    border = _row(query.get("before" if backwards else "after", ""), order)
    backwards = backwards and border is not None
    asked = rows if border is None else rows.filter(order.beyond(border, backwards=backwards))
    found = list(order.sorted(asked, backwards=backwards)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], "", "")
    has_before, has_after = (has_more, True) if backwards else (border is not None, has_more)
    return Page(found, str(found[0].pk) if has_before else "", str(found[-1].pk) if has_after else "")


def _row(raw: str, order: Order) -> Mapping[str, Any] | None:
    try:
        key = UUID(raw)
    except ValueError:
        return None
    return Entry.objects.filter(pk=key).values("pk", *([order.field] if order.field else [])).first()
