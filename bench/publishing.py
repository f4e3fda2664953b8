"""100,000 entries in review become one publication, in the feed of 60 units.

Floor: the same bodies inserted by one statement into a bare table with the indexes of the feed.
"""

import threading
from time import perf_counter, sleep

import psycopg2
from django.db import connection, transaction

from bench.data import load_entries_in_review, settle
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from lists.models import Change, CreditList, Entry, Publication
from lists.services.feed import ENTRY_BODY_SOURCE
from lists.services.publications import publish_entries

ENTRIES = 100_000
FIRST = 1_000_000


def prepare(scale: float) -> None:
    stage = set_stage()
    credit_list = make_list(stage, "BENCH-PUBLISH")
    assert stage.clerk.user is not None
    load_entries_in_review(credit_list, first=FIRST, count=int(ENTRIES * scale), made_by=stage.clerk.user.pk)
    settle()


def measure(scale: float) -> list[Figure]:
    count, by = int(ENTRIES * scale), set_stage().reviewer
    credit_list = CreditList.objects.get(code="BENCH-PUBLISH")
    watch = HeadWatch(credit_list.pk)
    watch.start()
    started = perf_counter()
    publication = publish_entries(credit_list=credit_list, entries=Entry.objects.all(), by=by)
    took = perf_counter() - started
    held = watch.stop()
    memory = peak_memory()
    assert Change.objects.filter(publication=publication).count() == count
    return [
        Figure(
            f"publication of {count:,}",
            took,
            "s",
            _floor(publication),
            more_is_better=False,
            aim="≤ 10 s",
            memory=memory,
        ),
        Figure("  of it: head of the feed held", held, "s"),
    ]


class HeadWatch(threading.Thread):
    """How long other writers of the list would wait: tries the head's lock every ten milliseconds."""

    def __init__(self, credit_list_id: int) -> None:
        super().__init__(daemon=True)
        self._list = credit_list_id
        self._ended = threading.Event()
        self._first = self._last = 0.0

    def run(self) -> None:
        link = psycopg2.connect(**connection.get_connection_params())
        link.autocommit = True
        with link.cursor() as cursor:
            while not self._ended.is_set():
                cursor.execute(
                    "SELECT 1 FROM lists_feedhead WHERE credit_list_id = %s FOR NO KEY UPDATE SKIP LOCKED", [self._list]
                )
                if cursor.fetchone() is None:
                    self._last = perf_counter()
                    self._first = self._first or self._last
                sleep(0.01)
        link.close()

    def stop(self) -> float:
        self._ended.set()
        self.join()
        return self._last - self._first


def _floor(publication: Publication) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE floor (LIKE lists_change INCLUDING ALL)")
    started = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO floor (publication_id, ordinal, op, entry_id, version, changed_at, reason, body)
            SELECT %s, row_number() OVER (ORDER BY id), 'upsert', id, version, %s, 'PUBLISHED', body
            FROM ({ENTRY_BODY_SOURCE} WHERE entry.last_publication_id = %s) changed
            """,
            [publication.pk, publication.published_at, publication.pk],
        )
    took = perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE floor")
    return took
