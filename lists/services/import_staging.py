"""A list file on its way into the staging table: one process reads it, this one checks it, PostgreSQL stores it, all
at once."""

import io
import json
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.db import connection

from lists.models import ListImport
from lists.services.import_files import FileReader, split_record
from lists.services.import_refusals import refuse
from lists.services.import_rows import CheckedRow, RowChecker
from lists.services.job_progress import Tell

PARTED, QUOTED = "\x1f", "\x1e"
"""Characters that no checked text holds, so that nothing needs quotation marks."""
_NULLABLE = {"code", "number_index", "document_on", "decided_on", "term_from", "term_to", "errors"}


def stage(list_import: ListImport, file: BinaryIO, checker: RowChecker, tell: Tell) -> str:
    """Check the rows of the file into the staging table; the name of the sheet. Part of the caller's transaction.

    Refusals: `no_rows` and those of `FileReader`.
    """
    reader = FileReader(file)
    fields = CheckedRow._fields
    never_null = ", ".join(name for name in fields if name not in _NULLABLE and name != "row")

    def line(record: str) -> str:
        number, cells, has_surplus = split_record(record)
        row = checker.check(number, cells, has_surplus=has_surplus)
        outcome, errors = ("WRONG", json.dumps(row.errors)) if row.errors else ("NEW", "")
        values = PARTED.join(row[1:-1])
        return f"{list_import.pk}{PARTED}{outcome}{PARTED}{number}{PARTED}{values}{PARTED}{errors}\n"

    copy_file(f"lists_importrow (of_id, outcome, {', '.join(fields)})", never_null, reader, line, tell)
    with connection.cursor() as cursor:
        # What follows joins rows that the planner has never seen.
        cursor.execute("ANALYZE lists_importrow (of_id, row, outcome, code, number_index)")
    return reader.sheet


def copy_file(into: str, never_null: str, reader: FileReader, line: Callable[[str], str], tell: Tell) -> int:
    """COPY the file `into` a table, each record as the `line` makes it; how many rows they were.

    Values are parted by PARTED; an empty one is NULL but in the columns `never_null`.
    Refusals: `no_rows` and those of `FileReader`.
    """
    lines = _Lines(reader, line, tell)
    with connection.cursor() as cursor:
        try:
            cursor.copy_expert(
                f"COPY {into} FROM STDIN WITH (FORMAT csv, DELIMITER '{PARTED}', QUOTE '{QUOTED}', "
                f"FORCE_NOT_NULL ({never_null}))",
                lines,
            )
        except Exception:
            if lines.failure is not None:
                raise lines.failure from None
            raise
    if not lines.count:
        refuse({"refused": "no_rows"})
    return lines.count


class _Lines(io.TextIOBase):
    """The lines of the COPY, made as they are asked for."""

    def __init__(self, reader: FileReader, line: Callable[[str], str], tell: Tell) -> None:
        self.count = 0
        self.failure: Exception | None = None
        self._reader, self._line, self._tell = reader, line, tell
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
