"""What matches the filters of the entries page, counted and paged without walking a list of a million.

What a person sees falls into two parts that have nothing in common and an index each: his own unit's entries by unit
and state, and the listed ones of others by list and state. Both indexes carry what the plain filters ask for, so that
counting does not touch the entries, and the newest are read from the ends of the index, list by list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.tables import MOST_COUNTED
from jinan_credit.kernel.errors import InvalidInput
from lists.enums import WAS_PUBLISHED
from lists.filters import EntryFilter
from lists.keyset import NEWEST, Order, Page, border_of, page_of_ids
from lists.models import CreditList, Entry, EntryQuerySet
from lists.selectors import lists_for_unit

SELECTIVE = ("text", "document", "from_import", "person", "mark", "ends_within", "ends_after", "ends_before")
"""Filters with an index of their own: what they leave is read by it and sorted."""

_FIRST = "SELECT id FROM matching ORDER BY id DESC LIMIT %s"
_AFTER = "SELECT id FROM matching WHERE id < %s ORDER BY id DESC LIMIT %s"
_BEFORE = "SELECT id FROM matching WHERE id > %s ORDER BY id LIMIT %s"


def matching(query: str, among: EntryQuerySet, by: Actor) -> EntryQuerySet:
    """Those `among` that the filters of the entries page leave, given as in its address. Refusal:
    `filters_not_valid`."""
    request = cast(HttpRequest, SimpleNamespace(actor=by))  # what the filters ask a page for
    filtered = EntryFilter(QueryDict(query), queryset=among, request=request)
    if not filtered.is_valid():
        raise InvalidInput("filters_not_valid", _("The filters are not valid. Set them again."))
    return filtered.entries


@dataclass(frozen=True)
class Found:
    """The entries that match and that `actor` may see; the same as `visible_to`, in two parts."""

    filtered: EntryFilter
    unit: Unit | None
    lists: list[int]

    @property
    def own(self) -> EntryQuerySet:
        return self.filtered.entries.filter(unit=self.unit) if self.unit else self.filtered.entries.none()

    @property
    def listed(self) -> EntryQuerySet:
        others = self.filtered.entries.filter(state__in=WAS_PUBLISHED, credit_list__in=self.lists)
        return others.exclude(unit=self.unit) if self.unit else others

    def count(self, query: Mapping[str, str], size: int) -> tuple[int, Page | None]:
        """At most MOST_COUNTED + 1; and the page of the newest where these are all that match.

        One read serves both: where few match among a million, looking for the newest costs what counting cost.
        """
        border = border_of(query, NEWEST, self._visible)
        parts = [part.order_by().values("pk") for part in (self.own, self.listed)]
        try:
            matching, given = parts[0].union(parts[1], all=True)[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            return 0, page_of_ids([], size, border)
        newest = _FIRST if border is None else _BEFORE if border.is_backwards else _AFTER
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH matching (id) AS MATERIALIZED ({matching}) "
                f"SELECT (SELECT count(*) FROM matching), ARRAY({newest})",
                [*given, *([border.pk] if border else []), size + 1],
            )
            count, ids = cursor.fetchone()
        return count, None if count > MOST_COUNTED else page_of_ids(ids, size, border)

    def page(self, order: Order, query: Mapping[str, str], size: int) -> Page:
        border = border_of(query, order, self._visible)
        beyond = border.beyond if border else Q()
        backwards = border is not None and border.is_backwards
        if order is NEWEST and not self._is_selective():
            ids = self._newest(beyond, backwards, size + 1)
        else:
            ids = self._sorted(order, beyond, backwards, size + 1)
        return page_of_ids(ids, size, border)

    @property
    def _visible(self) -> EntryQuerySet:
        return Entry.objects.filter(self._is_visible)

    @property
    def _is_visible(self) -> Q:
        visible = Q(state__in=WAS_PUBLISHED, credit_list__in=self.lists)
        return visible | Q(unit=self.unit) if self.unit else visible

    def _is_selective(self) -> bool:
        return any(self.filtered.given.get(name) for name in SELECTIVE)

    def _sorted(self, order: Order, beyond: Q, backwards: bool, size: int) -> list[Any]:
        rows = self.filtered.entries.filter(self._is_visible).filter(beyond)
        return list(order.sorted(rows, backwards=backwards).values_list("pk", flat=True)[:size])

    def _newest(self, beyond: Q, backwards: bool, size: int) -> list[Any]:
        """The ends of every list and state, merged: rows lie in the index in this order."""
        states = self.filtered.states()
        entries = self.filtered.entries.filter(beyond).order_by("pk" if backwards else "-pk")
        found = []
        if self.unit:
            own = entries.filter(unit=OuterRef("pk"))
            found += _ends(Unit.objects.filter(pk=self.unit.pk), own, states, size)
            entries = entries.exclude(unit=self.unit)
        others = entries.filter(credit_list=OuterRef("pk"))
        listed = [state for state in states if state in WAS_PUBLISHED]
        found += _ends(CreditList.objects.filter(pk__in=self.lists), others, listed, size)
        return sorted(found, reverse=not backwards)[:size]


def _ends(holders: QuerySet[Any], entries: EntryQuerySet, states: list[str], size: int) -> list[Any]:
    if not states:
        return []
    ends = {state: ArraySubquery(entries.filter(state=state).values("pk")[:size]) for state in states}
    rows = holders.order_by().annotate(**ends).values_list(*ends)
    return [pk for row in rows for some in row for pk in some]


def find(filtered: EntryFilter, actor: Actor) -> Found:
    """One query, for the lists that concern the actor's unit."""
    if actor.may(Act.OVERSEE):
        lists = CreditList.objects.order_by().values_list("pk", flat=True)
    elif actor.unit is not None:
        lists = lists_for_unit(actor.unit).order_by().values_list("pk", flat=True)
    else:
        return Found(filtered, None, [])
    return Found(filtered, actor.unit, list(lists))


def rows_of(page: Page) -> list[Entry]:
    """The entries of a page in its order, with what a line shows. One query."""
    rows = Entry.objects.select_related("credit_list", "subject", "unit").in_bulk(page.ids)
    return [rows[pk] for pk in page.ids if pk in rows]
