"""100,000 rows × 16 columns of XLSX: checked, previewed, confirmed, turned into drafts, with subjects, names, related
persons, moves and history.

Floor: calamine reads the same file, and the same cells are copied into a bare temporary table.
"""

import csv
import io
import os
import resource
from pathlib import Path
from time import perf_counter

from django.db import connection
from python_calamine import CalamineWorkbook

from bench.data import write_workbook
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from lists.enums import ImportStatus
from lists.models import CreditList, ListImport
from lists.selectors import import_errors
from lists.services import import_jobs, imports
from lists.services.import_files import COLUMNS

ROWS = 100_000


def _file() -> Path:
    return Path(os.environ["BENCH_FOLDER"]) / "list.xlsx"


def prepare(scale: float) -> None:
    write_workbook(_file(), int(ROWS * scale))
    make_list(set_stage(), "BENCH-IMPORT")


def measure(scale: float) -> list[Figure]:
    rows, by = int(ROWS * scale), set_stage().clerk
    credit_list = CreditList.objects.get(code="BENCH-IMPORT")
    with _file().open("rb") as file:
        given = imports.start_import(credit_list=credit_list, file=file, file_name="list.xlsx", by=by)
    started = perf_counter()
    import_jobs.check_import(given.pk)
    _look_at(given.pk)
    checked = perf_counter()
    imports.confirm_import(list_import=given, by=by)
    import_jobs.run_import(given.pk)
    done = perf_counter()
    memory = peak_memory()
    _require_complete(given.pk, rows)
    floor = _floor()
    return [
        Figure(
            "import, check and confirm", rows / (done - started), "rows/s", rows / floor, aim="≥ 10,000", memory=memory
        ),
        Figure("  of it: check and preview", checked - started, "s", memory=_reader_memory()),
        Figure("  of it: confirm", done - checked, "s"),
    ]


def _look_at(pk: int) -> None:
    """What the page of the preview reads."""
    given = ListImport.objects.get(pk=pk)
    assert given.status == ImportStatus.CHECKED, (given.status, given.refusal)
    import_errors(given)
    assert len(given.rows.new()[:50])


def _reader_memory() -> int:
    """MiB that the process which opened the file held at most."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _require_complete(pk: int, rows: int) -> None:
    given = ListImport.objects.get(pk=pk)
    assert given.status == ImportStatus.IMPORTED, (given.status, given.refusal)
    assert given.entries.count() == rows, f"{given.entries.count()} of {rows} rows were imported"


def _floor() -> float:
    started = perf_counter()
    columns = ", ".join(f"c{place} text" for place in range(len(COLUMNS)))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    with _file().open("rb") as file:
        writer.writerows(CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).iter_rows())
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE floor ({columns})")
        cursor.copy_expert("COPY floor FROM STDIN WITH (FORMAT csv)", buffer)
        cursor.execute("DROP TABLE floor")
    return perf_counter() - started
