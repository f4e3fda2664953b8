"""The file of seals and the leaves beside it: written by appending only, read from the start.

`seals.jsonl` has a line an hour: number, time, the digest of the line before, and of each table that gained rows the
columns hashed, up to which id everything is settled, where the new leaves stand, and the value of its chain. Each line
is signed. `leaves/<table>` has 40 bytes a row: its id and the hash of its text. A chain's value is the hash of the
value before and the leaves added since; so a line fixes every leaf, and a leaf names the row that differs.
"""

import base64
import itertools
import json
import mmap
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinan_credit.kernel.crypto import hash_of, new_hash
from jinan_credit.oversight.seal_keys import SealKeys

LEAF = struct.Struct(">q32s")
NOTHING = bytes(32)
_AT_ONCE = LEAF.size * 16_384


class SealsDamaged(Exception):
    """The file or the leaves are not what was written. Says what and where."""


@dataclass(frozen=True)
class Segment:
    """The leaves that one seal added to one table, by their ids; `is_again`: of rows that had leaves before."""

    seal: int
    begin: int
    rows: int
    lowest: int
    highest: int
    is_again: bool
    chain: bytes
    hash: str
    columns: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.begin + self.rows * LEAF.size


@dataclass
class SealedTable:
    """A table as its last seal left it. `settled`: up to this id no row can come any more."""

    name: str
    columns: tuple[str, ...] = ()
    settled: int = 0
    before: bytes = NOTHING
    segments: list[Segment] = field(default_factory=list)

    @property
    def chain(self) -> bytes:
        return self.segments[-1].chain if self.segments else self.before


@dataclass(frozen=True)
class Line:
    """One seal, as the file says it."""

    number: int
    at: str
    previous: str
    digest: str
    body: dict[str, Any]


