"""Of what a file can be written in the background, and of which pages filters can be kept under a name.

A higher app tells of its own rows when it starts.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.wording import listed_apart
from lists.filters import EntryFilter
from lists.services.export_rows import CHUNK, COLUMNS, Column, Line, exportable, line_of, lines_of, titles


@dataclass(frozen=True)
class Chosen:
    """What filters leave: the filters in words for the record, the rows, and the line of each in one pass."""

    words: str
    rows: QuerySet[Any]
    lines: Callable[[], Iterator[Line]]


@dataclass(frozen=True)
class ExportSource:
    """Rows of a page with filters. `page`: its name; `names`: its filters; `choose`: None where they are not valid.

    `masked` says what of persons is masked; a cell that begins a formula is made inert by the writer. `act`: what one
    must hold to open the page. `empty_too`: filters that say something also when they are empty.
    """

    name: str | Promise
    file_name: str | Promise
    masked: str | Promise
    page: str
    names: Collection[str]
    heads: Callable[[], list[str]]
    widths: Sequence[int]
    choose: Callable[[str, Actor], Chosen | None]
    act: str = Act.SEE_WORKBENCH
    empty_too: Collection[str] = ()

    def query_of(self, given: Mapping[str, Any]) -> str:
        """The filters in one spelling: known names in their order, without what is empty and says nothing."""
        said = [name for name in self.names if name in given and (given[name] or name in self.empty_too)]
        return urlencode([(name, given[name]) for name in said])


def source_of_table(
    *,
    filters: type[FilterSet],
    rows: Callable[[Actor, QueryDict], QuerySet[Any]],
    columns: Sequence[Column],
    also: Mapping[str, str | Promise] | None = None,
    **about: Any,
) -> ExportSource:
    """The rows of a page that shows a table: what `filters` leave of `rows`, the newest first, a column each.

    `also`: what the page reads from its address besides the filters, and what it is called.
    """
    also = also or {}

    def choose(query: str, by: Actor) -> Chosen | None:
        given, request = QueryDict(query), cast(HttpRequest, SimpleNamespace(actor=by))
        filtered = filters(given, queryset=rows(by, given), request=request)
        if not filtered.is_valid():
            return None
        words = [*_words(filtered), *(f"{label}: {given[name]}" for name, label in also.items() if given.get(name))]
        return Chosen(listed_apart(words), filtered.qs, lambda: _lines(filtered.qs, by))

    def _lines(found: QuerySet[Any], by: Actor) -> Iterator[Line]:
        for row in found.order_by("-pk").iterator(chunk_size=CHUNK):
            yield Line(line_of(columns, row, by), getattr(row, "entry_id", None))

    return ExportSource(
        names=[*filters.base_filters, *also, "sort"],
        empty_too=tuple(also),
        heads=lambda: titles(columns),
        widths=[column.width for column in columns],
        choose=choose,
        **about,
    )


def _words(filtered: FilterSet) -> Iterator[str]:
    """The active filters, for the record: labels and values."""
    for name, field in filtered.form.fields.items():
        value = filtered.form.cleaned_data.get(name)
        if value not in (None, ""):
            choices = {} if hasattr(field, "queryset") else dict(getattr(field, "choices", ()))
            yield f"{field.label}: {choices.get(value, value)}"


def _entries(query: str, by: Actor) -> Chosen | None:
    request = SimpleNamespace(actor=by)  # what the filters ask a page for
    filtered = EntryFilter(QueryDict(query), queryset=exportable(by), request=request)
    if not filtered.is_valid():
        return None
    return Chosen(filtered.in_words(), filtered.entries, lambda: lines_of(filtered.entries, by))


ENTRIES = "entries"
SOURCES = {
    ENTRIES: ExportSource(
        name=_("Entries"),
        file_name=_("entries-%(number)s"),
        masked=_("Document numbers are masked. Names of natural persons are in full only in entries of your own unit."),
        page="entries",
        names=list(EntryFilter.base_filters),
        heads=lambda: titles(COLUMNS),
        widths=[column.width for column in COLUMNS],
        choose=_entries,
    )
}


def source_of_page(page: str) -> ExportSource | None:
    """By the name of its address."""
    return next((source for source in SOURCES.values() if source.page == page), None)


def add_source(code: str, source: ExportSource) -> None:
    """For an app that is starting."""
    SOURCES[code] = source
