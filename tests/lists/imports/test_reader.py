"""The process that reads a file: its limits, what it dies of, and that nothing of it stays."""

import io
import os
import zipfile
from pathlib import Path
from random import Random

import pytest
from django.db import transaction

from jinan_credit.kernel import clock
from lists.models import ImportRow, ListImport
from lists.services.import_files import FileReader, NumberCell, read_rows, split_record
from lists.services.import_jobs import MOST_ATTEMPTS, check_import
from lists.services.imports import start_import, under_way
from lists.services.job_progress import Progress
from lists.services.synthetic import list_file
from tests.cast import Cast, make_cast
from tests.lists.files import row, xlsx
from tests.lists.imports.conftest import Give, codes
from tests.lists.steps import refused
from tests.lists.test_imports import csv_file

MIB = 1024 * 1024


def drain(reader: FileReader) -> int:
    return sum(len(bunch) for bunch in reader.records())


def far_cell() -> io.BytesIO:
    """A small file whose one far cell asks for half a terabyte."""
    plain, out = xlsx(row(1)), io.BytesIO()
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = given.read(name)
            if name.endswith("sheet1.xml"):
                filler = b"<row r='3'></row>" * 8_000
                far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'
                part = part.replace(b"</sheetData>", filler + far + b"</sheetData>")
            made.writestr(name, part)
    return out


def test_a_file_that_asks_for_more_memory_than_there_is_kills_only_its_reader() -> None:
    with refused("file_too_heavy"):
        drain(FileReader(far_cell()))


def test_memory_has_a_limit(cast: Cast) -> None:
    file = list_file(cast.black, 3_000, random=Random(1), today=clock.today())
    assert drain(FileReader(file)) == 3_000
    with refused("file_too_heavy"):
        drain(FileReader(xlsx(*(row(n) for n in range(4_000))), most_memory=9 * MIB))


def test_time_has_a_limit() -> None:
    with refused("file_takes_too_long"):
        drain(FileReader(xlsx(*(row(n) for n in range(60_000))), most_seconds=0))


def children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


def test_no_process_stays_behind_when_nobody_reads_on(cast: Cast) -> None:
    before = children()
    rows = read_rows(list_file(cast.black, 20_000, random=Random(1), today=clock.today()))
    next(rows)
    assert children() - before
    rows.close()  # type: ignore[attr-defined]
    assert children() == before


def test_the_reader_has_no_secrets(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")
    rows = read_rows(list_file(cast.black, 20_000, random=Random(1), today=clock.today()))
    next(rows)
    (child,) = children()
    assert b"SECRET" not in Path(f"/proc/{child}/environ").read_bytes()
    rows.close()  # type: ignore[attr-defined]


def test_numbers_and_control_characters_come_as_what_they_are() -> None:
    ((_number, cells),) = read_rows(xlsx(row(1, 证件号码=379999199001011234, 违法事实="一\x1f二\x1e三")))
    assert isinstance(cells[4], NumberCell)
    assert not isinstance(cells[1], NumberCell)
    assert len(cells) == 16


def test_a_record_is_taken_apart() -> None:
    assert split_record("7\x1fa\x1fb") == (7, ["a", "b"], False)
    assert split_record("7+#1\x1fa\x1f2") == (7, ["a", "2"], True)


def test_surplus_cells_are_an_error_of_their_row(give: Give) -> None:
    assert codes(give(file=csv_file([*row(1), "了一格"]))) == ["too_many_cells"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_files_as_programs_write_them(delimiter: str, encoding: str) -> None:
    text = csv_file(row(1)).getvalue().decode("utf-8-sig").replace(",", delimiter)
    ((number, cells),) = read_rows(io.BytesIO(text.encode(encoding)))
    assert (number, cells) == (2, row(1))


def test_a_check_that_keeps_killing_its_worker_is_given_up(cast: Cast) -> None:
    given = start_import(credit_list=cast.black, file=xlsx(row(1)), file_name="a", by=cast.actor("clerk"))
    ListImport.objects.filter(pk=given.pk).update(attempts=MOST_ATTEMPTS)
    check_import(given.pk)
    given.refresh_from_db()
    assert (given.status, given.refusal_code, ImportRow.objects.count()) == ("REFUSED", "file_too_heavy", 0)


def test_progress_is_seen_by_others_before_the_commit(transactional_db: None) -> None:
    cast = make_cast()
    given = start_import(credit_list=cast.black, file=xlsx(row(1)), file_name="a", by=cast.actor("clerk"))
    with Progress(ListImport, given.pk) as progress, transaction.atomic():
        given.rows.all().delete()
        progress(30, 100, now=True)
        given.refresh_from_db()
        assert (given.progress, given.work_total, given.percent) == (30, 100, 30)
        assert not under_way().exists(), "the lease was taken"


def test_the_sheet_is_named(give: Give) -> None:
    assert give(row(1)).sheet_name == "Sheet1"
