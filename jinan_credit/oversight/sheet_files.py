"""Sheets as a workbook: numbers are numbers, names are inert text."""

from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

import xlsxwriter

from jinan_credit.oversight.sheets import Cell, Kind, Sheet

_FORMATS = {
    Kind.COUNT: {"num_format": "#,##0"},
    Kind.RATE: {"num_format": "0.0%"},
    Kind.DAYS: {"num_format": "0.0"},
    Kind.MONEY: {"num_format": "#,##0.00"},
    Kind.TEXT: {"num_format": "@"},
}
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NAME_WIDTH, _WIDTH = 36, 14
_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


def write_sheets(out: BinaryIO, sheets: Sequence[Sheet]) -> None:
    """A worksheet for each."""
    with xlsxwriter.Workbook(out, _OPTIONS) as workbook:
        head = workbook.add_format({"bold": True, "bg_color": "#E8EFF9", "text_wrap": True})
        text = workbook.add_format(_FORMATS[Kind.TEXT])
        formats = {kind: workbook.add_format(one) for kind, one in _FORMATS.items()}
        for number, sheet in enumerate(sheets, start=1):
            page = workbook.add_worksheet(f"{number} {sheet.title}".translate(_FORBIDDEN)[:31])
            page.freeze_panes(1, 1)
            page.set_column(0, 0, _NAME_WIDTH)
            page.set_column(1, len(sheet.columns), _WIDTH)
            for place, label in enumerate([sheet.first, *(column.label for column in sheet.columns)]):
                page.write_string(0, place, label, head)
            for row, line in enumerate(sheet.all_lines, start=1):
                page.write_string(row, 0, line.name, text)
                for place, cell in enumerate(line.cells, start=1):
                    _write(page, row, place, cell, formats)
            if sheet.note:
                page.write_string(len(sheet.all_lines) + 2, 0, sheet.note, text)


def _write(page: object, row: int, place: int, cell: Cell, formats: dict[Kind, object]) -> None:
    if cell.value is None or cell.value == "":
        return
    if isinstance(cell.value, str):
        page.write_string(row, place, cell.value, formats[Kind.TEXT])  # type: ignore[attr-defined]
    else:
        value = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
        page.write_number(row, place, value, formats[cell.column.kind])  # type: ignore[attr-defined]
