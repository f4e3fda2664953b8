"""What must hold before the program starts: the right PostgreSQL, in a locale that knows Chinese, not left half-way."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jinan_credit.accounts.enums import Role

LEAST_POSTGRESQL = 180000


@register(Tags.database)
def database_is_fit(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `migrate` and `check --database default`."""
    if not databases or "default" not in databases:
        return []
    connection.ensure_connection()
    version: int = connection.pg_version  # type: ignore[attr-defined]
    if version < LEAST_POSTGRESQL:
        return [
            Error(
                f"PostgreSQL {version // 10000} is too old.",
                hint="Jinan Credit needs PostgreSQL 18 or newer.",
                id="jinan_credit.E001",
            )
        ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT '济' ~ '[[:alpha:]]'")
        chinese_are_letters = cursor.fetchone()[0]
    if not chinese_are_letters:
        return [
            Error(
                "In this database Chinese characters are no letters, so names have no trigrams and are never found.",
                hint="Create it with LC_CTYPE 'C.UTF-8': CREATE DATABASE … LOCALE 'C.UTF-8' TEMPLATE template0.",
                id="jinan_credit.E002",
            )
        ]
    return []


@register(Tags.security)
def roles_with_a_second_factor_exist(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    unknown = sorted(set(settings.SECOND_FACTOR_ROLES) - set(Role.values))
    return [
        Error(
            f"SECOND_FACTOR_ROLES names no role: {role}.",
            hint=f"Expected: NOBODY, or some of {', '.join(Role.values)}, separated by commas.",
            id="jinan_credit.E004",
        )
        for role in unknown
    ]


@register(Tags.database)
def no_migration_is_missing(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A database with a part of what a migration replaces: Django would find nothing to do in it."""
    if not databases or "default" not in databases:
        return []
    applied = set(MigrationRecorder(connection).applied_migrations())
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    known = loader.disk_migrations
    return [
        Error(
            f"This database lacks {app} {missing[-1][1]}, which is no longer here by itself: {name} replaces it.",
            hint="Migrate it with the last release that had it; then with this one.",
            id="jinan_credit.E003",
        )
        for (app, name), migration in known.items()
        if (missing := [step for step in migration.replaces if step not in applied and step not in known])
        and not applied.isdisjoint(migration.replaces)
    ]
