"""A list file, XLSX or CSV, as rows of cells. What is no such file is refused whole, with what is wrong with it.

A process of its own opens the file, with limits of memory and time: a file that is more than it can bear is refused,
and the worker goes on.
"""

import codecs
import hashlib
import io
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import structlog

from lists.services.import_reader import CELL, RECORD
from lists.services.import_refusals import refuse

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
ERROR_COLUMN = "错误说明"
"""Of the copy that is given back: passed over when that copy is given again."""

LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 100_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 1_000
STEEPEST_RATIO = 100
MOST_MEMORY = 256 * 1024 * 1024
MOST_SECONDS = 40
_PROGRAM = Path(__file__).with_name("import_reader.py")
_PIPE = 1024 * 1024

log = structlog.get_logger(__name__)

Cells = list[str]


class NumberCell(str):
    """A cell that Excel holds as a number: its digits after the fifteenth are lost."""

    __slots__ = ()


@dataclass(frozen=True)
class Template:
    """What the header of a file may hold. `passed_over`: columns of a copy that is given back; `may_miss`: those that a
    file may do without; `keys`: what machines call a column. Where there are keys a file may also be NDJSON."""

    columns: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
    may_miss: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)


LIST_FILE = Template(COLUMNS, passed_over=(ERROR_COLUMN,))


@dataclass
class FileReader:
    """A file of rows, read by a process of its own. From the first row on it knows `sheet`, `rows` (about how many) and
    `names`, the columns in the order of the file.

    Refusals: `file_too_large`, `file_empty`, `file_kind_unknown`, `file_is_old_excel`, `file_broken`, `file_is_bomb`,
    `file_has_dtd`, `file_links_outside`, `file_has_macros`, `too_many_columns`, `header_wrong`, `line_wrong`,
    `too_many_rows`, `file_too_heavy`, `file_takes_too_long`.
    """

    file: BinaryIO
    template: Template = LIST_FILE
    most_memory: int = MOST_MEMORY
    most_seconds: int = MOST_SECONDS
    sheet: str = ""
    rows: int = 0
    names: Sequence[str] = ()

    def records(self) -> Iterator[list[str]]:
        """The rows in bunches, each as one text that `split_record` takes apart."""
        _require_size(self.file)
        with _as_real_file(self.file) as real, self._process(real) as process:
            bunches = self._bunches(process)
            first, *begun = next(bunches, ["{}"])
            opening = json.loads(first)
            if "sheet" not in opening:
                _refuse_death(process, opening)
            self.sheet, self.rows, self.names = opening["sheet"], opening["rows"], opening["names"]
            for bunch in chain([begun] if begun else [], bunches):
                if bunch[-1].startswith("{"):
                    if bunch[:-1]:
                        yield bunch[:-1]
                    refuse(json.loads(bunch[-1]))
                yield bunch
            if process.wait():
                _refuse_death(process, {})

    @property
    def command(self) -> list[str]:
        """The process that reads the file from its standard input."""
        asked = {
            "columns": self.template.columns,
            "passed_over": self.template.passed_over,
            "may_miss": self.template.may_miss,
            "keys": dict(self.template.keys),
            "most_rows": MOST_ROWS,
            "most_members": MOST_MEMBERS,
            "most_unpacked": MOST_UNPACKED,
            "steepest_ratio": STEEPEST_RATIO,
            "most_memory": self.most_memory,
            "most_seconds": self.most_seconds,
        }
        return [sys.executable, "-I", str(_PROGRAM), json.dumps(asked)]

    @contextmanager
    def _process(self, file: BinaryIO) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            self.command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8"},
            pipesize=_PIPE,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def _bunches(self, process: subprocess.Popen[bytes]) -> Iterator[list[str]]:
        """Whole records as they come; a process that stays silent for too long is killed."""
        assert process.stdout is not None
        decoder, rest = codecs.getincrementaldecoder("utf-8")(), ""
        while True:
            ready, _, _ = select.select([process.stdout], [], [], self.most_seconds)
            if not ready:
                refuse({"refused": "file_takes_too_long"})
            received = os.read(process.stdout.fileno(), _PIPE)
            if not received:
                return
            *records, rest = (rest + decoder.decode(received)).split(RECORD)
            if records:
                yield records


def split_record(record: str) -> tuple[int, Cells, bool]:
    """The row's number as a person counts, its cells in the template's order, whether it has more than the header."""
    head, *cells = record.split(CELL)
    if head.isdigit():
        return int(head), cells, False
    number, *places = head.replace("+", "").split("#")
    for place in map(int, places):
        cells[place] = NumberCell(cells[place])
    return int(number), cells, "+" in head


def read_rows(file: BinaryIO) -> Iterator[tuple[int, Cells]]:
    """(row number as a person counts, cells in the order of COLUMNS) of every row that is not empty.

    Refusals: see `FileReader`.
    """
    for bunch in FileReader(file).records():
        for record in bunch:
            number, cells, _surplus = split_record(record)
            yield number, cells


def measure(file: BinaryIO) -> tuple[str, int]:
    """The file's SHA-256 and size. Refusal: `file_too_large`."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
        if size > LARGEST_FILE:
            refuse({"refused": "file_too_large", "most": LARGEST_FILE // 1024**2})
    file.seek(0)
    return digest.hexdigest(), size


def _require_size(file: BinaryIO) -> None:
    size = file.seek(0, io.SEEK_END)
    if not size:
        refuse({"refused": "file_empty"})
    if size > LARGEST_FILE:
        refuse({"refused": "file_too_large", "most": LARGEST_FILE // 1024**2})


@contextmanager
def _as_real_file(file: BinaryIO) -> Iterator[BinaryIO]:
    """A file that another process can be given; what is only in memory is written out."""
    file.seek(0)
    try:
        os.lseek(file.fileno(), 0, os.SEEK_SET)
    except (OSError, AttributeError):
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy
    else:
        yield file


def _refuse_death(process: subprocess.Popen[bytes], opening: dict[str, object]) -> None:
    """Say what the process refused, or what it died of."""
    if "refused" in opening:
        refuse(opening)
    code = process.wait()
    log.warning("list_file_reader_died", returncode=code)
    if code == -signal.SIGXCPU:
        refuse({"refused": "file_takes_too_long"})
    refuse({"refused": "file_too_heavy" if code < 0 else "file_broken"})
