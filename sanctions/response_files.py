"""The response matrix as a file: the lines of the page, all of them."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jinan_credit.kernel import clock
from lists.enums import ExportFormat
from lists.services.inert_workbook import Look, write_table, write_workbook
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.selectors.responses import COUNTS, answerers, occasion_keys, occasions
from sanctions.selectors.unit_tasks import response_row, with_steps
from sanctions.tables import COUNT_WORDS

_CHUNK = 1_000


def write_matrix(tasks: UnitTaskQuerySet, out: BinaryIO, *, by: str, since: date, as_: str) -> None:
    """Write the lines `by` publication, unit or answer to `out`, in the reader's language; nothing in it can act."""
    lines = {"publication": _by_publication, "answer": _by_answer}.get(by)
    rows = lines(tasks) if lines else _by_unit(tasks, since)
    if as_ == ExportFormat.CSV:
        write_table(out, rows)
        return
    head = [(1, [(title, Look.HEAD) for title in next(rows)])]
    cells = ((number, [(text, Look.TEXT) for text in row]) for number, row in enumerate(rows, start=2))
    write_workbook(out, sheet=_("Responses of the units"), widths=[28, 28, *[14] * 12], rows=chain(head, cells))


def _by_publication(tasks: UnitTaskQuerySet) -> Iterator[list[str]]:
    yield [_("Publication"), _("List"), _("Published on"), *map(str, COUNT_WORDS.values())]
    keys = list(occasion_keys(tasks))
    for begin in range(0, len(keys), _CHUNK):
        for line in occasions(tasks, keys[begin : begin + _CHUNK]):
            counts = [str(line.counts[name]) for name in COUNTS]
            yield [line.number, line.credit_list.name, _at(line.opened_at), *counts]


def _by_unit(tasks: UnitTaskQuerySet, since: date) -> Iterator[list[str]]:
    yield [_("Unit"), *map(str, COUNT_WORDS.values())]
    for line in answerers(tasks, since=since):
        yield [line.name, *(str(line.counts[name]) for name in COUNTS)]


def _by_answer(tasks: UnitTaskQuerySet) -> Iterator[list[str]]:
    yield [
        _("Publication"),
        _("List"),
        _("Unit"),
        _("State"),
        _("Due"),
        _("Signed"),
        _("Late"),
        pgettext("a task", "Answered"),
        _("Reason"),
    ]
    for task in with_steps(tasks.with_names()).order_by("-pk").iterator(chunk_size=_CHUNK):
        row = response_row(task)
        yield [
            task.number,
            task.credit_list.name,
            task.unit.name,
            task.get_state_display(),
            str(task.deadline or task.due_on),
            _at(row.signed_at),
            _("late") if row.is_late else "",
            _at(row.answered_at),
            row.reason,
        ]


def _at(at: datetime | None) -> str:
    return f"{clock.in_jinan(at):%Y-%m-%d %H:%M}" if at else ""
