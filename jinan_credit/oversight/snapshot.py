from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from jinan_credit.accounts.replica import reading_connection


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Statements that all see the database at one moment: a mark and the change that it tells of, or neither.

    Within a transaction that has begun, its own isolation stays.
    """
    link = reading_connection()
    has_begun = link.in_atomic_block
    with transaction.atomic(using=link.alias):
        if not has_begun:
            with link.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
