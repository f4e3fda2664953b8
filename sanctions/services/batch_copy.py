"""The file of a batch given back: every row where it stood, with what was found; for people."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.db.models import F
from django.utils import translation

from jinan_credit.accounts.models.lease import unheld
from jinan_credit.kernel import clock
from lists.services.import_errors import explain
from lists.services.import_files import FileReader, split_record
from lists.services.inert_workbook import Cell, Look, write_workbook
from sanctions.enums import RowResult
from sanctions.models import BatchRow, ScreeningBatch
from sanctions.services.batch_rows import PARTY_FILE, RESULT_COLUMNS

SHEET = "核查结果"
WIDTH, NOTE_WIDTH = 24, 60
LEASE = timedelta(minutes=5)

Line = tuple[int, Sequence[Cell]]


def keep_copy(pk: int) -> None:
    """Job: write the file with the results of a batch that is done. Nothing is done when it is there, not owed or given
    up (`write_copy_again`).

    The copy's name follows from the file's, so a worker that died leaves nothing that the next does not write over.
    """
    owed = ScreeningBatch.objects.owing_a_copy().filter(pk=pk)
    free = ScreeningBatch.objects.copy_to_write().filter(unheld(), pk=pk)
    if not free.update(leased_until=clock.now() + LEASE, attempts=F("attempts") + 1):
        return
    batch = ScreeningBatch.objects.get(pk=pk)
    name = f"{batch.file.name}-results"
    with translation.override(batch.language), tempfile.TemporaryFile() as out:
        write_workbook(out, sheet=SHEET, widths=_widths(), rows=_lines(batch))
        out.seek(0)
        batch.file.storage.delete(name)
        batch.file.storage.save(name, File(out))
    if not owed.update(copy=name, leased_until=None, attempts=0):
        batch.file.storage.delete(name)


def _widths() -> list[int]:
    return [*[WIDTH] * (len(PARTY_FILE.columns) + 1), NOTE_WIDTH, NOTE_WIDTH, WIDTH * 2]


def _lines(batch: ScreeningBatch) -> Iterator[Line]:
    """The header as it stands in the file, then the rows, each with its own number."""
    results = _results(batch)
    with batch.file.open("rb") as file:
        reader = FileReader(cast(BinaryIO, file), PARTY_FILE)
        places: list[int] | None = None
        shift = 0
        for records in reader.records():
            if places is None:
                places = [PARTY_FILE.columns.index(name) for name in reader.names]
                yield 1, [(column, Look.HEAD) for column in (*reader.names, *RESULT_COLUMNS)]
            for number, cells, _has_more in map(split_record, records):
                shift = 1 if number == 1 else shift  # the first line of NDJSON stands under no header
                row = next(results)
                assert row.row == number, "the rows stand in the order of the file"
                yield number + shift, _cells(row, reader.names, [cells[place] for place in places])


def _results(batch: ScreeningBatch) -> Iterator[Any]:
    return batch.rows.with_lists().order_by("row").iterator(chunk_size=2_000)


def _cells(row: BatchRow, names: Sequence[str], texts: Sequence[str]) -> list[Cell]:
    bad = {error["column"] for error in row.errors or ()}
    shown = [(text, Look.WRONG if name in bad else Look.TEXT) for name, text in zip(names, texts, strict=True)]
    look = {RowResult.HIT: Look.WRONG, RowResult.CLEAR: Look.TEXT}.get(RowResult(row.result), Look.NOTE)
    return [
        *shown,
        (row.get_result_display(), look),
        (words_of_row(row), Look.NOTE),
        (cast(Any, row).listed, Look.TEXT),
        (str(row.screening_id or ""), Look.TEXT),
    ]


def words_of_row(row: BatchRow) -> str:
    """Why a party was not told clear or listed; empty where it was."""
    if row.errors:
        return "\n".join(f"{error['column']}: {explain(error)}" for error in row.errors)
    return str(row.get_unknown_reason_display()) if row.unknown_reason else ""
