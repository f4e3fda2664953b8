"""The worker is killed with -9 at half of an import, and once more while it reads the file: the import is finished
once, exact.

Real processes: Celery workers and beat, Redis, PostgreSQL.
"""

from random import Random

import pytest

from jinan_credit.kernel import clock
from lists.models import Entry, ListImport, Subject
from lists.services.imports import confirm_import, start_import
from lists.services.synthetic import list_file
from tests.cast import Cast
from tests.integration.processes import Processes, held_up, wait_until

HALF, ROWS = 10_000, 15_000

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(500)]


def test_an_import_is_finished_once(cast: Cast, processes: Processes) -> None:
    file = list_file(cast.black, ROWS, random=Random(5), today=clock.today(), persons=0.05)
    given = start_import(credit_list=cast.black, file=file, file_name="名单.csv", by=cast.actor("clerk"))

    def now() -> ListImport:
        return ListImport.objects.get(pk=given.pk)

    with held_up("lists_listimport", "NEW.progress > 0") as hold:
        worker = processes.start_worker()
        processes.start_beat()
        wait_until("the check is under way", hold.has_somebody)
        processes.kill(worker)
    assert (now().status, given.rows.count()) == ("CHECKING", 0), "nothing half-checked is seen"
    forget_lease(given)
    worker = processes.start_worker()
    wait_until("the file is checked", lambda: now().status == "CHECKED")
    assert (now().row_count, now().new_count) == (ROWS, ROWS)

    with held_up("lists_listimport", f"NEW.status = 'IMPORTING' AND NEW.progress >= {HALF}") as hold:
        confirm_import(list_import=now(), by=cast.actor("clerk"))
        wait_until("half is imported", hold.has_somebody)
        processes.kill(worker)
    assert now().status == "IMPORTING"
    assert Entry.objects.count() == 0, "nothing half-imported is seen"
    forget_lease(given)
    processes.start_worker()
    wait_until("the import is done", lambda: now().status == "IMPORTED")
    assert given.entries.count() == Entry.objects.count() == Subject.objects.count() == ROWS
    assert given.rows.count() == 0
    assert not Entry.objects.exclude(moves__name="draft").exists()


def forget_lease(given: ListImport) -> None:
    """As if its minute were over."""
    ListImport.objects.filter(pk=given.pk).update(leased_until=None)
