from django.db import connection

from jinan_credit.upkeep.database import UNFINISHED


def is_restore_unfinished() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [UNFINISHED])
        return bool(cursor.fetchone()[0])
