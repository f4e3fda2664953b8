"""What stands in the cells: brought to one spelling as documented, or a row error; a wrong row never lands."""

from typing import Any

import pytest

from lists.enums import EntryState
from lists.models import Entry, Subject
from lists.services.import_files import COLUMNS
from lists.services.import_jobs import run_import
from lists.services.imports import confirm_import
from tests.cast import Cast
from tests.lists.files import code, row, xlsx
from tests.lists.import_files.conftest import Check
from tests.lists.import_files.makers import cell, csv_bytes, letters, named, packed, parts, sheet

CITIZEN = "379999198010076279"
PERSON = {
    "主体类别": "自然人",
    "主体名称": "测某某",
    "统一社会信用代码": "",
    "证件类型": "居民身份证",
    "证件号码": CITIZEN,
}
FULL_WIDTH = {ord(letter): ord(letter) + 0xFEE0 for letter in "0123456789ABCDEFGHJKLMNPQRTUWXY"}


def found(check: Check, **given: Any) -> list[tuple[str, str]]:
    """(column, code) of each error of one row."""
    checked = check(xlsx(row(1, **given)))
    return [(error["column"], error["code"]) for line in checked.rows.wrong() for error in line.errors]


WRONG: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"统一社会信用代码": 913799001234567890}, ("统一社会信用代码", "number_cell")),
    ({**PERSON, "证件号码": 379999198010076279}, ("证件号码", "number_cell")),
    ({"统一社会信用代码": code(1)[:-1] + ("A" if code(1)[-1] != "A" else "B")}, ("统一社会信用代码", "bad_code")),
    ({"统一社会信用代码": code(1)[:-1]}, ("统一社会信用代码", "bad_code")),
    ({"统一社会信用代码": code(1).replace("M", "О")}, ("统一社会信用代码", "bad_code")),  # a Cyrillic letter
    ({"统一社会信用代码": code(1) + code(2)}, ("统一社会信用代码", "bad_code")),
    ({**PERSON, "证件号码": CITIZEN[:-1] + "0"}, ("证件号码", "bad_citizen_number")),
    ({**PERSON, "证件号码": "379999198002306279"}, ("证件号码", "bad_citizen_number")),  # 30 February
    ({**PERSON, "披露方式": "公开"}, ("披露方式", "not_public")),
    ({**PERSON, "统一社会信用代码": code(1)}, ("统一社会信用代码", "not_for_person")),
    ({"证件号码": CITIZEN}, ("证件号码", "not_for_organisation")),
    ({"文书日期": "2026-02-31"}, ("文书日期", "bad_date")),
    ({"文书日期": "31/02/2026"}, ("文书日期", "bad_date")),
    ({"文书日期": "去年"}, ("文书日期", "bad_date")),
    ({"文书日期": "2999-01-01"}, ("文书日期", "future_date")),
    ({"认定日期": "2999年1月1日"}, ("认定日期", "future_date")),
    ({"有效期止": "2999-01-01"}, ("有效期止", "beyond_cap")),
    ({"有效期止": "2026-10-31"}, ("有效期止", "term_backwards")),
    ({"有效期止": "长期"}, ("有效期止", "bad_date")),
    ({"失信程度": "极重"}, ("失信程度", "unknown_word")),
    ({"失信程度": ""}, ("失信程度", "class_missing")),
    ({"认定依据": "简易程序行政处罚"}, ("认定依据", "simple_procedure")),
    ({"主体名称": "\u200b\u202e\ufeff "}, ("主体名称", "missing")),
    ({"主体名称": "济" * 201}, ("主体名称", "too_long")),
    ({"列入事由": "一" * 501}, ("列入事由", "too_long")),
]


