"""The lines of a sheet: a dashboard has two thousand cells, too many for a template's loop."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jinan_credit.oversight.sheets import Cell, Line, Sheet

register = template.Library()


@register.simple_tag
def sheet_rows(sheet: Sheet, lines: Iterable[Line]) -> SafeString:
    """A row for each of `lines`, and the total at the end; every count opens its rows."""
    write = _heat_cell if sheet.is_heat_map else _cell

    def cells(line: Line) -> SafeString:
        name = format_html('<td data-label="{}"><span>{}</span></td>', sheet.first, line.name)
        return format_html_join("", "{}", ((part,) for part in [name, *map(write, line.cells)]))

    total = format_html('<tr class="table-total">{}</tr>', cells(sheet.total)) if sheet.total else ""
    return format_html("{}{}", format_html_join("", "<tr>{}</tr>", ((cells(line),) for line in lines)), total)


def _cell(cell: Cell) -> SafeString:
    of_class = "number" if cell.column.is_number else ""
    if cell.url:
        link = '<td class="{}" data-label="{}"><a href="{}">{}</a></td>'
        return format_html(link, of_class, cell.column.label, cell.url, cell.text)
    return format_html('<td class="{}" data-label="{}"><span>{}</span></td>', of_class, cell.column.label, cell.text)


def _heat_cell(cell: Cell) -> SafeString:
    link = "" if cell.value is None else format_html('<a href="{}">{}</a>', cell.url, cell.whole)
    return format_html('<td class="number {}" data-label="{}">{}</td>', cell.shade, cell.column.label, link)
