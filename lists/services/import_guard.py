"""What a workbook must not hold, found before it is opened. Plain Python: it runs where the file is read."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

HEAD = 64 * 1024
"""Bytes of each part that are looked at. A document type stands before the root, the widest row first."""

_TYPES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_HYPERLINK = re.compile(rb"/hyperlink[\"']")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*\bref=\"(?:[A-Z]+\d+:)?([A-Z]+)\d+\"")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{2,3})\d+\"")
_LINKS = re.compile(r"(?:^|/)(?:externalLinks/|connections\.xml$|queryTables/|webExtensions/)", re.IGNORECASE)
_ACTING = re.compile(
    r"vbaProject|macrosheets/|embeddings/|activeX/|\.(?:bin|exe|dll|js|vbs|zip|xls\w?)$", re.IGNORECASE
)
_HARMLESS = re.compile(r"printerSettings/printerSettings\d*\.bin$", re.IGNORECASE)

Harm = dict[str, Any]


def find_harm(file: BinaryIO, asked: dict[str, Any], most_columns: int) -> Harm | None:
    """The refusal as {"code", …}, or None."""
    try:
        with zipfile.ZipFile(file) as archive:
            return next(_harms(archive, asked, most_columns), None)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        return {"code": "file_broken"}


def _harms(archive: zipfile.ZipFile, asked: dict[str, Any], most_columns: int) -> Iterator[Harm]:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if (
        len(members) > asked["most_members"]
        or unpacked > asked["most_unpacked"]
        or unpacked / packed > asked["steepest_ratio"]
    ):
        yield {"code": "file_is_bomb"}
    for member in members:
        if _LINKS.search(member.filename):
            yield {"code": "file_links_outside"}
        if _ACTING.search(member.filename) and not _HARMLESS.search(member.filename):
            yield {"code": "file_has_macros"}
    for member in members:
        with archive.open(member) as part:
            yield from _harms_of_part(member.filename, part.read(HEAD), most_columns)


def _harms_of_part(name: str, head: bytes, most_columns: int) -> Iterator[Harm]:
    if head.startswith(b"PK\x03\x04"):
        yield {"code": "file_is_bomb"}
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head:
        yield {"code": "file_broken"}  # UTF-16 would hide what is looked for
    if _TYPES.search(head):
        yield {"code": "file_has_dtd"}
    if any(_OUTSIDE.search(relation) and not _HYPERLINK.search(relation) for relation in _RELATION.findall(head)):
        yield {"code": "file_links_outside"}
    columns = _DIMENSION.findall(head[:4096]) + _CELL.findall(head)
    if "worksheets/" in name and any(_place(column) > most_columns for column in columns):
        yield {"code": "too_many_columns", "most": most_columns}


def _place(letters: bytes) -> int:
    """A is 1, XFD is 16,384."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place
