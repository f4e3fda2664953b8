"""The worker is killed with -9 while it writes a file, an export or the copy of an import with what is wrong in it: the
next one starts over, and the file is complete, kept once.

Real processes: Celery workers and beat, Redis, PostgreSQL.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from jinan_credit.kernel import clock
from lists.enums import ExportStatus
from lists.models import EntryExport
from lists.services.exports import fetch_export, request_copy, request_export
from lists.services.file_imports import import_file
from lists.services.import_files import COLUMNS
from lists.services.import_jobs import check_import
from lists.services.imports import start_import
from lists.services.synthetic import list_file, list_rows
from tests.cast import Cast
from tests.integration.processes import Processes, held_up, wait_until

HALF, ROWS = 5_000, 8_000

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


def of_entries(cast: Cast) -> EntryExport:
    file = list_file(cast.black, ROWS, random=Random(5), today=clock.today(), persons=0.05)
    import_file(credit_list=cast.black, file=file, file_name="名单.csv", by=cast.actor("clerk"))
    return request_export(query="", reason="年度检查", by=cast.actor("clerk"))


def of_an_import(cast: Cast) -> EntryExport:
    """Every row is wrong."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    place = COLUMNS.index("失信程度")
    for row in list_rows(cast.black, ROWS, random=Random(5), today=clock.today(), persons=0.05):
        writer.writerow([*row[:place], "极重", *row[place + 1 :]])
    file = io.BytesIO(text.getvalue().encode("utf-8-sig"))
    given = start_import(credit_list=cast.black, file=file, file_name="名单.csv", by=cast.actor("clerk"))
    check_import(given.pk)
    given.refresh_from_db()
    assert given.error_count == ROWS
    return request_copy(list_import=given, by=cast.actor("clerk"))


@pytest.mark.parametrize("asked_for", [of_entries, of_an_import])
def test_a_file_is_finished_once(cast: Cast, processes: Processes, asked_for: Callable[[Cast], EntryExport]) -> None:
    kept_before = kept()
    asked = asked_for(cast)

    def now() -> EntryExport:
        return EntryExport.objects.get(pk=asked.pk)

    with held_up("lists_entryexport", f"NEW.progress >= {HALF}") as hold:
        worker = processes.start_worker()
        processes.start_beat()
        wait_until("half of the file is written", hold.has_somebody)
        processes.kill(worker)
    killed = now()
    assert killed.status == ExportStatus.RUNNING
    assert {file.name for file in kept() - kept_before} <= {Path(killed.file.name).name}
    processes.start_worker()
    forget_lease(asked)
    wait_until("the file is ready", lambda: now().status == ExportStatus.READY)
    done = now()
    assert (done.row_count, done.attempts, done.leased_until) == (ROWS, 2, None)
    assert len(kept() - kept_before) == 1
    with fetch_export(export=done, by=cast.actor("clerk")) as file:
        rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert len(rows) == ROWS + 1


def kept() -> set[Path]:
    return set(Path(settings.MEDIA_ROOT, "exports").glob("*"))


def forget_lease(asked: EntryExport) -> None:
    """As if its minute were over."""
    EntryExport.objects.filter(pk=asked.pk).update(leased_until=None)
