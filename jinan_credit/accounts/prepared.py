"""A statement on a hot path: written once a process, planned once a connection.

Planning the look-up of a screening costs PostgreSQL more than doing it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

_PLACE = re.compile(r"%([%s])")


class Given(str):
    """Stands among the parameters of a statement for the value of this name that each run gives."""

    __slots__ = ()


class Prepared:
    """`source` gives SQL and its parameters, those that differ from run to run as `Given`; it is asked once."""

    def __init__(self, name: str, source: Callable[[], tuple[str, list[Any]]]) -> None:
        self.name, self._source = name, source
        self._sql, self._given = "", list[str]()

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """What the statement reads. On a connection that turns out to be dead it is asked again on a new one.

        So no other statement need ask first whether the connection lives.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return self.run(values)
        except (InterfaceError, OperationalError):
            if connection.in_atomic_block or connection.is_usable():
                raise
            connection.close()
            return self.run(values)

    def run(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The same, once: for a statement that writes."""
        connection = connections[DEFAULT_DB_ALIAS]
        if settings.DATABASE_IS_POOLED:
            return self._run_unprepared(connection, values)
        with connection.cursor() as cursor:
            link = connection.connection
            if getattr(connection, f"_has_{self.name}", None) is not link:
                self._sql = self._sql or self._written(cursor)
                cursor.execute(f"PREPARE {self.name} AS {self._sql}")
                setattr(connection, f"_has_{self.name}", link)
            places = ", ".join(["%s"] * len(self._given))
            cursor.execute(f"EXECUTE {self.name} ({places})", [values[name] for name in self._given])
            return cursor.fetchall()

    def _run_unprepared(self, connection: BaseDatabaseWrapper, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """A prepared statement belongs to one connection of the server; a pooler gives each transaction another."""
        sql, params = self._source()
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[one] if isinstance(one, Given) else one for one in params])
            return cursor.fetchall()

    def _written(self, cursor: Any) -> str:
        sql, params = self._source()
        self._given = list(dict.fromkeys(one for one in params if isinstance(one, Given)))
        number = {name: f"${at}" for at, name in enumerate(self._given, start=1)}
        written = iter([number[p] if isinstance(p, Given) else cursor.mogrify("%s", [p]).decode() for p in params])
        return _PLACE.sub(lambda place: next(written) if place[1] == "s" else "%", sql)


def with_samples(rows: QuerySet[Any, Any], **samples: Any) -> tuple[str, list[Any]]:
    """The SQL of a queryset that was made with sample values, which stand among its parameters as `Given`."""
    sql, params = rows.query.sql_with_params()
    names = {value: Given(name) for name, value in samples.items()}
    return sql, [names.get(value, value) for value in params]
