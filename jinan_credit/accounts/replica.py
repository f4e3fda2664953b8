"""Reading from a replica, where what is read may come from one (ADR 22).

`read` is given what may be read there and asks first whether the replica is far enough; if it is not, is unreachable,
or there is none, all is read from the primary. What is read elsewhere, what is written, sessions and accounts always go
to the primary.
"""

from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from time import monotonic
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

REPLICA = "replica"
MAY_BE_LATE_SECONDS = 30.0
"""What figures may be behind."""
ASKED_AGAIN_SECONDS = 5.0
"""A replica that did not answer is left alone for so long: nobody waits for it at every page."""
ROUTED = frozenset({"catalog", "lists", "objections", "oversight", "repair", "sanctions"})
"""Apps whose tables may be read there; `accounts` says who may do what, and is always asked of the primary."""

Answer = TypeVar("Answer")
_alias: ContextVar[str] = ContextVar("reading_from", default=DEFAULT_DB_ALIAS)
_marks: deque[tuple[float, int]] = deque(maxlen=120)
"""When the primary was where in its log, this process's own observations, one a second."""
_quiet = {"until": 0.0}
_HOW_FAR = "SELECT pg_wal_lsn_diff({}, '0/0')::bigint"
log = structlog.get_logger(__name__)


class ReplicaRouter:
    """Django asks this for every query: only what `read` reads leaves the primary."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return _alias.get() if model._meta.app_label in ROUTED else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def reading_connection() -> BaseDatabaseWrapper:
    """For statements written by hand: where `read` has them read."""
    return connections[_alias.get()]


def read(is_far_enough: Callable[[], bool], work: Callable[[], Answer]) -> Answer:
    """What `work` reads comes from the replica, if it is far enough; else from the primary.

    `work` only reads: where the replica goes away in the middle, it is done again.
    """
    if is_there() and _agrees(is_far_enough):
        token = _alias.set(REPLICA)
        try:
            return work()
        except (InterfaceError, OperationalError) as error:
            _leave_alone(error)
        finally:
            _alias.reset(token)
    return work()


def is_there() -> bool:
    return REPLICA in settings.DATABASES and monotonic() >= _quiet["until"]


def is_hardly_late() -> bool:
    """It has replayed what the primary had written `MAY_BE_LATE_SECONDS` ago, as far as this process saw it."""
    now = monotonic()
    if not _marks or now - _marks[-1][0] >= 1:
        _marks.append((now, _how_far(DEFAULT_DB_ALIAS, "pg_current_wal_lsn()")))
    old_enough = [mark for mark in _marks if mark[0] <= now - MAY_BE_LATE_SECONDS]
    needed = (old_enough or list(_marks)[:1])[-1][1]
    return _how_far(REPLICA, "pg_last_wal_replay_lsn()") >= needed


def same_on_both(statement: str) -> bool:
    """A statement gives the same there as on the primary, which is asked first."""
    (primary, replica) = (_row(alias, statement) for alias in (DEFAULT_DB_ALIAS, REPLICA))
    return primary == replica


def _agrees(is_far_enough: Callable[[], bool]) -> bool:
    """Not, where the replica does not answer; and for a while it is not asked again."""
    try:
        return is_far_enough()
    except DatabaseError as error:
        if not connections[DEFAULT_DB_ALIAS].is_usable():
            raise
        _leave_alone(error)
        return False


def _leave_alone(error: Exception) -> None:
    _quiet["until"] = monotonic() + ASKED_AGAIN_SECONDS
    connections[REPLICA].close()
    log.warning("replica_not_asked", error=str(error))


def _how_far(alias: str, function: str) -> int:
    (position,) = _row(alias, _HOW_FAR.format(function))
    return -1 if position is None else int(position)


def _row(alias: str, statement: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()
