"""The file given back: every row where it stood, the wrong cells marked, and a last column that says what is wrong."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from lists.enums import RowOutcome
from lists.models import ListImport
from lists.services.import_errors import explain
from lists.services.import_files import COLUMNS, ERROR_COLUMN, FileReader, split_record
from lists.services.inert_workbook import Cell, Look, write_workbook

SHEET = "名单"
WIDTH, ERROR_WIDTH = 20, 90
_NOTHING: tuple[int, None] = (0, None)


Line = tuple[int, Sequence[Cell]]


def write_copy(list_import: ListImport, out: BinaryIO, through: Callable[[Iterator[Line]], Iterator[Line]]) -> None:
    """Write the rows of the file to `out` as XLSX, each passed `through`. It can be corrected and given again as it is.

    It holds full document numbers, as the file did: for the unit alone.
    """
    write_workbook(
        out,
        sheet=list_import.sheet_name or SHEET,
        widths=[*[WIDTH] * len(COLUMNS), ERROR_WIDTH],
        rows=_with_header(list_import, through),
    )


def _with_header(list_import: ListImport, through: Callable[[Iterator[Line]], Iterator[Line]]) -> Iterator[Line]:
    rows = _rows(list_import)
    yield next(rows)
    yield from through(rows)


def _rows(list_import: ListImport) -> Iterator[Line]:
    """The header as it stands in the file, then the rows, each with its own number."""
    known: Cell = (_("Stands on the list already with the same values: left out."), Look.KNOWN)
    findings = _findings(list_import)
    found_in, errors = next(findings, _NOTHING)
    with list_import.file.open("rb") as file:
        reader, places = FileReader(cast(BinaryIO, file)), None
        for records in reader.records():
            if places is None:
                places = [COLUMNS.index(name) for name in reader.names]
                yield 1, [(column, Look.HEAD) for column in (*reader.names, ERROR_COLUMN)]
            for number, cells, _has_more in map(split_record, records):
                texts = [cells[place] for place in places]
                if number != found_in:
                    yield number, [(text, Look.TEXT) for text in texts]
                    continue
                yield number, _marked(texts, reader.names, errors) if errors else _told(texts, known)
                found_in, errors = next(findings, _NOTHING)


def _told(texts: Sequence[str], last: Cell) -> list[Cell]:
    return [*((text, Look.TEXT) for text in texts), last]


def _marked(texts: Sequence[str], names: Sequence[str], errors: Sequence[dict[str, Any]]) -> list[Cell]:
    bad = {error["column"] for error in errors}
    said = "\n".join(f"{error['column'] or _('Whole row')}: {explain(error)}" for error in errors)
    looks = [Look.WRONG if name in bad else Look.TEXT for name in names]
    return [*zip(texts, looks, strict=True), (said, Look.NOTE)]


def _findings(list_import: ListImport) -> Iterator[tuple[int, list[dict[str, Any]] | None]]:
    """(row, errors) of wrong rows, (row, None) of known ones, as the file has them: never all in memory."""
    rows = list_import.rows.filter(outcome__in=[RowOutcome.WRONG, RowOutcome.LEFT_OUT, RowOutcome.SAME])
    return rows.order_by("row").values_list("row", "errors").iterator(chunk_size=2_000)
