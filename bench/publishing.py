"""100,000 entries in review become one publication, in the feed of 60 units; single ones are published beside it.

Rules, states, moves, history, feed and unit tasks are part of the work. How long another publication of the list would
have waited for the head is probed from outside every 5 ms.

Floor: the same bodies inserted by one statement into a bare table with the indexes of the feed.
"""

import threading
from statistics import quantiles
from time import perf_counter, sleep
from uuid import UUID

import psycopg2
from django.db import connection, transaction

from bench.data import load_entries_in_review, settle
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from jinan_credit.accounts.actors import Actor
from lists.models import Change, CreditList, Entry, Publication
from lists.services.feed import ENTRY_BODY_SOURCE
from lists.services.publications import publish_entries

ENTRIES = 100_000
SINGLES = 200
CODES = ("BENCH-PUBLISH", "BENCH-BESIDE")
FIRST = 1_000_000


def prepare(scale: float) -> None:
    stage = set_stage()
    assert stage.clerk.user is not None
    for place, code in enumerate(CODES):
        load_entries_in_review(
            make_list(stage, code),
            first=FIRST + place * 2 * ENTRIES,
            count=int(ENTRIES * scale) + SINGLES,
            made_by=stage.clerk.user.pk,
        )
    settle()


def measure(scale: float) -> list[Figure]:
    count, by = int(ENTRIES * scale), set_stage().reviewer
    alone, crowded = (CreditList.objects.get(code=code) for code in CODES)
    took, held, publication = _publish(alone, by)
    memory = peak_memory()
    assert Change.objects.filter(publication=publication).count() == count
    beside = Beside(crowded, _singles(crowded), by)
    beside.start()
    _publish(crowded, by)
    waits = beside.stop()
    return [
        Figure(
            f"publication of {count:,}",
            took,
            "s",
            _floor(publication),
            more_is_better=False,
            aim="≤ 5 s",
            memory=memory,
        ),
        Figure("  of it: head of the feed held", held, "s", aim="≤ 0.5 s"),
        Figure(f"  {len(waits)} single ones beside another, p95", quantiles(waits, n=20)[-1], "s", aim="≤ 0.5 s"),
    ]


def _publish(credit_list: CreditList, by: Actor) -> tuple[float, float, Publication]:
    """Seconds that it took, seconds that others waited for the head at most, and what was published."""
    entries = Entry.objects.filter(credit_list=credit_list, pk__gt=_singles(credit_list)[-1])
    watch = HeadWatch(credit_list.pk)
    watch.start()
    started = perf_counter()
    publication = publish_entries(credit_list=credit_list, entries=entries, by=by)
    took = perf_counter() - started
    return took, watch.stop(), publication


def _singles(credit_list: CreditList) -> list[UUID]:
    """The entries that are left for single publications."""
    return list(Entry.objects.filter(credit_list=credit_list).order_by("pk").values_list("pk", flat=True)[:SINGLES])


class Beside(threading.Thread):
    """Another person of the unit publishes one entry after the other on the same list meanwhile."""

    def __init__(self, credit_list: CreditList, entries: list[UUID], by: Actor) -> None:
        super().__init__(daemon=True)
        self._list, self._entries, self._by = credit_list, entries, by
        self._ended = threading.Event()
        self._waits: list[float] = []

    def run(self) -> None:
        for pk in self._entries:
            if self._ended.is_set():
                break
            started = perf_counter()
            publish_entries(credit_list=self._list, entries=Entry.objects.filter(pk=pk), by=self._by)
            self._waits.append(perf_counter() - started)
            sleep(0.02)
        connection.close()

    def stop(self) -> list[float]:
        self._ended.set()
        self.join()
        return self._waits


class HeadWatch(threading.Thread):
    """The longest that another writer of the list would wait: tries the head's lock every five milliseconds."""

    def __init__(self, credit_list_id: int) -> None:
        super().__init__(daemon=True)
        self._list = credit_list_id
        self._ended = threading.Event()
        self._longest = 0.0

    def run(self) -> None:
        link = psycopg2.connect(**connection.get_connection_params())
        link.autocommit = True
        free_at = perf_counter()
        with link.cursor() as cursor:
            while not self._ended.is_set():
                cursor.execute(
                    "SELECT 1 FROM lists_feedhead WHERE credit_list_id = %s FOR NO KEY UPDATE SKIP LOCKED", [self._list]
                )
                if cursor.fetchone() is not None:
                    free_at = perf_counter()
                self._longest = max(self._longest, perf_counter() - free_at)
                sleep(0.005)
        link.close()

    def stop(self) -> float:
        self._ended.set()
        self.join()
        return self._longest


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
