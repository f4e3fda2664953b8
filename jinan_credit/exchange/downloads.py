"""A file of changes, for people: the rows that a push would carry, each with what to do, in the order of the feed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, BinaryIO

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange import batches
from jinan_credit.exchange.models import Download
from jinan_credit.kernel import clock
from jinan_credit.kernel.wording import listed
from lists.enums import (
    ChangeOp,
    ChangeReason,
    Disclosure,
    DishonestyClass,
    DocumentType,
    ExitReason,
    ExportFormat,
    Mark,
    PersonRole,
    RemovalReason,
    SubjectKind,
)
from lists.models import Change
from lists.services.inert_workbook import Look, write_table, write_workbook

_CHUNK = 1_000
_NOTHING: dict[str, Any] = {"subject": {}, "related_persons": [], "document": {}, "term": {}, "marks": []}
"""What a removal says of the entry: its number finds the row in the unit's own table."""


@dataclass(frozen=True)
class Row:
    change: dict[str, Any]
    entry: dict[str, Any]

    @property
    def is_removal(self) -> bool:
        return self.change["op"] == ChangeOp.REMOVE


@dataclass(frozen=True)
class Column:
    title: str | Promise
    width: int
    text: Callable[[Row], Any]


def _what_to_do(row: Row) -> str:
    return _("Take out") if row.is_removal else _("Enter or update")


def _reason(row: Row) -> str:
    if not row.is_removal:
        return _word(ChangeReason, row.change["reason"])
    return _word(RemovalReason if row.change["reason"] in _words(RemovalReason) else ExitReason, row.change["reason"])


def _word(choices: type[TextChoices], value: str | None) -> str:
    return str(_words(choices).get(value, value)) if value else ""


@cache
def _words(choices: type[TextChoices]) -> dict[Any, Any]:
    """In whatever language they are then read."""
    return dict(choices.choices)


def _persons(row: Row) -> str:
    """One a line: role, name, document."""
    return "\n".join(
        " ".join(
            part
            for part in (
                _word(PersonRole, person["role"]),
                person["name"],
                _word(DocumentType, person["document_type"]),
                person["document_number"],
            )
            if part
        )
        for person in row.entry["related_persons"]
    )


def _at(at: datetime) -> str:
    return f"{clock.in_jinan(at):%Y-%m-%d %H:%M}"


COLUMNS = (
    Column(gettext_lazy("What to do"), 14, _what_to_do),
    Column(gettext_lazy("Why"), 18, _reason),
    Column(gettext_lazy("Number of the entry"), 38, lambda row: row.change["entry_id"]),
    Column(gettext_lazy("Version"), 8, lambda row: row.change["version"]),
    Column(gettext_lazy("Changed at"), 18, lambda row: _at(row.change["changed_at"])),
    Column(gettext_lazy("Kind of subject"), 14, lambda row: _word(SubjectKind, row.entry["subject"].get("kind"))),
    Column(gettext_lazy("Name as at listing"), 32, lambda row: row.entry["subject"].get("name")),
    Column(gettext_lazy("Unified social credit code"), 22, lambda row: row.entry["subject"].get("code")),
    Column(
        gettext_lazy("Document type"), 14, lambda row: _word(DocumentType, row.entry["subject"].get("document_type"))
    ),
    Column(gettext_lazy("Identity document number"), 22, lambda row: row.entry["subject"].get("document_number")),
    Column(gettext_lazy("Related persons"), 32, _persons),
    Column(gettext_lazy("Deciding unit"), 24, lambda row: row.entry.get("decided_by")),
    Column(gettext_lazy("Basis"), 36, lambda row: row.entry.get("basis")),
    Column(gettext_lazy("Document number of the decision"), 28, lambda row: row.entry["document"].get("number")),
    Column(gettext_lazy("Date of the document"), 12, lambda row: row.entry["document"].get("on")),
    Column(gettext_lazy("Decided on"), 12, lambda row: row.entry.get("decided_on")),
    Column(gettext_lazy("Term from"), 12, lambda row: row.entry["term"].get("from")),
    Column(gettext_lazy("Term to"), 12, lambda row: row.entry["term"].get("to")),
    Column(gettext_lazy("Grounds"), 36, lambda row: row.entry.get("grounds")),
    Column(gettext_lazy("Dishonesty class"), 10, lambda row: _word(DishonestyClass, row.entry.get("dishonesty_class"))),
    Column(gettext_lazy("Disclosure"), 12, lambda row: _word(Disclosure, row.entry.get("disclosure"))),
    Column(gettext_lazy("Marks"), 20, lambda row: listed(_word(Mark, mark) for mark in row.entry["marks"])),
    Column(gettext_lazy("Position"), 12, lambda row: row.change["seq"]),
)


def write_file(download: Download, out: BinaryIO) -> None:
    """Write the changes of a download to `out`, in its format and the reader's language; nothing in it can act."""
    titles = [str(column.title) for column in COLUMNS]
    if download.file_format == ExportFormat.CSV:
        write_table(out, chain([titles], _rows(download)))
        return
    head = (1, [(title, Look.HEAD) for title in titles])
    lines = ((number, [(text, Look.TEXT) for text in row]) for number, row in enumerate(_rows(download), start=2))
    write_workbook(
        out, sheet=_("File of changes"), widths=[column.width for column in COLUMNS], rows=chain([head], lines)
    )


def file_name(download: Download) -> str:
    return f"{download.credit_list.code}-{download.from_seq + 1}-{download.to_seq}.{download.file_format.lower()}"


def _rows(download: Download) -> Iterator[list[str]]:
    profile = DataProfile(download.unit.data_profile)
    changes = Change.objects.between(download.credit_list_id, download.from_seq, download.to_seq)
    fields = ("seq", "op", "entry_id", "version", "changed_at", "reason", "body")
    for change in changes.values(*fields).iterator(chunk_size=_CHUNK):
        body = change.pop("body")
        row = Row(change, _NOTHING if body is None else batches.entry_of(body, profile))
        yield [_text(column.text(row)) for column in COLUMNS]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
