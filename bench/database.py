"""Databases that live as long as a figure, on the server that DATABASE_URL names. The given one is not touched."""

import io
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
def migrated_database() -> Iterator[str]:
    """Made, migrated, filled with the reference data, and dropped at the end whatever happens; to be copied from."""
    name = f"bench_{secrets.token_hex(4)}"
    os.environ["BENCH_DATABASE"], os.environ["DJANGO_SETTINGS_MODULE"] = name, "bench.settings"
    django.setup()
    with temporary_database(name):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_reference", stdout=io.StringIO())
        yield name


@contextmanager
def copy_of(migrated: str) -> Iterator[None]:
    """For one figure: no other finds its lists, or has the workers busy with them."""
    from django.db import connection

    connection.close()
    name = f"{migrated}_copy"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, temporary_database(name, migrated):
        os.environ["BENCH_DATABASE"], os.environ["BENCH_FOLDER"] = name, folder
        yield


@contextmanager
def temporary_database(name: str, template: str = "template0") -> Iterator[None]:
    create = sql.SQL("CREATE DATABASE {} LOCALE 'C.UTF-8' TEMPLATE {}")
    _on_server(create.format(sql.Identifier(name), sql.Identifier(template)))
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
