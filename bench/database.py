"""A database that lives as long as the run, on the server that DATABASE_URL names. The given one is not touched."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import django
import psycopg2
from django.conf import settings
from django.core.management import call_command
from psycopg2 import sql


@contextmanager
def throw_away_database() -> Iterator[str]:
    """Made, migrated, filled with the reference data, and dropped at the end whatever happens."""
    name = f"bench_{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ["BENCH_DATABASE"], os.environ["BENCH_FOLDER"] = name, folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        django.setup()
        with empty_database(name):
            call_command("migrate", verbosity=0, interactive=False)
            call_command("load_reference", stdout=open(os.devnull, "w"))  # noqa: SIM115
            yield name


@contextmanager
def empty_database(name: str) -> Iterator[None]:
    _on_server(sql.SQL("CREATE DATABASE {} LOCALE 'C.UTF-8' TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield
    finally:
        from django.db import connection

        connection.close()
        _on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _on_server(statement: sql.Composable) -> None:
    given = settings.DATABASES["default"]
    link = psycopg2.connect(
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        dbname=settings.SERVER_DATABASE,
    )
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()
