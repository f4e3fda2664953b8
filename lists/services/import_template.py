"""The template that people fill in, with what each column must hold.

Every cell is written as text: nothing in a cell is ever taken for a formula, a link or a number.
"""

import csv
import io
from typing import Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.kernel.identifiers import uscc_check_character
from jinan_credit.kernel.wording import listed
from lists.enums import RequiredField
from lists.models import CreditList
from lists.services.import_files import COLUMNS
from lists.services.import_rows import WORDS
from lists.services.inert_workbook import INERT

SHEET = "名单"
INSTRUCTIONS = "填写说明"
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


REQUIRED_COLUMN = {
    RequiredField.REPRESENTATIVE: "法定代表人",
    RequiredField.FACTS: "违法事实",
    RequiredField.DISHONESTY_CLASS: "失信程度",
    RequiredField.TERM_TO: "有效期止",
}


def template_xlsx(credit_list: CreditList | None = None) -> bytes:
    """The workbook to fill in: the header alone, every column as text, and a sheet that explains each column.

    With a list, the columns that this list requires besides are named as required.
    """
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
        _explain(workbook, head, text, credit_list)
    return out.getvalue()


def template_csv() -> bytes:
    """The header alone, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(COLUMNS)
    return out.getvalue().encode("utf-8-sig")


def _formats(workbook: Any) -> tuple[Any, Any]:
    head = workbook.add_format({"bold": True, "bg_color": "#E8EFF9", "border": 1, "num_format": "@"})
    return head, workbook.add_format({"num_format": "@"})


def _rules(credit_list: CreditList | None) -> dict[str, str]:
    rules = {column: str(rule) for column, rule in _RULES.items()}
    for required in credit_list.required_fields if credit_list else ():
        rules[REQUIRED_COLUMN[RequiredField(required)]] = _("Required on this list.")
    return rules


def _explain(workbook: Any, head: Any, text: Any, credit_list: CreditList | None) -> None:
    rules = _rules(credit_list)
    sheet = workbook.add_worksheet(INSTRUCTIONS)
    for place, width in enumerate((22, 60, 60, 34)):
        sheet.set_column(place, place, width, text)
    for place, title in enumerate((_("Column"), _("How to fill it in"), _("Words"), _("Example (invented)"))):
        sheet.write_string(0, place, title, head)
    for line, column in enumerate(COLUMNS, start=1):
        cells = (column, rules[column], listed(WORDS.get(column, ())), EXAMPLE.get(column, ""))
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, text)
    for line, note in enumerate(
        (
            _("Dates such as 2026-03-31. Codes and numbers are typed as text, never as numbers."),
            _("Columns may stand in another order; other columns are refused. At most 100,000 rows."),
            _("Only the first sheet is read."),
        ),
        start=len(COLUMNS) + 2,
    ):
        sheet.write_string(line, 0, note, text)
