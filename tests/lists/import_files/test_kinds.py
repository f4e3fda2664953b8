"""What a file is, whatever its name says: read, or refused with the reason (quality §2, files)."""

import io
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation

from jinan_credit.kernel.errors import DomainError
from lists.models import Entry, ImportRow, ListImport, Subject
from lists.services.import_files import COLUMNS, MOST_ROWS, read_rows
from lists.services.import_refusals import words_of_refusal
from tests.lists.files import code, row, xlsx
from tests.lists.import_files.conftest import Check
from tests.lists.import_files.makers import OLE, csv_bytes, named, packed, parts, sheet

TEXT = csv_bytes(row(1)).decode()


READ: list[tuple[str, bytes]] = [
    ("UTF-8", TEXT.encode()),
    ("UTF-8 with its mark", TEXT.encode("utf-8-sig")),
    ("GB 18030", TEXT.encode("gb18030")),
    ("UTF-16, as Excel's Unicode text", csv_bytes(row(1), delimiter="\t").decode().encode("utf-16")),
    ("UTF-16, big end first", b"\xfe\xff" + TEXT.encode("utf-16-be")),
    ("semicolons", csv_bytes(row(1), delimiter=";")),
    ("tabs", csv_bytes(row(1), delimiter="\t")),
    ("lines of a Macintosh of old", TEXT.replace("\r\n", "\r").encode()),
    ("quoted cells with line breaks", csv_bytes(row(1, 违法事实="第一行\n第二行,有逗号")).decode().encode()),
    ("a header in another order, with spaces", csv_bytes(row(1), header=[f" {name}　" for name in COLUMNS])),
    ("empty columns behind", csv_bytes([*row(1), "", ""], header=[*COLUMNS, "", ""])),
    ("a row shorter than the header", csv_bytes(row(1)[:-1])),
]


@pytest.mark.parametrize(("kind", "content"), READ, ids=[kind for kind, _ in READ])
def test_text_is_read_as_people_save_it(check: Check, kind: str, content: bytes) -> None:
    checked = check(named(content, "名单.csv"))

    assert (checked.status, checked.row_count, checked.error_count) == ("CHECKED", 1, 0), checked.refusal
    assert checked.rows.get().name == "济南测试1有限公司"


def ole(stream: str = "EncryptedPackage") -> bytes:
    """The head of what Office writes for .xls, and for every workbook with a password."""
    return OLE + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 1024


