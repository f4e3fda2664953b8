"""The files that people fill in and get back: the template, and a copy of their file that says what is wrong with it.

Every cell is written as text: nothing in a cell is ever taken for a formula, a link or a number.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO, cast

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.kernel.identifiers import uscc_check_character
from lists.models import ListImport
from lists.services.import_errors import explain
from lists.services.import_files import COLUMNS, read_rows
from lists.services.import_rows import CLASSES, DISCLOSURES, DOCUMENT_TYPES, KINDS

SHEET = "名单"
INSTRUCTIONS = "填写说明"
ERROR_COLUMN = "错误说明"
INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WORDS: dict[str, Iterable[str]] = {
    "主体类别": KINDS,
    "证件类型": DOCUMENT_TYPES,
    "失信程度": CLASSES,
    "披露方式": DISCLOSURES,
}
_RULES: dict[str, str | Promise] = {
    "主体类别": gettext_lazy("Required. One of the words."),
    "主体名称": gettext_lazy("Required. As on the licence or the identity document."),
    "统一社会信用代码": gettext_lazy("Required for organisations and sole traders; empty for natural persons."),
    "证件类型": gettext_lazy("Required for natural persons; empty for organisations."),
    "证件号码": gettext_lazy("Required for natural persons, typed as text; empty for organisations."),
    "法定代表人": gettext_lazy("May be empty."),
    "认定依据": gettext_lazy("Required. Law and article."),
    "决定文书号": gettext_lazy("Required. The same subject and document only once."),
    "文书日期": gettext_lazy("Required. Not in the future."),
    "认定日期": gettext_lazy("Required. Not in the future."),
    "有效期起": gettext_lazy("May be empty: then the date of the document."),
    "有效期止": gettext_lazy("May be empty where the rule of the list gives the term."),
    "列入事由": gettext_lazy("Required. In one sentence."),
    "违法事实": gettext_lazy("May be empty."),
    "失信程度": gettext_lazy("Required where it decides the term."),
    "披露方式": gettext_lazy("May be empty: then as the list says. Natural persons are not disclosed to the public."),
}
_SAMPLE_BODY = "91370100MA00EXAMP"
EXAMPLE: dict[str, str] = {
    "主体类别": "法人",
    "主体名称": "济南示例企业有限公司（虚构）",
    "统一社会信用代码": _SAMPLE_BODY + uscc_check_character(_SAMPLE_BODY),
    "法定代表人": "示例人",
    "认定依据": "《示例条例》第一条",
    "决定文书号": "济示罚〔2026〕1号",
    "文书日期": "2026-03-31",
    "认定日期": "2026-03-31",
    "列入事由": "示例事由",
    "失信程度": "一般",
    "披露方式": "公开",
}
"""A row that no register knows."""


def template_xlsx() -> bytes:
    """The workbook to fill in: the header alone, every column as text, and a sheet that explains each column."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **INERT}) as workbook:
        head, text = _formats(workbook)
        sheet = workbook.add_worksheet(SHEET)
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, max(14, 2 * len(column) + 4), text)
            sheet.write_string(0, place, column, head)
            if column in WORDS:
                sheet.data_validation(1, place, 100_000, place, {"validate": "list", "source": list(WORDS[column])})
        sheet.freeze_panes(1, 0)
        _explain(workbook, head, text)
    return out.getvalue()


def template_csv() -> bytes:
    """The header alone, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(COLUMNS)
    return out.getvalue().encode("utf-8-sig")


def annotated_copy(list_import: ListImport, out: BinaryIO) -> None:
    """Write the uploaded rows to `out` as XLSX, with a last column that says what is wrong with each.

    The file that comes back can be corrected and, without that column, given again.
    """
    wrong, known = _findings(list_import)
    with xlsxwriter.Workbook(out, {"constant_memory": True, **INERT}) as workbook:
        head, text = _formats(workbook)
        sheet = workbook.add_worksheet(SHEET)
        sheet.set_column(0, len(COLUMNS) - 1, 20, text)
        sheet.set_column(len(COLUMNS), len(COLUMNS), 80, text)
        for place, column in enumerate((*COLUMNS, ERROR_COLUMN)):
            sheet.write_string(0, place, column, head)
        with list_import.file.open("rb") as file:
            for line, (row, cells) in enumerate(read_rows(cast(BinaryIO, file)), start=1):
                for place, cell in enumerate(cells):
                    sheet.write_string(line, place, _as_text(cell), text)
                sheet.write_string(line, len(COLUMNS), wrong.get(row) or known.get(row, ""), text)


def _findings(list_import: ListImport) -> tuple[dict[int, str], dict[int, str]]:
    rows = list_import.rows
    wrong = {
        row: "\n".join(f"{error['column']}: {explain(error)}" for error in errors or ())
        for row, errors in rows.wrong().values_list("row", "errors").iterator()
    }
    known = rows.same().values_list("row", flat=True)
    return wrong, dict.fromkeys(known.iterator(), _("Stands on the list already: left out."))


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return str(cell)[:32_000]


def _formats(workbook: Any) -> tuple[Any, Any]:
    head = workbook.add_format({"bold": True, "bg_color": "#E8EFF9", "border": 1, "num_format": "@"})
    return head, workbook.add_format({"num_format": "@"})


def _explain(workbook: Any, head: Any, text: Any) -> None:
    sheet = workbook.add_worksheet(INSTRUCTIONS)
    for place, width in enumerate((22, 60, 60, 34)):
        sheet.set_column(place, place, width, text)
    for place, title in enumerate((_("Column"), _("How to fill it in"), _("Words"), _("Example (invented)"))):
        sheet.write_string(0, place, title, head)
    for line, column in enumerate(COLUMNS, start=1):
        cells = (column, str(_RULES[column]), "、".join(WORDS.get(column, ())), EXAMPLE.get(column, ""))
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, text)
    for line, note in enumerate(
        (
            _("Dates such as 2026-03-31. Codes and numbers are typed as text, never as numbers."),
            _("Columns may stand in another order; other columns are refused. At most 100,000 rows."),
        ),
        start=len(COLUMNS) + 2,
    ):
        sheet.write_string(line, 0, note, text)
