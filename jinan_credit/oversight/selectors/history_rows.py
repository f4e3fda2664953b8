"""The rows of a table of history as texts to be hashed: the same text today and in ten years."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models

CONTEXT = "@context"
"""Stands among the columns for the request in which an event arose: who did it."""

_SAME_TEXT = (
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
_WRITING = ("RowExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
_PER_FETCH = 5_000


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """By name, so that their order in the model does not matter."""
    names = sorted(str(field.column) for field in model._meta.concrete_fields)
    return (*names, CONTEXT) if "pgh_context_id" in names else tuple(names)


def key_of(model: type[models.Model]) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)


class RowTexts:
    """Within a transaction: the texts of one model's rows, by one or more sets of columns."""

    def __init__(self, model: type[models.Model], *column_sets: Sequence[str]) -> None:
        self.table, self.key = model._meta.db_table, key_of(model)
        texts = ", ".join(f"ROW({', '.join(map(_source, columns))})::text" for columns in column_sets)
        with_context = any(CONTEXT in columns for columns in column_sets)
        join = "LEFT JOIN pghistory_context context ON context.id = t.pgh_context_id" if with_context else ""
        self._select = f'SELECT t."{self.key}", {texts} FROM "{self.table}" t {join}'  # noqa: S608

    def above(self, bound: int) -> Iterator[tuple[Any, ...]]:
        """By their ids, streamed."""
        return streamed(f'{self._select} WHERE t."{self.key}" > %s ORDER BY t."{self.key}"', [bound])

    def of(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """By their ids; what is gone is left out."""
        for begin in range(0, len(ids), _PER_FETCH):
            part = list(ids[begin : begin + _PER_FETCH])
            with connection.cursor() as cursor:
                cursor.execute(f'{self._select} WHERE t."{self.key}" = ANY(%s) ORDER BY t."{self.key}"', [part])
                yield from cursor.fetchall()


def fix_texts() -> None:
    """For this transaction: what PostgreSQL writes does not depend on the settings of the role or the server."""
    with connection.cursor() as cursor:
        for statement in _SAME_TEXT:
            cursor.execute(statement)


def streamed(query: str, params: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = _PER_FETCH
        cursor.execute(query, params)
        yield from cursor.cursor


def deleted_ids(table: str) -> Iterator[int]:
    """The rows of a table that were lawfully deleted, in order."""
    query = "SELECT DISTINCT unnest(rows) FROM oversight_erasure WHERE \"table\" = %s AND kind = 'DELETED' ORDER BY 1"
    return (row for (row,) in streamed(query, [table]))


def highest_ids(found: Sequence[type[models.Model]]) -> dict[str, int]:
    if not found:
        return {}
    parts = [
        f'SELECT \'{model._meta.db_table}\', coalesce(max("{key_of(model)}"), 0) FROM "{model._meta.db_table}"'  # noqa: S608
        for model in found
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def being_written(tables: Sequence[str]) -> set[tuple[str, str]]:
    """Which transactions of others hold a lock to write which table. It is taken before a row gets its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relation::regclass::text, virtualtransaction FROM pg_locks "
            "WHERE locktype = 'relation' AND granted AND mode = ANY(%s) AND relation = ANY(%s::regclass[]) "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND pid IS DISTINCT FROM pg_backend_pid()",
            [list(_WRITING), list(tables)],
        )
        return set(cursor.fetchall())


def existing_columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return {row[0] for row in cursor.fetchall()}


def _source(column: str) -> str:
    return "context.metadata" if column == CONTEXT else f't."{column}"'