@dataclass
class SealFile:
    folder: Path
    keys: SealKeys

    @property
    def path(self) -> Path:
        return self.folder / "seals.jsonl"

    def leaves_of(self, table: str) -> Path:
        return self.folder / "leaves" / table

    def lines(self) -> Iterator[Line]:
        """Each with its signature and its place in the chain checked; SealsDamaged at the first that is wrong."""
        previous = ""
        for number, raw in enumerate(self._whole_lines(), 1):
            try:
                told = json.loads(raw)
                body, signature = told["seal"], base64.b64decode(told["signature"])
                is_signed = self.keys.verifies(told["key"], signature, _bytes(body))
                line = Line(body["number"], body["at"], body["previous"], hash_of(body["hash"], raw).hex(), body)
            except (ValueError, KeyError, TypeError) as error:
                raise SealsDamaged(f"line {number} of {self.path} cannot be read ({error})") from error
            if not is_signed:
                raise SealsDamaged(f"line {number} of {self.path} is not signed by a known key")
            if line.number != number or line.previous != previous:
                raise SealsDamaged(f"line {number} of {self.path} does not follow the line before it")
            previous = line.digest
            yield line

    def tables(self, up_to: int | None = None) -> tuple[dict[str, SealedTable], Line | None]:
        """Each table as the last line leaves it, and that line. A line that goes back drops what came between."""
        tables: dict[str, SealedTable] = {}
        last = None
        for line in self.lines():
            if up_to is not None and line.number > up_to:
                break
            if "back_to" in line.body:
                tables, _ = self.tables(line.body["back_to"])
            for name, told in line.body["tables"].items():
                _add(tables.setdefault(name, SealedTable(name)), line, told)
            last = line
        return tables, last

    def append(self, body: dict[str, Any]) -> Line:
        """Write one line, whole or not at all. A torn end, left by a crash, goes first: no seal was told of it."""
        key, signature = self.keys.sign(_bytes(body))
        raw = _bytes({"seal": body, "key": key, "signature": base64.b64encode(signature).decode()})
        with self.path.open("ab") as file:
            whole = self._end_of_whole_lines()
            if whole < file.tell():
                file.truncate(whole)
            file.write(raw + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return Line(body["number"], body["at"], body["previous"], hash_of(body["hash"], raw).hex(), body)

    def _whole_lines(self) -> Iterator[bytes]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for raw in file:
                if raw.endswith(b"\n"):
                    yield raw[:-1]

    def _end_of_whole_lines(self) -> int:
        with self.path.open("rb") as file:
            return sum(len(raw) for raw in file if raw.endswith(b"\n"))

    def write_leaves(self, table: str, leaves: Iterable[tuple[int, bytes]], chain: bytes, provider: str) -> "Written":
        """Append leaves. What a crash left behind the last seal is stepped over: only what a line names counts."""
        leaves = iter(leaves)
        first = next(leaves, None)
        if first is None:
            return Written(0, 0, 0, 0, chain)
        path = self.leaves_of(table)
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = new_hash(provider)
        digest.update(chain)
        rows, highest = 0, 0
        with path.open("ab") as file:
            begin = file.tell()
            for row, leaf in itertools.chain([first], leaves):
                packed = LEAF.pack(row, leaf)
                file.write(packed)
                digest.update(packed)
                highest, rows = row, rows + 1
            file.flush()
            os.fsync(file.fileno())
        return Written(begin, rows, first[0], highest, digest.finalize())

    def ids_above(self, table: SealedTable, bound: int) -> set[int]:
        """The ids above a bound that have leaves."""
        found: set[int] = set()
        if late := [segment for segment in table.segments if segment.highest > bound]:
            with self.opened(table.name) as leaves:
                for segment in late:
                    found.update(row for row, _leaf in leaves.of(segment) if row > bound)
        return found

    @contextmanager
    def opened(self, table: str) -> Iterator["Leaves"]:
        path = self.leaves_of(table)
        if not path.exists() or not path.stat().st_size:
            raise SealsDamaged(f"{path} is missing")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield Leaves(path, mapped)


@dataclass(frozen=True)
class Written:
    begin: int
    rows: int
    lowest: int
    highest: int
    chain: bytes


@dataclass(frozen=True)
class Leaves:
    """The leaves of one table, read in place."""

    path: Path
    mapped: mmap.mmap

    def of(self, segment: Segment, above: int = -1) -> Iterator[tuple[int, bytes]]:
        for begin in range(segment.begin, segment.end, _AT_ONCE):
            part = self.mapped[begin : min(begin + _AT_ONCE, segment.end)]
            if LEAF.unpack_from(part, len(part) - LEAF.size)[0] > above:
                yield from (
                    LEAF.iter_unpack(part)
                    if above < 0
                    else (leaf for leaf in LEAF.iter_unpack(part) if leaf[0] > above)
                )

    def check(self, table: SealedTable) -> None:
        """SealsDamaged at the first segment whose leaves are not those that its seal fixed."""
        value = table.before
        for segment in table.segments:
            if segment.end > len(self.mapped):
                raise SealsDamaged(f"{self.path} is shorter than seal {segment.seal} says")
            digest = new_hash(segment.hash)
            digest.update(value)
            for begin in range(segment.begin, segment.end, _AT_ONCE):
                digest.update(self.mapped[begin : min(begin + _AT_ONCE, segment.end)])
            value = digest.finalize()
            if value != segment.chain:
                raise SealsDamaged(f"{self.path} is not what seal {segment.seal} fixed")


def _add(table: SealedTable, line: Line, told: dict[str, Any]) -> None:
    table.columns = tuple(told.get("columns", table.columns))
    table.settled = told["settled"]
    if told.get("is_anew"):
        table.before, table.segments = table.chain, []
    table.segments += [
        Segment(
            seal=line.number,
            begin=one["begin"],
            rows=one["rows"],
            lowest=one["lowest"],
            highest=one["highest"],
            is_again=one["is_again"],
            chain=bytes.fromhex(one["chain"]),
            hash=line.body["hash"],
            columns=table.columns,
        )
        for one in told["segments"]
    ]


def _bytes(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
