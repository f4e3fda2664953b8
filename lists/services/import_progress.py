"""How far an import is, told while its one transaction is still open."""

import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType

import structlog
from django.db import DatabaseError, connection

from jinan_credit.kernel import clock

LEASE = timedelta(seconds=60)
SECONDS_BETWEEN = 0.5

Tell = Callable[[int, int], None]
"""Told the rows done and of how many."""

log = structlog.get_logger(__name__)


class Progress:
    """Writes the rows done into the import's row over a connection of its own, and renews the lease with it.

    The work's own transaction must not have changed that row yet. Progress that cannot be told stops nothing.
    """

    def __init__(self, pk: int, tell: Tell | None = None) -> None:
        self._pk, self._also_tell = pk, tell
        self._next_at = 0.0
        self._connection = connection.copy()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def begin(self) -> None:
        """A worker has taken the import up."""
        self._tell("progress = 0, attempts = attempts + 1")

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
                    f"UPDATE lists_listimport SET {what}, leased_until = %s WHERE id = %s",
                    [*values, clock.now() + LEASE, self._pk],
                )
        except DatabaseError as error:
            log.warning("import_progress_not_told", error=str(error))
