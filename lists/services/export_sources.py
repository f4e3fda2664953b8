"""Of what a file can be written in the background. A higher app tells of its own rows when it starts."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from lists.filters import EntryFilter
from lists.services.export_rows import COLUMNS, Line, exportable, lines_of, titles


@dataclass(frozen=True)
class Chosen:
    """What filters leave: the filters in words for the record, the rows, and the line of each in one pass."""

    words: str
    rows: QuerySet[Any]
    lines: Callable[[], Iterator[Line]]


@dataclass(frozen=True)
class ExportSource:
    """Rows of a page with filters. `page`: its name; `names`: its filters; `choose`: None where they are not valid.

    `masked` says what of persons is masked; a cell that begins a formula is made inert by the writer.
    """

    name: str | Promise
    file_name: str | Promise
    masked: str | Promise
    page: str
    names: Collection[str]
    heads: Callable[[], list[str]]
    widths: Sequence[int]
    choose: Callable[[str, Actor], Chosen | None]

    def query_of(self, given: Mapping[str, Any]) -> str:
        """The filters in one spelling: known names in their order, without what is empty."""
        return urlencode([(name, given[name]) for name in self.names if given.get(name)])


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
        heads=titles,
        widths=[column.width for column in COLUMNS],
        choose=_entries,
    )
}


def add_source(code: str, source: ExportSource) -> None:
    """For an app that is starting."""
    SOURCES[code] = source
