"""Numbers of a year: each follows the one before, without a gap."""

from typing import Any

from django.db import connection
from django.db.models import Max


def next_serial(model: Any, year: int) -> int:
    """Of a model with `year` and `serial`. Whoever asks holds the numbering until he commits: it has no gaps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [model._meta.db_table, year])
    return 1 + (model._default_manager.filter(year=year).aggregate(last=Max("serial"))["last"] or 0)
