"""A list file on its way into the staging table: one process reads it, this one checks it, PostgreSQL stores it, all
at once."""

import io
import json
from collections.abc import Iterator
from typing import BinaryIO

from django.db import connection

from lists.models import ListImport
from lists.services.import_files import FileReader, split_record
from lists.services.import_progress import Tell
from lists.services.import_refusals import refuse
from lists.services.import_rows import CheckedRow, RowChecker

PARTED, QUOTED = "\x1f", "\x1e"
"""Characters that no checked text holds, so that nothing needs quotation marks."""
_NULLABLE = {"code", "number_index", "document_on", "decided_on", "term_from", "term_to", "errors"}


def stage(list_import: ListImport, file: BinaryIO, checker: RowChecker, tell: Tell) -> str:
    """Check the rows of the file into the staging table; the name of the sheet. Part of the caller's transaction.

    Refusals: `no_rows` and those of `FileReader`.
    """
    reader = FileReader(file)
    lines = _Lines(list_import.pk, reader, checker, tell)
    fields = CheckedRow._fields
    never_null = ", ".join(name for name in fields if name not in _NULLABLE and name != "row")
    with connection.cursor() as cursor:
        try:
            cursor.copy_expert(
                f"COPY lists_importrow (of_id, outcome, {', '.join(fields)}) FROM STDIN WITH (FORMAT csv, "
                f"DELIMITER '{PARTED}', QUOTE '{QUOTED}', FORCE_NOT_NULL ({never_null}))",
                lines,
            )
        except Exception:
            if lines.failure is not None:
                raise lines.failure from None
            raise
        if not lines.count:
            refuse({"refused": "no_rows"})
        # What follows joins rows that the planner has never seen.
        cursor.execute("ANALYZE lists_importrow (of_id, row, outcome, code, number_index)")
    return reader.sheet


class _Lines(io.TextIOBase):
    """The lines of the COPY, made as they are asked for."""

    def __init__(self, pk: int, reader: FileReader, checker: RowChecker, tell: Tell) -> None:
        self.count = 0
        self.failure: Exception | None = None
        self._pk, self._reader, self._checker, self._tell = pk, reader, checker, tell
        self._bunches = self._checked()

    def read(self, _size: int | None = -1) -> str:
        try:
            return next(self._bunches, "")
        except Exception as failure:
            self.failure = failure  # the driver reports only that reading failed
            raise

    def _checked(self) -> Iterator[str]:
        for bunch in self._reader.records():
            self.count += len(bunch)
            yield "".join([self._line(record) for record in bunch])
            self._tell(self.count, self._reader.rows)

    def _line(self, record: str) -> str:
        number, cells, has_surplus = split_record(record)
        row = self._checker.check(number, cells, has_surplus=has_surplus)
        outcome, errors = ("WRONG", json.dumps(row.errors)) if row.errors else ("NEW", "")
        values = PARTED.join(row[1:-1])
        return f"{self._pk}{PARTED}{outcome}{PARTED}{number}{PARTED}{values}{PARTED}{errors}\n"
