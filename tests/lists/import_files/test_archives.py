"""A workbook is a zip full of XML: what it may unpack to, point at or ask for (quality §2, files)."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lists.models import Entry, ImportRow, Subject
from lists.services.import_files import COLUMNS, FileReader
from lists.services.import_refusals import words_of_refusal
from tests.lists.files import row
from tests.lists.import_files.conftest import Check
from tests.lists.import_files.makers import OFFICE, RELATIONS, named, packed, parts, sheet, with_a_lie

GOOD = sheet([COLUMNS, row(1)])
DTD = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yy">]>'
MOST_MEMORY = 300 * 1024  # KiB, says the bar


def blown_up(size: int = 250_000_000) -> io.BytesIO:
    """A sheet whose blanks unpack to more than a list can be."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts(GOOD).items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(GOOD.replace("</worksheet>", "").encode())
            for _ in range(size // 1_000_000):
                part.write(b" " * 1_000_000)
            part.write(b"</worksheet>")
    return named(out.getvalue())


def million_members() -> io.BytesIO:
    """Not quite a million, or the test would take a minute: many times what is allowed, in 12 MB."""
    out = io.BytesIO(packed(parts(GOOD)).getvalue())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"m{number}"), b"")
    return named(out.getvalue())


def nested() -> io.BytesIO:
    return packed({**parts(GOOD), "xl/media/image1.png": blown_up(30_000_000).getvalue()})


def far_cell() -> io.BytesIO:
    """One cell in the last corner of the sheet: a dense table of it would have 17 thousand million cells."""
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return packed(parts(GOOD.replace("</sheetData>", far)))


def cell_far_below() -> io.BytesIO:
    far = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>法人</t></is></c></row></sheetData>'
    return packed(parts(GOOD.replace("</sheetData>", far)))


def whole_width() -> io.BytesIO:
    return packed(parts(sheet([[*COLUMNS, *(f"c{place}" for place in range(16_384 - len(COLUMNS)))], row(1)])))


def external_link() -> io.BytesIO:
    link = f'<externalLink xmlns:r="{OFFICE}"><externalBook r:id="rId1"/></externalLink>'
    relation = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/externalLinkPath" '
        'Target="file://192.0.2.1/share/x.xlsx" TargetMode="External"/></Relationships>'
    )
    return packed(
        {
            **parts(GOOD),
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": relation,
        }
    )


def shared_strings(text: str) -> dict[str, str]:
    """A workbook that keeps its text apart, with something in front of it."""
    made = parts(GOOD)
    made["xl/sharedStrings.xml"] = text
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rIdS" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    return made


def with_entity() -> io.BytesIO:
    return packed(parts(sheet([COLUMNS, row(1)], before=DTD).replace("测试事由", "&x;")))


def with_entity_elsewhere() -> io.BytesIO:
    return packed(shared_strings(f'<?xml version="1.0"?>{DTD}<sst><si><t>&x;</t></si></sst>'))


def laughs() -> io.BytesIO:
    """A billion laughs: ten entities, each ten of the one before."""
    grown = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{grown}]>'
    return packed(parts(sheet([COLUMNS, row(1)], before=dtd).replace("测试事由", "&l9;")))


def with_entity_in_utf16() -> io.BytesIO:
    """The same where a search for bytes does not see it."""
    text = sheet([COLUMNS, row(1)], before=DTD).replace("UTF-8", "UTF-16")
    return packed({**parts(GOOD), "xl/worksheets/sheet1.xml": text.encode("utf-16")})


REFUSED: list[tuple[str, Callable[[], io.BytesIO]]] = [
    ("file_is_bomb", blown_up),
    ("file_is_bomb", million_members),
    ("file_is_bomb", nested),
    ("file_has_dtd", with_entity),
    ("file_has_dtd", with_entity_elsewhere),
    ("file_has_dtd", laughs),
    ("file_broken", with_entity_in_utf16),
    ("file_links_outside", external_link),
    ("file_has_macros", lambda: packed({**parts(GOOD), "xl/vbaProject.bin": "x"})),
    ("file_has_macros", lambda: packed({**parts(GOOD), "xl/embeddings/oleObject1.bin": "x"})),
    ("too_many_columns", far_cell),
    ("too_many_columns", whole_width),
    ("file_broken", lambda: packed({"hello.txt": "hello"})),
    ("file_broken", lambda: named(packed(parts(GOOD)).getvalue()[:-40])),
    ("file_broken", lambda: packed(parts(GOOD[:-30]))),
]


@pytest.mark.parametrize(("code", "make"), REFUSED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_hostile_workbook_is_refused_and_leaves_nothing(
    check: Check, code: str, make: Callable[[], io.BytesIO]
) -> None:
    refused = check(make())

    assert (refused.status, refused.refusal_code) == ("REFUSED", code)
    assert len(words_of_refusal(refused.refusal)) < 500, "a person reads it"
    assert ImportRow.objects.count() == Entry.objects.count() == Subject.objects.count() == 0


@pytest.mark.parametrize(
    "make", [blown_up, laughs, far_cell, cell_far_below, million_members], ids=lambda it: it.__name__
)
def test_its_reader_stays_small(make: Callable[[], io.BytesIO], tmp_path: Path) -> None:
    assert _peak_memory(make(), tmp_path) <= MOST_MEMORY


def _peak_memory(file: io.BytesIO, folder: Path) -> int:
    """KiB that the reader of this file used at most; started by a small process, for it inherits the peak."""
    path = folder / "list.xlsx"
    path.write_bytes(file.getvalue())
    launcher = (
        "import json, resource, subprocess, sys; "
        "subprocess.run(json.loads(sys.argv[1]), stdin=open(sys.argv[2], 'rb'), stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = json.dumps(FileReader(file).command)
    told = subprocess.run([sys.executable, "-c", launcher, command, str(path)], capture_output=True, check=True)
    return int(told.stdout)


def test_a_directory_that_lies_about_the_size_helps_nobody(check: Check, tmp_path: Path) -> None:
    lying = with_a_lie(blown_up(), "xl/worksheets/sheet1.xml", 1_000)

    refused = check(lying)

    assert refused.status == "REFUSED"
    assert refused.refusal_code in ("file_broken", "file_is_bomb", "file_too_heavy")
    assert _peak_memory(lying, tmp_path) <= MOST_MEMORY


def test_a_cell_far_below_is_no_row_of_its_own_kind(check: Check) -> None:
    """A forgotten cell in the last row: refused, or read as the wrong row that it is; never a dead worker."""
    checked = check(cell_far_below())

    assert checked.status in ("CHECKED", "REFUSED")
    if checked.status == "CHECKED":
        assert [line.row for line in checked.rows.wrong()] == [1_048_576]


def test_only_the_first_sheet_counts(check: Check) -> None:
    checked = check(packed(parts(GOOD, sheet([["另一张"], ["不读"]]))))

    assert (checked.status, checked.row_count, checked.sheet_name) == ("CHECKED", 1, "S1")


def test_a_plain_link_in_a_cell_is_no_link_of_the_workbook(check: Check) -> None:
    """Excel makes one of every address that is typed; it is text to us."""
    relation = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/hyperlink" '
        'Target="https://example.org/" TargetMode="External"/></Relationships>'
    )
    checked = check(packed({**parts(GOOD), "xl/worksheets/_rels/sheet1.xml.rels": relation}))

    assert (checked.status, checked.error_count) == ("CHECKED", 0)
