"""List files: what is refused whole, what is refused row by row, and that good rows land once."""

import csv
import io
import zipfile
from random import Random
from typing import Any

import pytest
import xlsxwriter

from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.models import Entry, ImportRow, ListImport, Subject
from lists.services.file_imports import import_file
from lists.services.import_files import COLUMNS, read_rows
from lists.services.import_jobs import MOST_ATTEMPTS, check_import, run_import
from lists.services.import_refusals import words_of_refusal
from lists.services.imports import cancel_import, confirm_import, start_import
from lists.services.synthetic import citizen_number, list_file, list_rows, uscc
from tests.cast import Cast
from tests.lists.steps import refused


def good_row(**given: Any) -> list[Any]:
    random = Random(11)
    row = dict(
        zip(
            COLUMNS,
            [
                "法人", "济南示范商贸有限公司", uscc(random), "", "", "王测试", "测试法第一条", "（2026）测1号",
                clock.today().isoformat(), clock.today().isoformat(), "", "", "测试事由", "", "一般", "",
            ],
            strict=True,
        )
    )  # fmt: skip
    return list({**row, **given}.values())


def csv_file(*rows: list[Any], header: tuple[str, ...] = COLUMNS, encoding: str = "utf-8-sig") -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return io.BytesIO(text.getvalue().encode(encoding))


def xlsx_file(*rows: list[Any], header: tuple[str, ...] = COLUMNS) -> io.BytesIO:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([header, *rows]):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif cell is not None:
                    sheet.write(number, place, cell)
    buffer.seek(0)
    return buffer


def checked(cast: Cast, file: io.BytesIO) -> ListImport:
    list_import = start_import(credit_list=cast.black, file=file, file_name="名单.xlsx", by=cast.actor("clerk"))
    check_import(list_import.pk)
    list_import.refresh_from_db()
    return list_import


def errors(cast: Cast, *rows: list[Any]) -> list[tuple[int, str, str]]:
    found = ImportRow.objects.filter(of=checked(cast, xlsx_file(*rows))).filter(errors__isnull=False)
    return [(row.row, error["column"], error["code"]) for row in found for error in row.errors]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_csv_in_each_encoding(encoding: str) -> None:
    rows = list(read_rows(csv_file(good_row(), encoding=encoding)))
    assert rows == [(2, good_row())]


def test_columns_may_stand_in_another_order() -> None:
    header = tuple(reversed(COLUMNS))
    assert list(read_rows(xlsx_file(list(reversed(good_row())), header=header))) == [(2, good_row())]


def test_empty_rows_are_passed_over_and_numbers_are_those_a_person_counts() -> None:
    rows = list(read_rows(csv_file([""] * 16, good_row(), [""] * 16, good_row())))
    assert [number for number, _ in rows] == [3, 5]


def bomb() -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    return buffer


def many_members() -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(1001):
            archive.writestr(f"m{number}", b"x")
    return buffer


def truncated() -> io.BytesIO:
    return io.BytesIO(xlsx_file(good_row()).getvalue()[:-200])


def zip_without_workbook() -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", b"hello")
    return buffer


WHOLE = [
    ("file_empty", lambda: io.BytesIO(b"")),
    ("file_broken", truncated),
    ("file_broken", zip_without_workbook),
    ("file_is_bomb", bomb),
    ("file_is_bomb", many_members),
    ("file_is_old_excel", lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)),
    ("file_kind_unknown", lambda: io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\xff\xff\xff\xff")),
    ("file_broken", lambda: io.BytesIO('主体类别,"主体名称'.encode())),
    ("header_wrong", lambda: csv_file(good_row(), header=(*COLUMNS[:-1], "备注"))),
    ("header_wrong", lambda: csv_file(good_row()[:-1], header=COLUMNS[:-1])),
    ("header_wrong", lambda: csv_file([*good_row(), ""], header=(*COLUMNS, "主体名称"))),
]


@pytest.mark.parametrize(("code", "make"), WHOLE)
def test_a_file_that_is_no_list_is_refused_whole(code: str, make: Any) -> None:
    with refused(code):
        list(read_rows(make()))


def test_a_wrong_header_names_what_is_unknown_and_what_is_missing() -> None:
    with pytest.raises(DomainError) as refusal:
        list(read_rows(csv_file(good_row(), header=(*COLUMNS[:-1], "备注"))))
    assert "备注" in str(refusal.value)
    assert "披露方式" in str(refusal.value)


