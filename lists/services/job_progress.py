"""A job taken up by one worker, and how far it is, told while its one transaction is still open.

The job is a row with `attempts` and `leased_until`, and with `progress` and `work_total` where it counts rows. What a
worker does is one transaction under a lock that PostgreSQL frees when the worker dies: it is done wholly and once, or
begun anew by the sweep.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Model, QuerySet

from jinan_credit.kernel import clock

LEASE = timedelta(seconds=60)
SECONDS_BETWEEN = 0.5

Tell = Callable[[int, int], None]
"""Told the rows done and of how many."""

log = structlog.get_logger(__name__)


@contextmanager
def taken(
    jobs: QuerySet[Any], pk: int, *, lock: int, tell: Tell | None = None
) -> Iterator[tuple[Any, "Progress"] | None]:
    """One of `jobs` in its one transaction; None when another worker has it, or the step is done. `lock` names the kind
    of job."""
    with Progress(jobs.model, pk, tell) as progress, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [lock, pk])
        is_free = cursor.fetchone()[0]
        job = jobs.filter(pk=pk).first()
        if not is_free or job is None:
            yield None
            return
        progress.begin()
        yield job, progress


class Progress:
    """Writes the rows done into the job's row over a connection of its own, and renews the lease with it.

    The work's own transaction must not have changed that row yet. Progress that cannot be told stops nothing.
    """

    def __init__(self, model: type[Model], pk: int, tell: Tell | None = None) -> None:
        self._table, self._pk, self._also_tell = model._meta.db_table, pk, tell
        self._next_at = 0.0
        self._connection = connection.copy()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def begin(self) -> None:
        """A worker has taken the job up."""
        self._tell("attempts = attempts + 1")

    def __call__(self, done: int, total: int, *, now: bool = False) -> None:
        if now or time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + SECONDS_BETWEEN
            self._tell("progress = %s, work_total = %s", done, max(done, total))
            if self._also_tell is not None:
                self._also_tell(done, total)

    def _tell(self, what: str, *values: int) -> None:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {self._table} SET {what}, leased_until = %s WHERE id = %s",
                    [*values, clock.now() + LEASE, self._pk],
                )
        except DatabaseError as error:
            log.warning("progress_not_told", table=self._table, error=str(error))
