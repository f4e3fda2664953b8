"""A list file, XLSX or CSV, as rows of cells. What is no such file is refused whole, with what is wrong with it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.identifiers import normalise_text

COLUMNS = (
    "主体类别",
    "主体名称",
    "统一社会信用代码",
    "证件类型",
    "证件号码",
    "法定代表人",
    "认定依据",
    "决定文书号",
    "文书日期",
    "认定日期",
    "有效期起",
    "有效期止",
    "列入事由",
    "违法事实",
    "失信程度",
    "披露方式",
)
LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 100_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 1_000
STEEPEST_RATIO = 100

Cells = list[Any]


def read_rows(file: BinaryIO) -> Iterator[tuple[int, Cells]]:
    """(row number as a person counts, cells in the order of COLUMNS) of every row that is not empty.

    Refusals: `file_too_large`, `file_empty`, `file_kind_unknown`, `file_is_old_excel`, `file_broken`,
    `file_is_bomb`, `header_wrong`, `too_many_rows`.
    """
    rows = iter(_raw_rows(file))
    order = _column_order(next(rows, []))
    count = 0
    for number, row in enumerate(rows, start=2):
        cells = [row[place] if place is not None and place < len(row) else "" for place in order]
        if all(cell in ("", None) for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise InvalidInput(
                "too_many_rows",
                _("The file has more than %(most)s rows. Split it.") % {"most": f"{MOST_ROWS:,}"},
                field="file",
            )
        yield number, cells


def _raw_rows(file: BinaryIO) -> Iterator[Cells]:
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if not size:
        raise InvalidInput("file_empty", _("The file is empty."), field="file")
    if size > LARGEST_FILE:
        raise InvalidInput(
            "file_too_large",
            _("The file is larger than %(most)s MiB. Split it.") % {"most": LARGEST_FILE // 1024**2},
            field="file",
        )
    if start.startswith(b"PK\x03\x04"):
        return _xlsx_rows(file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidInput(
            "file_is_old_excel",
            _("This is an old Excel file (.xls) or has a password. Save it as .xlsx without a password."),
            field="file",
        )
    return _csv_rows(file)


def _xlsx_rows(file: BinaryIO) -> Iterator[Cells]:
    _require_harmless(file)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        sheet = workbook.get_sheet_by_index(0)
        yield from sheet.iter_rows()
    except (CalamineError, IndexError, OSError) as error:
        raise InvalidInput(
            "file_broken",
            _("The file cannot be read as an Excel workbook. Open it in Excel, save it again as .xlsx and retry."),
            field="file",
        ) from error


def _require_harmless(file: BinaryIO) -> None:
    """A workbook is a zip: refused before it is unpacked when it would unpack to far more than a list can be."""
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise InvalidInput(
            "file_broken", _("The file is damaged. Save it again as .xlsx and retry."), field="file"
        ) from error
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked / packed > STEEPEST_RATIO:
        raise InvalidInput(
            "file_is_bomb", _("The file unpacks to far more than a list can be, and was not opened."), field="file"
        )
    file.seek(0)


def _csv_rows(file: BinaryIO) -> Iterator[Cells]:
    raw = file.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            break
    else:
        raise InvalidInput(
            "file_kind_unknown", _("This is neither an Excel workbook (.xlsx) nor a CSV text file."), field="file"
        )
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise InvalidInput(
            "file_broken", _("The CSV file cannot be read: %(error)s.") % {"error": error}, field="file"
        ) from error


def _column_order(header: Cells) -> list[int | None]:
    """Where each of COLUMNS stands in the file; columns in another order are fine, unknown ones are refused."""
    names = [normalise_text(str(cell)) for cell in header]
    while names and not names[-1]:
        names.pop()
    unknown = [name or _("(no name)") for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    missing = [name for name in COLUMNS if name not in names]
    problems = [
        text % {"names": "、".join(found)}
        for text, found in (
            (_("unknown columns: %(names)s"), unknown),
            (_("columns given twice: %(names)s"), twice),
            (_("missing columns: %(names)s"), missing),
        )
        if found
    ]
    if problems:
        raise InvalidInput(
            "header_wrong",
            _("The first row does not match the template — %(problems)s. Download the template and use its header.")
            % {"problems": "; ".join(problems)},
            field="file",
        )
    return [names.index(name) for name in COLUMNS]
