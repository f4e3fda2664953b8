"""The program that opens a list file: a process of its own, without database, keys, environment or Django.

It is started by path, reads the file from standard input and writes records, each ended by RECORD, to standard output:
first {"sheet", "rows"} as JSON, then the rows. A row is its head and its cells in the order asked for, parted by CELL.
The head is the row's number, "+" when it has more cells than the header, and "#3,5" for cells that were numbers. A
refusal is a JSON record {"refused", …}. Whatever this process dies of, only the file is refused.
"""

import csv
import io
import json
import resource
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO

CELL, RECORD = "\x1f", "\x1e"
CHUNK = 500
MOST_COLUMNS = 64
LONGEST_CELL = 32_768
_MARKS = {ord(CELL): " ", ord(RECORD): " ", 0: " "}
_DELIMITERS = ",;\t"
_MEGABYTE = 1024 * 1024
_OTHER_KINDS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"{\\rtf": "RTF",
    b"<!doctype": "HTML",
    b"<html": "HTML",
    b"<table": "HTML",
    b"<?xml": "XML",
}

Row = list[Any]


class Refused(Exception):
    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.answer = {"refused": code, **details}


def main() -> None:
    asked = json.loads(sys.argv[1])
    for limit, most in (
        (resource.RLIMIT_DATA, asked["most_memory"]),
        (resource.RLIMIT_CPU, asked["most_seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="", write_through=True)
    try:
        write_records(sys.stdin.buffer, out, asked)
    except Refused as refusal:
        out.write(json.dumps(refusal.answer) + RECORD)
    except BaseException as failure:
        # The library that reads workbooks panics where it gets no memory to inflate one.
        if not isinstance(failure, MemoryError) and "MemError" not in str(failure):
            raise
        out.write('{"refused": "file_too_heavy"}' + RECORD)


def write_records(file: BinaryIO, out: TextIO, asked: dict[str, Any]) -> None:
    sheet, height, rows, first = _open(file, asked)
    header = next(rows, None)
    if header is None:
        raise Refused("file_empty")
    names = _header(header, asked)
    line = _line_maker(names, asked["columns"])
    of_the_list = [name for name in names if name in asked["columns"]]
    out.write(json.dumps({"sheet": sheet, "rows": max(0, height - 1), "names": of_the_list}) + RECORD)
    written, numbered = 0, enumerate(rows, start=first)
    while chunk := list(islice(numbered, CHUNK)):
        lines = [line(number, row) for number, row in chunk if any(row)]
        written += len(lines)
        if written > asked["most_rows"]:
            raise Refused("too_many_rows", most=f"{asked['most_rows']:,}")
        if lines:
            out.write(RECORD.join(lines) + RECORD)


def _open(file: BinaryIO, asked: dict[str, Any]) -> tuple[str, int, Iterator[Row], int]:
    """The name of the sheet, about how many rows it has, the rows, the number of the first below the header."""
    start = file.read(1024)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return *_open_workbook(file, asked), 2
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("file_is_old_excel")
    for first, kind in _OTHER_KINDS.items():
        if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(first.lower()):
            raise Refused("file_kind_unknown", kind=kind)
    if asked["keys"] and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return *_open_lines(file, asked["keys"]), 1
    return *_open_text(file, start), 2


def _open_workbook(file: BinaryIO, asked: dict[str, Any]) -> tuple[str, int, Iterator[Row]]:
    from python_calamine import CalamineError, CalamineWorkbook

    sys.path.insert(0, str(Path(__file__).parent))
    import import_guard  # type: ignore[import-not-found]  # beside this program, not in a package of its process

    harm = import_guard.find_harm(file, asked, MOST_COLUMNS)
    if harm:
        raise Refused(harm.pop("code"), **harm)
    file.seek(0)
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        rows = sheet.iter_rows()
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise Refused("file_broken") from error
    if sheet.width > MOST_COLUMNS:
        raise Refused("too_many_columns", most=MOST_COLUMNS)
    return sheet.name, sheet.height, iter(rows)


def _open_lines(file: BinaryIO, keys: dict[str, str]) -> tuple[str, int, Iterator[Row]]:
    """NDJSON: an object a line, its values texts under the keys."""
    return "", _lines_of(file) + 2, _object_rows(io.TextIOWrapper(file, encoding="utf-8-sig"), keys)


def _object_rows(lines: TextIO, keys: dict[str, str]) -> Iterator[Row]:
    """The keys as a header, then a row for each line; an empty one for an empty line, so that the lines keep count."""
    yield list(keys)
    for number in count(1):
        try:
            line = lines.readline(LONGEST_CELL)
            found = json.loads(line) if line.strip() else {}
        except ValueError as error:
            raise Refused("line_wrong", line=number) from error
        if not line:
            return
        if type(found) is not dict or not all(value is None or type(value) is str for value in found.values()):
            raise Refused("line_wrong", line=number)
        if unknown := [name for name in found if name not in keys]:
            raise Refused("header_wrong", unknown=unknown, twice=[], missing=[])
        yield [found.get(key) or "" for key in keys]


def _open_text(file: BinaryIO, start: bytes) -> tuple[str, int, Iterator[Row]]:
    encoding = _encoding(file, start)
    lines = _lines_of(file)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    first = text.readline(LONGEST_CELL)
    text.seek(0)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=max(_DELIMITERS, key=first.count), strict=True)
    return "", lines + 1, _csv_rows(reader)


def _lines_of(file: BinaryIO) -> int:
    file.seek(0)
    lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_MEGABYTE), b""))
    file.seek(0)
    return lines


