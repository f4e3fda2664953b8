"""The file given back: every row where it stood, the wrong cells marked, and a last column that says what is wrong."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from lists.models import ListImport
from lists.services.import_errors import explain
from lists.services.import_files import COLUMNS, read_rows
from lists.services.inert_workbook import Cell, Look, write_workbook

ERROR_COLUMN = "错误说明"
SHEET = "名单"
WIDTH, ERROR_WIDTH = 20, 90
_PLACE = {column: place for place, column in enumerate(COLUMNS)}


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
    yield 1, [(column, Look.HEAD) for column in (*COLUMNS, ERROR_COLUMN)]
    wrong, same = _findings(list_import)
    known: Cell = (_("Stands on the list already with the same values: left out."), Look.KNOWN)
    with list_import.file.open("rb") as file:
        for number, cells in read_rows(cast(BinaryIO, file)):
            texts = [str(cell) for cell in cells]
            errors = wrong.get(number)
            if errors:
                yield number, _marked(texts, errors)
            else:
                yield number, [*((text, Look.TEXT) for text in texts), known if number in same else ("", Look.TEXT)]


def _marked(texts: Sequence[str], errors: Sequence[dict[str, Any]]) -> list[Cell]:
    bad = {_PLACE.get(error["column"]) for error in errors}
    said = "\n".join(f"{error['column'] or _('Whole row')}：{explain(error)}" for error in errors)
    return [*((text, Look.WRONG if place in bad else Look.TEXT) for place, text in enumerate(texts)), (said, Look.NOTE)]


def _findings(list_import: ListImport) -> tuple[dict[int, list[dict[str, Any]]], set[int]]:
    rows = list_import.rows
    wrong = dict(rows.filter(errors__isnull=False).order_by().values_list("row", "errors").iterator())
    return wrong, set(rows.same().order_by().values_list("row", flat=True).iterator())
