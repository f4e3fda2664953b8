"""A workbook of one sheet, or a CSV file, written row by row: text in every cell, never a formula, link or number."""

import csv
import io
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import BinaryIO

import xlsxwriter

from jinan_credit.kernel.formulas import safe_cell
from lists.enums import ExportFormat

LONGEST_TEXT = 32_767
"""Of one cell, says Excel."""

CONTENT_TYPES: dict[str, str] = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}

INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of a workbook in which no text is taken for something else."""
_TEXT = {"num_format": "@", "quote_prefix": True, "valign": "top"}
"""The quote keeps a cell text even when somebody edits it."""


class Look(Enum):
    """How a cell looks, besides being text."""

    TEXT = {"italic": False}
    HEAD = {"bold": True, "bg_color": "#E8EFF9"}
    WRONG = {"font_color": "#B01E1E", "bg_color": "#FDE9E7"}
    KNOWN = {"bg_color": "#EEF1F5"}
    NOTE = {"font_color": "#B01E1E"}


Cell = tuple[str, Look]


def write_workbook(
    out: BinaryIO, *, sheet: str, widths: Sequence[int], rows: Iterable[tuple[int, Sequence[Cell]]]
) -> None:
    """Write `rows`, (row number, cells) in rising order, to `out`. The first row stays in sight."""
    with xlsxwriter.Workbook(out, {"constant_memory": True, **INERT}) as workbook:
        formats = {look: workbook.add_format({**_TEXT, **look.value}) for look in Look}
        page = workbook.add_worksheet(sheet[:31])
        page.freeze_panes(1, 0)
        for place, width in enumerate(widths):
            page.set_column(place, place, width, formats[Look.TEXT])
        for number, cells in rows:
            for place, (text, look) in enumerate(cells):
                if text:
                    page.write_string(number - 1, place, text[:LONGEST_TEXT], formats[look])
                elif look is Look.WRONG:
                    page.write_blank(number - 1, place, None, formats[look])


def write_table(out: BinaryIO, rows: Iterable[Sequence[str]]) -> None:
    """Write `rows` to `out` as CSV: UTF-8 with a byte order mark, so that Excel reads the characters."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()