REFUSED: list[tuple[str, str, bytes]] = [
    ("nothing", "file_empty", b""),
    ("a workbook without a cell", "file_empty", xlsx(header=()).read()),
    ("old Excel", "file_is_old_excel", ole("Workbook")),
    ("a workbook with a password", "file_is_old_excel", ole()),
    ("HTML named .xlsx", "file_kind_unknown", b"<html><body><table><tr><td>x</td></tr></table></body></html>"),
    ("HTML with a type", "file_kind_unknown", b"\xef\xbb\xbf<!DOCTYPE html>\n<html></html>"),
    ("PDF", "file_kind_unknown", b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF"),
    ("an image", "file_kind_unknown", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ("XML of Excel 2003", "file_kind_unknown", b'<?xml version="1.0"?><Workbook></Workbook>'),
    ("another archive", "file_kind_unknown", b"Rar!\x1a\x07\x00" + b"x" * 100),
    ("NUL in the text", "file_kind_unknown", TEXT.replace("测试事由", "测试\0事由").encode()),
    ("noise", "file_kind_unknown", b"\x00\xff\xfe\x80" * 100),
    ("a quote that nobody closes", "file_broken", (TEXT + '"法人,没有结束\r\n').encode()),
    ("UTF-16 cut in the middle", "file_kind_unknown", TEXT.encode("utf-16")[:-1]),
    ("a header alone", "no_rows", csv_bytes()),
    ("a header and empty rows", "no_rows", csv_bytes([""] * 16, [""] * 16)),
    ("pipes as delimiter", "header_wrong", csv_bytes(row(1), delimiter="|")),
    ("no header", "header_wrong", TEXT.split("\r\n", 1)[1].encode()),
    ("a column too many", "header_wrong", csv_bytes([*row(1), "x"], header=[*COLUMNS, "备注"])),
    ("a column too few", "header_wrong", csv_bytes(row(1)[:-1], header=COLUMNS[:-1])),
    ("a column twice", "header_wrong", csv_bytes([*row(1), "x"], header=[*COLUMNS, "主体名称"])),
    ("a nameless column", "header_wrong", csv_bytes(["", *row(1)], header=["", *COLUMNS])),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "expected", "content"), REFUSED, ids=[kind for kind, _, _ in REFUSED])
def test_what_is_no_list_is_refused_with_the_reason(check: Check, kind: str, expected: str, content: bytes) -> None:
    refused = check(named(content))

    assert (refused.status, refused.refusal_code) == ("REFUSED", expected)
    assert 0 < len(words_of_refusal(refused.refusal)) < 500, "a person reads it"
    assert ImportRow.objects.count() == Entry.objects.count() == Subject.objects.count() == 0


def test_a_file_that_is_too_large_is_not_even_kept(check: Check) -> None:
    with pytest.raises(DomainError) as refusal:
        check(named(b"x" * (50 * 1024 * 1024 + 1)))

    assert refusal.value.code == "file_too_large"
    assert not ListImport.objects.exists()


def test_a_wrong_header_says_which_columns(check: Check) -> None:
    refused = check(named(csv_bytes(row(1), header=[*COLUMNS[:-1], "备注"])))

    assert (refused.refusal["unknown"], refused.refusal["missing"]) == (["备注"], ["披露方式"])
    for language, words in (("zh-hans", "缺少的列：披露方式"), ("en", "missing columns: 披露方式")):
        with translation.override(language):
            said = words_of_refusal(refused.refusal)
        assert "备注" in said
        assert words in said


def test_too_many_rows_are_refused_whole(check: Check) -> None:
    line = ",".join(row(1)).encode() + b"\r\n"

    refused = check(named(csv_bytes() + line * (MOST_ROWS + 1)))

    assert (refused.status, refused.refusal_code) == ("REFUSED", "too_many_rows")
    assert not ImportRow.objects.exists()


NAMES = [
    "../../etc/passwd",
    "..\\..\\名单.xlsx",
    "n" * 296 + ".xlsx",
    "名\u202e单xslx.exe",
    "<script>alert(1)</script>.xlsx",
    "a\r\nSet-Cookie: x.xlsx",
    "CON.xlsx",
    ".",
]


@pytest.mark.parametrize("name", NAMES, ids=[str(place) for place in range(len(NAMES))])
def test_a_name_never_becomes_a_path(check: Check, name: str) -> None:
    checked = check(xlsx(row(1)), name=name)

    assert checked.status == "CHECKED"
    assert len(checked.file_name) <= 200
    kept = default_storage.path(checked.file.name)
    assert kept.startswith(str(settings.MEDIA_ROOT))
    assert name not in checked.file.name
    assert not {"\r", "\n", "\0"} & set(checked.file_name), "it is logged and shown"


def test_rows_keep_the_numbers_that_a_person_sees(check: Check) -> None:
    """Empty rows between, a merged cell, a row without its first cells."""
    merged = sheet(
        [COLUMNS, row(1), [], ["", ""], row(2), ["", "济南测试3有限公司"]],
        after='<mergeCells count="1"><mergeCell ref="A2:A5"/></mergeCells>',
    )
    checked = check(packed(parts(merged)))

    assert list(checked.rows.order_by("row").values_list("row", flat=True)) == [2, 5, 6]
    assert [line.row for line in checked.rows.wrong()] == [6]


def test_a_row_with_more_cells_than_the_header_is_shifted_and_wrong(check: Check) -> None:
    shifted = (TEXT + ",".join(row(2)).replace("测试事由", "测试事由,未加引号") + ",公开,公开\r\n").encode()

    checked = check(named(shifted))

    assert [(line.row, line.errors[0]["code"]) for line in checked.rows.wrong()] == [(3, "too_many_cells")]


def broken_half_way() -> io.BytesIO:
    return named(csv_bytes(*[row(number) for number in range(1, 3_001)]) + b'"never closed')


def gone_wrong_half_way() -> io.BytesIO:
    return named(csv_bytes(*[row(number) for number in range(1, 3_001)]) + b"\xff\xff\xff")


@pytest.mark.parametrize("make", [broken_half_way, gone_wrong_half_way], ids=lambda it: it.__name__)
def test_good_rows_before_the_break_do_not_stay(check: Check, make: Callable[[], io.BytesIO]) -> None:
    refused = check(make())

    assert refused.status == "REFUSED"
    assert not ImportRow.objects.exists()


def test_reading_needs_no_database() -> None:
    """The reader is the real parser in a process of its own: calamine, zipfile, csv."""
    assert [number for number, _ in read_rows(xlsx(row(1), row(2)))] == [2, 3]
    assert code(1) in next(iter(read_rows(xlsx(row(1)))))[1]
