"""The rows of an export: the columns in one place, what is personal masked by one rule."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from jinan_credit.kernel.masking import Audience, name_for
from jinan_credit.kernel.wording import listed
from lists.enums import (
    Disclosure,
    DishonestyClass,
    EntryState,
    ExitReason,
    ListKind,
    Mark,
    PersonRole,
    SubjectKind,
)
from lists.models import Entry, EntryQuerySet, RelatedPerson

CHUNK = 2_000


class Line(NamedTuple):
    """What stands in a file of one row, and which entry it tells of, if of one."""

    cells: list[str]
    entry: UUID | None


@dataclass(frozen=True)
class Column:
    title: str | Promise
    width: int
    value: Callable[[Any, Actor], Any]


def _name(row: Any, viewer: Actor) -> str:
    is_person = row["subject_kind"] == SubjectKind.NATURAL_PERSON
    return name_for(_audience(row, viewer), row["subject_name"], is_person=is_person)


def _representative(row: Any, viewer: Actor) -> str:
    return name_for(_audience(row, viewer), row["representative"] or "", is_person=True)


def _audience(row: Any, viewer: Actor) -> Audience:
    is_own = viewer.unit is not None and row["unit_id"] == viewer.unit.pk
    return Audience.DECIDING_UNIT if is_own else Audience.FILE


def _effect(row: Any, viewer: Actor) -> str:
    is_in_force = row["state"] == EntryState.PUBLISHED and row["term_from"] <= clock.today() <= row["term_to"]
    return _("Yes") if is_in_force else _("No")


def _plain(name: str) -> Callable[[Any, Actor], Any]:
    return lambda row, viewer: row[name]


def _word(name: str, choices: Any) -> Callable[[Any, Actor], str]:
    words = dict(choices.choices)
    return lambda row, viewer: str(words.get(row[name], row[name]))


def _marks(row: Any, viewer: Actor) -> str:
    return listed(Mark(mark).label for mark in row["marks"])


COLUMNS = (
    Column(gettext_lazy("List"), 28, _plain("credit_list__name")),
    Column(gettext_lazy("Kind"), 10, _word("credit_list__kind", ListKind)),
    Column(gettext_lazy("Kind of subject"), 14, _word("subject_kind", SubjectKind)),
    Column(gettext_lazy("Name as at listing"), 32, _name),
    Column(gettext_lazy("Unified social credit code"), 22, lambda row, viewer: row["subject__code"] or ""),
    Column(gettext_lazy("Document number (masked)"), 22, _plain("subject__masked_number")),
    Column(gettext_lazy("Legal representative"), 14, _representative),
    Column(gettext_lazy("Document number of the decision"), 28, _plain("document_number")),
    Column(gettext_lazy("Date of the document"), 12, _plain("document_on")),
    Column(gettext_lazy("Decided on"), 12, _plain("decided_on")),
    Column(gettext_lazy("Deciding unit"), 24, _plain("unit__name")),
    Column(gettext_lazy("Basis"), 36, _plain("basis")),
    Column(gettext_lazy("Grounds"), 36, _plain("grounds")),
    Column(gettext_lazy("Dishonesty class"), 10, _word("dishonesty_class", DishonestyClass)),
    Column(gettext_lazy("Term from"), 12, _plain("term_from")),
    Column(gettext_lazy("Term to"), 12, _plain("term_to")),
    Column(gettext_lazy("State"), 12, _word("state", EntryState)),
    Column(gettext_lazy("In force today"), 10, _effect),
    Column(gettext_lazy("Marks"), 20, _marks),
    Column(gettext_lazy("Disclosure"), 12, _word("disclosure", Disclosure)),
    Column(gettext_lazy("Published at"), 18, _plain("published_at")),
    Column(gettext_lazy("Left on"), 12, _plain("exit_on")),
    Column(gettext_lazy("Exit reason"), 16, _word("exit_reason", ExitReason)),
    Column(gettext_lazy("Number of the entry"), 38, _plain("pk")),
)
_NEEDED = (
    "pk",
    "unit_id",
    "unit__name",
    "credit_list__name",
    "credit_list__kind",
    "subject_kind",
    "subject_name",
    "subject__code",
    "subject__masked_number",
    "representative",
    "document_number",
    "document_on",
    "decided_on",
    "basis",
    "grounds",
    "dishonesty_class",
    "term_from",
    "term_to",
    "state",
    "marks",
    "disclosure",
    "published_at",
    "exit_on",
    "exit_reason",
)


def titles(columns: Iterable[Column]) -> list[str]:
    return [str(column.title) for column in columns]


def line_of(columns: Iterable[Column], row: Any, viewer: Actor) -> list[str]:
    return [_text(column.value(row, viewer)) for column in columns]


def name_in_file(entry: Entry | None, viewer: Actor) -> str:
    """The party's name as whoever takes a file away may read it; nothing of a case that fits no entry."""
    if entry is None:
        return ""
    is_own = viewer.unit is not None and entry.unit_id == viewer.unit.pk
    audience = Audience.DECIDING_UNIT if is_own else Audience.FILE
    return name_for(audience, entry.subject_name, is_person=entry.subject_kind == SubjectKind.NATURAL_PERSON)


def lines_of(entries: EntryQuerySet, viewer: Actor) -> Iterator[Line]:
    """The line of each entry, read from the server in pieces as of one moment: memory stays the same.

    Facts are left out: they are free text that may name anyone.
    """
    representative = RelatedPerson.objects.filter(entry=OuterRef("pk"), role=PersonRole.LEGAL_REPRESENTATIVE)
    found = entries.annotate(representative=Subquery(representative.values("name")[:1])).order_by("-pk")
    for row in found.values(*_NEEDED).iterator(chunk_size=CHUNK):
        yield Line(line_of(COLUMNS, row, viewer), row["pk"])


def exportable(viewer: Actor) -> EntryQuerySet:
    return Entry.objects.visible_to(viewer)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{clock.in_jinan(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