@pytest.mark.parametrize(("given", "expected"), WRONG, ids=[f"{c}-{e}-{n}" for n, (_, (c, e)) in enumerate(WRONG)])
def test_what_is_wrong_is_said_of_its_cell(check: Check, given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found(check, **given) == [expected]


SPELLINGS = {
    "full width": code(1).translate(FULL_WIDTH),
    "full width and small": code(1).lower().translate({ord(c): ord(c) + 0xFEE0 for c in "abcdefghjklmnpqrtuwxy"}),
    "zero width inside": f"{code(1)[:5]}\u200b{code(1)[5:]}\ufeff",
    "bidi marks": f"\u202e{code(1)}\u202c",
    "spaces": f" {code(1)[:8]} {code(1)[8:]}　",
    "hyphens": f"{code(1)[:8]}-{code(1)[8:]}",
    "an apostrophe before, as Excel shows it": code(1),
}


@pytest.mark.parametrize("typed", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_codes_are_brought_to_one_spelling(check: Check, typed: str) -> None:
    checked = check(xlsx(row(1, 统一社会信用代码=typed)))

    assert checked.rows.get().code == code(1)


def test_invisible_characters_leave_names_and_text(check: Check) -> None:
    checked = check(xlsx(row(1, 主体名称="济南\u200b测试\u202e有限\ufeff公司", 列入事由="ＡＢＣ\u2066事由")))

    line = checked.rows.get()
    assert (line.name, line.grounds) == ("济南测试有限公司", "ABC事由")


DATES = ["2026-11-01", "2026/11/1", "2026.11.01", "20261101", "2026年11月1日", " 2026年11月01日 ", "２０２６-11-01"]


@pytest.mark.parametrize("typed", DATES)
def test_dates_are_read_as_people_write_them(check: Check, typed: str) -> None:
    checked = check(xlsx(row(1, 文书日期=typed)))

    assert [str(line.document_on) for line in checked.rows.new()] == ["2026-11-01"]


def dated(value: str, style: str) -> str:
    """A sheet whose date of the document is a number, as Excel keeps dates."""
    text = sheet([COLUMNS, row(1)])
    place = f"{letters(COLUMNS.index('文书日期'))}2"
    return text.replace(cell(place, "2026-11-01"), f'<c r="{place}"{style}><v>{value}</v></c>')


STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def styled(text: str) -> dict[str, str]:
    made = parts(text)
    relation = (
        '<Relationship Id="rIdT" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
        'Target="styles.xml"/></Relationships>'
    )
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace("</Relationships>", relation)
    return {**made, "xl/styles.xml": STYLES}


def test_a_date_that_excel_keeps_as_a_number(check: Check) -> None:
    """46327 is 1 November 2026, counted in days as Excel does."""
    checked = check(packed(styled(dated("46327", ' s="1"'))))

    assert [str(line.document_on) for line in checked.rows.new()] == ["2026-11-01"]


def test_a_bare_number_is_no_date(check: Check) -> None:
    checked = check(packed(parts(dated("46327", ""))))

    assert [error["code"] for line in checked.rows.wrong() for error in line.errors] == ["bad_date"]


def test_an_error_of_a_formula_is_no_value(check: Check) -> None:
    text = sheet([COLUMNS, row(1)]).replace(
        cell("B2", "济南测试1有限公司"), '<c r="B2" t="e"><f>VLOOKUP(1,X1:X2,2,0)</f><v>#N/A</v></c>'
    )
    checked = check(packed(parts(text)))

    assert [error["column"] for line in checked.rows.wrong() for error in line.errors] == ["主体名称"]


def test_the_same_subject_and_document_twice_in_one_file(check: Check) -> None:
    checked = check(named(csv_bytes(row(1), row(2), row(1, 列入事由="另一说法"))))

    assert [(line.row, line.errors[0]["code"], line.errors[0]["row"]) for line in checked.rows.wrong()] == [
        (4, "twice", 2)
    ]


def test_a_number_in_clear_is_in_no_error(check: Check) -> None:
    checked = check(xlsx(row(1, **{**PERSON, "证件号码": CITIZEN[:-1] + "0"})))

    line = checked.rows.wrong().get()
    assert CITIZEN[:-1] not in str(line.errors)
    assert line.errors[0]["value"].startswith(CITIZEN[:6])


def test_many_errors_in_one_row_are_all_said(check: Check) -> None:
    bad = {
        "统一社会信用代码": "X",
        "文书日期": "?",
        "失信程度": "极重",
        "披露方式": "全网",
        "认定依据": "",
        "列入事由": "",
    }

    assert {column for column, _ in found(check, **bad)} == set(bad)


def test_only_good_rows_land_and_wrong_ones_leave_no_trace(check: Check, cast: Cast) -> None:
    good, wrong = row(1), row(2, 有效期止="2999-01-01")
    checked = check(xlsx(good, wrong))
    confirm_import(list_import=checked, by=cast.actor("clerk"))
    run_import(checked.pk)

    entry = Entry.objects.get()
    assert (entry.subject.code, entry.state) == (code(1), EntryState.DRAFT)
    assert not Subject.objects.filter(code=code(2)).exists()
