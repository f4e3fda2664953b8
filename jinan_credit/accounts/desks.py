"""After an act the next item: whoever works off a list need not go back to it for each.

A list tells the pages that it opens its filter and its order, in `?queue=`; they hand that on until the list is empty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_filters
import django_tables2
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.staff import StaffRequest
from jinan_credit.accounts.tables import in_one_order

QUEUE = "queue"


def opened_from(request: HttpRequest | None) -> str:
    """`?queue=…` for the addresses of the items of a list that is filtered or sorted; empty for the plain list."""
    asked = request.GET.copy() if request is not None else QueryDict(mutable=True)
    asked.pop("page", None)
    kept = [(name, value) for name, values in asked.lists() for value in values if value]
    return f"?{urlencode({QUEUE: urlencode(kept)})}" if kept else ""


def opens(page: str) -> Callable[..., str]:
    """`linkify=` of the column that opens the items of such a list."""

    def address(record: Any, table: Any) -> str:
        return f"{reverse(page, args=[record.pk])}{opened_from(getattr(table, 'request', None))}"

    return address


def handed_on(request: HttpRequest) -> str:
    """The same for the pages of one item, as the address of this one has it."""
    query = _queue(request).urlencode()
    return f"?{urlencode({QUEUE: query})}" if query else ""


def back_to(request: HttpRequest, list_page: str) -> str:
    """The list as it was left."""
    query = _queue(request).urlencode()
    return f"{reverse(list_page)}?{query}" if query else reverse(list_page)


def _queue(request: HttpRequest) -> QueryDict:
    return QueryDict(request.GET.get(QUEUE, ""))


@dataclass(frozen=True)
class Desk:
    """A list that is worked off. `waiting` gives the rows whose next step is this person's, `name` what one is called
    there; the pages are names of addresses."""

    list_page: str
    item_page: str
    table: type[django_tables2.Table]
    filters: type[django_filters.FilterSet]
    waiting: Callable[[Actor], QuerySet[Any]]
    name: Callable[[Any], str]

    def address(self, request: HttpRequest, pk: int) -> str:
        return f"{reverse(self.item_page, args=[pk])}{handed_on(request)}"

    def go_on(self, request: StaffRequest, item: Any, said: str, *, is_seen: bool = True) -> HttpResponseRedirect:
        """After an act of which `said` tells: back to the item while it waits for this person, else to the next in the
        filter and the order of the list, else to the list. `is_seen`: this person may still open the item."""
        if self.waiting(request.actor).filter(pk=item.pk).exists():
            messages.success(request, said)
            return redirect(self.address(request, item.pk))
        name, colon = self.name(item), pgettext("after a label", ": ")
        link = format_html('<a href="{}">{}</a>', self.address(request, item.pk), name) if is_seen else name
        messages.success(request, format_html("{}{}{}", link, colon, said))
        following = self._next(request)
        if following is not None:
            return redirect(self.address(request, following))
        messages.info(request, _("Nothing else waits for you in this list."))
        return redirect(back_to(request, self.list_page))

    def _next(self, request: StaffRequest) -> int | None:
        query = _queue(request)
        table = self.table(self.filters(query, queryset=self.waiting(request.actor), request=request).qs)
        if order := query.getlist(table.prefixed_order_by_field):
            table.order_by = order
        first: int | None = in_one_order(table.data.data).values_list("pk", flat=True).first()
        return first
