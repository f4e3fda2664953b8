"""The rows behind a figure as a file, written in the background (`lists.services.export_sources`).

No applicant, no party of a screening, no reason in free text; names of natural persons are masked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.masking import Audience, name_for
from jinan_credit.oversight.filters import RowsForm
from jinan_credit.oversight.rows import ROWS, Rows
from lists.enums import SubjectKind
from lists.models import Entry
from lists.services.export_rows import Line
from lists.services.export_sources import Chosen, ExportSource

_CHUNK = 1_000
_TEXT, _DAY = 30, 14


@dataclass(frozen=True)
class _Column:
    head: str | Promise
    width: int
    cell: Callable[[Any], Any]


def _name(entry: Entry) -> str:
    is_person = entry.subject_kind == SubjectKind.NATURAL_PERSON
    return name_for(Audience.FILE, entry.subject_name, is_person=is_person)


def _at(moment: Any) -> str:
    return f"{clock.in_jinan(moment):%Y-%m-%d %H:%M}" if moment else ""


def _signed_on(task: Any) -> Any:
    return clock.local_day(task.signings[0].at) if task.signings else None


_UNIT = _Column(_("Unit"), _TEXT, lambda row: row.unit.name)
_LIST = _Column(_("List"), _TEXT, lambda row: row.credit_list.name)
_STATE = _Column(_("State"), _DAY, lambda row: row.get_state_display())
_ENTRY = _Column(_("Entry"), _TEXT, _name)
_TERM = _Column(_("Last day of the term"), _DAY, lambda row: row.term_to)

_COLUMNS: dict[str, list[_Column]] = {
    "tasks": [
        _Column(_("Publication"), _TEXT, lambda row: row.number),
        _LIST,
        _UNIT,
        _Column(_("Published on"), _DAY, lambda row: clock.local_day(row.made_at)),
        _STATE,
        _Column(_("Signed on"), _DAY, _signed_on),
        _Column(_("Due"), _DAY, lambda row: row.deadline or row.due_on),
    ],
    "executions": [
        _Column(_("Performed on"), _DAY, lambda row: row.performed_on),
        _UNIT,
        _Column(_("Entry or publication"), _TEXT, lambda row: _name(row.entry) if row.entry else row.task.number),
        _Column(_("List"), _TEXT, lambda row: (row.entry or row.task).credit_list.name),
        _Column(_("Outcome"), _DAY, lambda row: row.get_outcome_display()),
        _Column(_("Measures"), 40, lambda row: "；".join(measure.content for measure in row.measures.all())),
    ],
    "screenings": [
        _Column(_("Screened at"), 18, lambda row: _at(row.screened_at)),
        _Column(_("Unit"), _TEXT, lambda row: row.unit_name),
        _Column(_("Matter"), _TEXT, lambda row: row.matter_name),
        _Column(_("List of the hit"), _TEXT, lambda row: getattr(row, "list_name", "")),
        _STATE,
    ],
    "batches": [
        _Column(_("Screened at"), 18, lambda row: _at(row.screened_at)),
        _Column(_("Unit"), _TEXT, lambda row: row.unit_name),
        _Column(_("Matter"), _TEXT, lambda row: row.matter_name),
        _Column(_("Parties"), _DAY, lambda row: row.parties),
    ],
    "terms": [
        _ENTRY,
        _LIST,
        _Column(_("Deciding unit"), _TEXT, lambda row: row.unit.name),
        _TERM,
        _Column(_("Taken out at"), 18, lambda row: _at(row.exit_reason and row.last_publication.published_at)),
        _STATE,
    ],
    "cases": [
        _Column(_("Receipt number"), 20, lambda row: row.receipt_number),
        _UNIT,
        _LIST,
        _Column(_("Received on"), _DAY, lambda row: row.received_on),
        _Column(_("Due"), _DAY, lambda row: row.last_day),
        _Column(_("Decided on"), _DAY, lambda row: row.decided_on),
        _STATE,
    ],
    "entries": [
        _ENTRY,
        _LIST,
        _Column(_("Deciding unit"), _TEXT, lambda row: row.unit.name),
        _Column(_("Document number of the decision"), _TEXT, lambda row: row.document_number),
        _TERM,
    ],
}


def _source(rows: Rows) -> ExportSource:
    columns = _COLUMNS[rows.code]

    def choose(query: str, by: Actor) -> Chosen | None:
        if rows.of_all and not by.may(Act.OVERSEE):
            return None
        form = rows.form(QueryDict(query), by, rows.figures)
        if form.scope is None:
            return None
        found = rows.of(form.chosen_figure, form.scope, form.cleaned_data)

        def lines() -> Iterator[Line]:
            for row in found.iterator(chunk_size=_CHUNK):
                cells = ["" if (value := column.cell(row)) is None else str(value) for column in columns]
                yield Line(cells, row.pk if isinstance(row, Entry) else getattr(row, "entry_id", None))

        return Chosen(_in_words(form), found, lines)

    return ExportSource(
        name=_("Rows of a figure"),
        file_name=_("figure-%(number)s"),
        masked=_("Names of natural persons are masked; applicants and parties of screenings are left out."),
        page=f"oversight_{rows.code}",
        names=list(rows.form.base_fields),
        heads=lambda: [str(column.head) for column in columns],
        widths=[column.width for column in columns],
        choose=choose,
    )


def _in_words(form: RowsForm) -> str:
    scope = form.scope
    assert scope is not None
    about = [str(one) for one in (scope.unit, scope.credit_list, form.cleaned_data["measure"]) if one is not None]
    return "; ".join([str(form.heading), f"{scope.since} – {scope.until}", *about])


SOURCES = {rows.source: _source(rows) for rows in ROWS.values()}
