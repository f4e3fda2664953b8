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

from lists.models import EntryQuerySet


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
LAST_PUBLISHED = Order("published", _("Newest first"), "published_at", is_descending=True)
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
class Border:
    """Where a page begins: `beyond` the row that the address names."""

    pk: UUID
    beyond: Q
    is_backwards: bool


@dataclass(frozen=True)
class Page:
    """`before` and `after` name the rows from which the neighbouring pages go on; empty where there is none."""

    ids: list[UUID]
    before: str
    after: str


def border_of(query: Mapping[str, str], order: Order, among: EntryQuerySet) -> Border | None:
    """What `after` or `before` in the address names; None, the first page, where that is no entry. One query.

    `among`: the entries the reader may see; another one is none, or the page would tell him that there is one.
    """
    is_backwards = "after" not in query and "before" in query
    row = _row(query.get("before" if is_backwards else "after", ""), order, among)
    return Border(row["pk"], order.beyond(row, backwards=is_backwards), is_backwards) if row else None


def page_of_ids(ids: list[UUID], size: int, border: Border | None) -> Page:
    """`ids` in the order in which they were read, one more than a page where there are more."""
    has_more, ids = len(ids) > size, ids[:size]
    if not ids:
        return Page([], "", "")
    if border is not None and border.is_backwards:
        ids.reverse()
        return Page(ids, str(ids[0]) if has_more else "", str(ids[-1]))
    return Page(ids, str(ids[0]) if border else "", str(ids[-1]) if has_more else "")


def _row(raw: str, order: Order, among: EntryQuerySet) -> Mapping[str, Any] | None:
    try:
        key = UUID(raw)
    except ValueError:
        return None
    return among.filter(pk=key).values("pk", *([order.field] if order.field else [])).first()
