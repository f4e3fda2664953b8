from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jinan_credit.upkeep.database import UNFINISHED


def is_restore_unfinished() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [UNFINISHED])
        return bool(cursor.fetchone()[0])


def missing_migrations() -> list[str]:
    """Those of this program that the database has not seen."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(f"{app} {name}" for app, name in _of_this_program() - applied)


@cache
def _of_this_program() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)