def test_a_refused_file_leaves_nothing_and_says_why(cast: Cast) -> None:
    list_import = checked(cast, csv_file(good_row(), header=(*COLUMNS[:-1], "备注")))
    assert list_import.status == "REFUSED"
    assert list_import.refusal == {"refused": "header_wrong", "unknown": ["备注"], "twice": [], "missing": ["披露方式"]}
    assert "备注" in words_of_refusal(list_import.refusal)
    assert ImportRow.objects.count() == Entry.objects.count() == Subject.objects.count() == 0


def test_a_file_with_only_a_header_is_refused(cast: Cast) -> None:
    assert checked(cast, csv_file()).status == "REFUSED"


ROWS = [
    ({"主体类别": ""}, ("主体类别", "missing")),
    ({"主体类别": "公司"}, ("主体类别", "unknown_word")),
    ({"主体名称": " \u200b"}, ("主体名称", "missing")),
    ({"主体名称": "济" * 201}, ("主体名称", "too_long")),
    ({"统一社会信用代码": ""}, ("统一社会信用代码", "missing")),
    ({"统一社会信用代码": "91379900MA00000000"}, ("统一社会信用代码", "bad_code")),
    ({"统一社会信用代码": 913799001234567890}, ("统一社会信用代码", "number_cell")),
    ({"证件号码": "379999199001011234"}, ("证件号码", "not_for_organisation")),
    ({"认定依据": None}, ("认定依据", "missing")),
    ({"决定文书号": ""}, ("决定文书号", "missing")),
    ({"文书日期": "昨天"}, ("文书日期", "bad_date")),
    ({"文书日期": "2026-02-30"}, ("文书日期", "bad_date")),
    ({"文书日期": "2999-01-01"}, ("文书日期", "future_date")),
    ({"有效期止": "2999-01-01"}, ("有效期止", "beyond_cap")),
    ({"有效期止": "2020-01-01"}, ("有效期止", "term_backwards")),
    ({"列入事由": ""}, ("列入事由", "missing")),
    ({"失信程度": ""}, ("失信程度", "class_missing")),
    ({"失信程度": "特别严重"}, ("失信程度", "unknown_word")),
    ({"披露方式": "全网"}, ("披露方式", "unknown_word")),
]