def _csv_rows(reader: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from reader
    except csv.Error as error:
        raise Refused("file_broken", error=str(error)) from error


def _encoding(file: BinaryIO, start: bytes) -> str:
    by_mark = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    for encoding in (by_mark,) if by_mark else ("utf-8-sig", "gb18030"):
        with suppress(UnicodeError):
            file.seek(0)
            text = io.TextIOWrapper(file, encoding=encoding, newline="")
            is_text = all("\x00" not in chunk for chunk in iter(lambda: text.read(_MEGABYTE), ""))  # noqa: B023
            text.detach()
            if is_text:
                return encoding
            break
        text.detach()
    raise Refused("file_kind_unknown", kind="")


def _header(header: Row, asked: dict[str, Any]) -> list[str]:
    """The names of the columns. They may stand in another order; unknown ones are refused."""
    columns, passed_over, keys = asked["columns"], asked["passed_over"], asked["keys"]
    names = [keys.get(name, name) for name in map(_in_one_spelling, header)]
    while names and not names[-1]:
        names.pop()
    problems = {
        "unknown": [name for name in names if name not in columns and name not in passed_over],
        "twice": sorted({name for name in names if name and names.count(name) > 1}),
        "missing": [name for name in columns if name not in names and name not in asked["may_miss"]],
    }
    if any(problems.values()):
        raise Refused("header_wrong", **problems)
    return names


def _line_maker(names: list[str], columns: list[str]) -> Callable[[int, Row], str]:
    """How a row becomes a record, its cells in the order of `columns`."""
    width, places = len(names), [names.index(name) if name in names else len(names) for name in columns]
    has_all = width not in places

    def line(number: int, row: Row) -> str:
        head = str(number)
        if len(row) != width:
            if any(row[width:]):
                head += "+"
            row = [*row[:width], *([""] * (width - len(row)))]
        if not has_all:
            row = [*row, ""]
        cells = [row[place] for place in places]
        for place, cell in enumerate(cells):
            if type(cell) is not str:
                cells[place] = _text(cell)
                if type(cell) in (int, float):
                    head += f"#{place}"
        record = CELL.join((head, *cells))
        if record.count(CELL) != len(places) or RECORD in record or "\x00" in record:
            record = CELL.join((head, *(cell.translate(_MARKS) for cell in cells)))
        return record

    return line


def _in_one_spelling(cell: Any) -> str:
    plain = "".join(character for character in str(cell) if unicodedata.category(character) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    main()
