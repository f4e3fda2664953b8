"""The database as its owner sees it: the one place that says who backs it up, fills it and changes its tables."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection
from psycopg2 import extensions

UNFINISHED = "restore_is_unfinished"
"""A table that is there from before the first row is restored until the last check has held."""

_OBJECTS = """
    SELECT count(*)
    FROM pg_class class JOIN pg_namespace space ON space.oid = class.relnamespace
    WHERE space.nspname !~ '^pg_' AND space.nspname <> 'information_schema'
      AND class.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = class.oid AND deptype = 'e')
"""


def owner_parameters() -> dict[str, Any]:
    """What psycopg2.connect and libpq's programs take. Whoever runs `backup` and `restore` works as the owner."""
    found = connection.get_connection_params()
    return {name: value for name, value in found.items() if not callable(value)}


def owner_address() -> tuple[str, str]:
    """A connection string without the password, which every user of the machine may see; and the password."""
    parameters = owner_parameters()
    password = parameters.pop("password", "") or ""
    return extensions.make_dsn(
        **{name: value for name, value in parameters.items() if isinstance(value, str | int)}
    ), password


@contextmanager
def owner_link() -> Iterator[extensions.connection]:
    """A connection of its own, without a transaction: each statement counts at once."""
    link = psycopg2.connect(**owner_parameters())
    link.autocommit = True
    try:
        yield link
    finally:
        link.close()


def server_version() -> int:
    """As PostgreSQL numbers it: 180006."""
    with owner_link() as link:
        return link.server_version


def count_objects() -> int:
    """Tables, views and sequences that no extension brought: none in an empty database."""
    with owner_link() as link, link.cursor() as cursor:
        cursor.execute(_OBJECTS)
        return int(cursor.fetchone()[0])


def execute_as_owner(statement: str) -> None:
    with owner_link() as link, link.cursor() as cursor:
        cursor.execute(statement)


def give_rights() -> None:
    """To the role of the programs, where it is another one than the owner's."""
    call_command("grant_rights", stdout=io.StringIO())