@pytest.mark.parametrize(("given", "expected"), ROWS)
def test_what_is_wrong_with_a_row(cast: Cast, given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert errors(cast, good_row(**given)) == [(2, *expected)]


PERSON = {
    "主体类别": "自然人",
    "主体名称": "王测试",
    "统一社会信用代码": "",
    "证件类型": "居民身份证",
    "证件号码": citizen_number(Random(9)),
}
PERSON_ROWS = [
    ({"证件号码": "379999199001011230"}, ("证件号码", "bad_citizen_number")),
    ({"证件号码": 379999199001011234}, ("证件号码", "number_cell")),
    ({"证件号码": ""}, ("证件号码", "missing")),
    ({"证件类型": ""}, ("证件类型", "missing")),
    ({"证件类型": "护照", "证件号码": "E1"}, ("证件号码", "bad_document")),
    ({"统一社会信用代码": uscc(Random(3))}, ("统一社会信用代码", "not_for_person")),
    ({"披露方式": "公开"}, ("披露方式", "not_public")),
]


@pytest.mark.parametrize(("given", "expected"), PERSON_ROWS)
def test_what_is_wrong_with_a_person(cast: Cast, given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert errors(cast, good_row(**{**PERSON, **given})) == [(2, *expected)]


def test_an_error_never_repeats_a_number_in_clear(cast: Cast) -> None:
    number = "379999199001011230"
    list_import = checked(cast, xlsx_file(good_row(**{**PERSON, "证件号码": number})))
    assert number not in str(list_import.rows.get().errors)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\u200b", "{}\u202e"], ids=["plain", "spaces", "zero width", "bidi"])
def test_codes_are_brought_to_one_spelling(cast: Cast, typed: str) -> None:
    code = uscc(Random(12))
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in code.lower())
    list_import = checked(cast, xlsx_file(good_row(统一社会信用代码=typed.format(full_width))))
    assert list_import.rows.get().code == code


@pytest.mark.parametrize("typed", ["2026-1-2", "2026/01/02", "2026.1.2", "20260102", "2026年1月2日", " 2026-01-02 "])
def test_dates_are_read_tolerantly(cast: Cast, typed: str) -> None:
    list_import = checked(cast, xlsx_file(good_row(文书日期=typed)))
    assert list_import.rows.get().document_on.isoformat() == "2026-01-02"


def test_the_same_subject_and_document_twice_in_a_file(cast: Cast) -> None:
    assert errors(cast, good_row(), good_row(主体名称="另一写法")) == [(3, "决定文书号", "twice")]


def test_rows_on_the_list_already_are_left_out(cast: Cast) -> None:
    import_file(credit_list=cast.black, file=csv_file(good_row()), file_name="a.csv", by=cast.actor("clerk"))
    random = Random(99)
    list_import = checked(cast, csv_file(good_row(), good_row(统一社会信用代码=uscc(random))))
    assert (list_import.row_count, list_import.same_count, list_import.new_count) == (2, 1, 1)


def test_the_same_file_is_recognised(cast: Cast) -> None:
    checked(cast, csv_file(good_row()))
    with refused("file_known"):
        start_import(credit_list=cast.black, file=csv_file(good_row()), file_name="b.csv", by=cast.actor("clerk"))


def test_a_file_that_is_still_being_checked_is_recognised(cast: Cast) -> None:
    by, first = cast.actor("clerk"), csv_file(good_row())
    given = start_import(credit_list=cast.black, file=first, file_name="a.csv", by=by)
    with refused("file_known"):
        start_import(credit_list=cast.black, file=csv_file(good_row()), file_name="a.csv", by=by)
    assert ListImport.objects.get() == given


def test_good_rows_become_drafts_once_and_bad_ones_stay_behind(cast: Cast) -> None:
    list_import = checked(cast, csv_file(good_row(), good_row(统一社会信用代码="X")))
    assert Entry.objects.count() == 0
    confirm_import(list_import=list_import, by=cast.actor("clerk"))
    run_import(list_import.pk)
    run_import(list_import.pk)
    entry = Entry.objects.get()
    assert (entry.state, entry.made_by, entry.unit, entry.subject_name) == (
        "DRAFT", cast.clerk, cast.court, "济南示范商贸有限公司",
    )  # fmt: skip
    assert entry.term_to > entry.term_from
    assert entry.term_rule.code == "term-dishonesty"
    assert entry.related_persons.get().name == "王测试"
    assert [move.name for move in entry.moves.all()] == ["draft"]
    assert list_import.rows.count() == 1


def test_a_persons_number_is_sealed_and_found_by_its_index(cast: Cast) -> None:
    import_file(credit_list=cast.black, file=csv_file(good_row(**PERSON)), file_name="a.csv", by=cast.actor("clerk"))
    subject = Subject.objects.with_document("CITIZEN", PERSON["证件号码"]).get()
    assert PERSON["证件号码"] not in (subject.sealed_number, subject.number_index)
    assert subject.masked_number.startswith(PERSON["证件号码"][:6])
    assert subject.entries.get().disclosure == "GOVERNMENT"


def test_a_check_that_died_half_way_starts_over(cast: Cast) -> None:
    file = list_file(cast.black, 20, random=Random(1), today=clock.today())
    list_import = start_import(credit_list=cast.black, file=file, file_name="a.csv", by=cast.actor("clerk"))
    ImportRow.objects.create(of=list_import, row=2, name="left by a dead worker")
    check_import(list_import.pk)
    list_import.refresh_from_db()
    assert (list_import.status, list_import.row_count, list_import.error_count) == ("CHECKED", 20, 0)


def test_making_drafts_that_never_ends_is_given_up_and_leaves_nothing(cast: Cast) -> None:
    clerk = cast.actor("clerk")
    file = list_file(cast.black, 3, random=Random(1), today=clock.today())
    list_import = start_import(credit_list=cast.black, file=file, file_name="a.csv", by=clerk)
    check_import(list_import.pk)
    confirm_import(list_import=ListImport.objects.get(pk=list_import.pk), by=clerk)
    ListImport.objects.update(attempts=MOST_ATTEMPTS)
    run_import(list_import.pk)
    list_import.refresh_from_db()
    assert (list_import.status, list_import.refusal) == ("REFUSED", {"refused": "import_stopped"})
    assert not ImportRow.objects.exists()
    assert not Entry.objects.exists()


def test_only_the_unit_itself_confirms_or_cancels(cast: Cast) -> None:
    list_import = checked(cast, csv_file(good_row()))
    for act in (confirm_import, cancel_import):
        with refused("import_not_found"):
            act(list_import=list_import, by=cast.actor("stranger"))
    with refused("not_initiating_unit"):
        start_import(credit_list=cast.black, file=csv_file(good_row()), file_name="x", by=cast.actor("finance_clerk"))
    cancel_import(list_import=list_import, by=cast.actor("clerk"))
    with refused("import_not_checked"):
        confirm_import(list_import=list_import, by=cast.actor("clerk"))


def test_synthetic_lists_are_lawful(cast: Cast) -> None:
    rows = list(list_rows(cast.black, 50, random=Random(1), today=clock.today(), persons=0.3))
    assert {row[0] for row in rows} == {"法人", "自然人"}
    list_import = checked(cast, csv_file(*rows))
    assert list_import.error_count == 0
