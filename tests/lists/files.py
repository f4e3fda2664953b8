"""List files for tests, written as people write them."""

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from jinan_credit.kernel.identifiers import uscc_check_character
from lists.services.import_files import COLUMNS


def code(number: int) -> str:
    body = f"91379900MA{number:07d}"
    return body + uscc_check_character(body)


def row(number: int = 1, **given: Any) -> list[Any]:
    """A lawful row of the black list, with other values by column name."""
    values = {
        "主体类别": "法人",
        "主体名称": f"济南测试{number}有限公司",
        "统一社会信用代码": code(number),
        "认定依据": "测试法第一条",
        "决定文书号": f"测〔2026〕{number}号",
        "文书日期": "2026-11-01",
        "认定日期": "2026-11-01",
        "列入事由": "测试事由",
        "失信程度": "一般",
        **given,
    }
    return [values.get(column, "") for column in COLUMNS]


def xlsx(*rows: list[Any], header: tuple[str, ...] = COLUMNS) -> io.BytesIO:
    """Numbers stay numbers, text stays text; the same rows are the same bytes, whenever they are written."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
        workbook.set_properties({"created": datetime(2026, 11, 1, tzinfo=UTC)})
        sheet = workbook.add_worksheet()
        for line, cells in enumerate((header, *rows)):
            for place, cell in enumerate(cells):
                if cell not in ("", None):
                    sheet.write(line, place, cell)
    out.seek(0)
    out.name = "list.xlsx"
    return out
