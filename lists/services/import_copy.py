"""The file given back: every row where it stood, the wrong cells marked, and a last column that says what is wrong."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from lists.models import ListImport
from lists.services.import_errors import explain
from lists.services.import_files import COLUMNS, ERROR_COLUMN, FileReader, split_record
from lists.services.inert_workbook import Cell, Look, write_workbook

SHEET = "名单"
WIDTH, ERROR_WIDTH = 20, 90


def annotated_copy(list_import: ListImport, out: BinaryIO) -> None:
    """Write the rows of the file to `out` as XLSX. It can be corrected and given again as it is.

    It holds full document numbers, as the file did: for the unit alone.
    """
    write_workbook(
        out,
        sheet=list_import.sheet_name or SHEET,
        widths=[*[WIDTH] * len(COLUMNS), ERROR_WIDTH],
        rows=_rows(list_import),
    )


def _rows(list_import: ListImport) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The header as it stands in the file, then the rows, each with its own number."""
    wrong, same = _findings(list_import)
    known: Cell = (_("Stands on the list already with the same values: left out."), Look.KNOWN)
    with list_import.file.open("rb") as file:
        reader, places = FileReader(cast(BinaryIO, file)), None
        for records in reader.records():
            if places is None:
                places = [COLUMNS.index(name) for name in reader.names]
                yield 1, [(column, Look.HEAD) for column in (*reader.names, ERROR_COLUMN)]
            for number, cells, _has_more in map(split_record, records):
                texts = [cells[place] for place in places]
                errors = wrong.get(number)
                if errors:
                    yield number, _marked(texts, reader.names, errors)
                else:
                    last = known if number in same else ("", Look.TEXT)
                    yield number, [*((text, Look.TEXT) for text in texts), last]


def _marked(texts: Sequence[str], names: Sequence[str], errors: Sequence[dict[str, Any]]) -> list[Cell]:
    bad = {error["column"] for error in errors}
    said = "\n".join(f"{error['column'] or _('Whole row')}: {explain(error)}" for error in errors)
    looks = [Look.WRONG if name in bad else Look.TEXT for name in names]
    return [*zip(texts, looks, strict=True), (said, Look.NOTE)]


def _findings(list_import: ListImport) -> tuple[dict[int, list[dict[str, Any]]], set[int]]:
    rows = list_import.rows
    wrong = dict(rows.filter(errors__isnull=False).order_by().values_list("row", "errors").iterator())
    return wrong, set(rows.same().order_by().values_list("row", flat=True).iterator())
