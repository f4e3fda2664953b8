"""1,000,000 entries whose term ended yesterday leave their list in one night, each with its history, move, change and
release tasks.

Floor: one UPDATE of the same rows in a table that has the columns and indexes of the entries and nothing else.
"""

from datetime import timedelta
from time import perf_counter

from django.db import connection, transaction

from bench.data import load_published_entries, settle
from bench.report import Figure, peak_memory
from bench.stage import make_list, set_stage
from jinan_credit.kernel import clock
from lists.enums import EntryState
from lists.models import CreditList, Entry
from lists.services.removals import expire_entries

ENTRIES = 1_000_000
FIRST = 3_000_000
CODE = "BENCH-EXPIRE"


def prepare(scale: float) -> None:
    stage = set_stage()
    credit_list = make_list(stage, CODE)
    assert stage.clerk.user is not None
    assert stage.reviewer.user is not None
    load_published_entries(
        credit_list,
        first=FIRST,
        count=int(ENTRIES * scale),
        made_by=stage.clerk.user.pk,
        reviewed_by=stage.reviewer.user.pk,
    )
    settle()


def measure(scale: float) -> list[Figure]:
    count, credit_list = int(ENTRIES * scale), CreditList.objects.get(code=CODE)
    floor = _floor(credit_list)
    day = Entry.objects.filter(credit_list=credit_list).latest("term_to").term_to + timedelta(days=1)
    started = perf_counter()
    left = expire_entries(on=day)
    took = perf_counter() - started
    assert left >= count
    assert Entry.objects.filter(credit_list=credit_list, state=EntryState.REMOVED).count() == count
    return [
        Figure(
            f"expiry of {left:,} in one run",
            took,
            "s",
            floor * left / count,
            more_is_better=False,
            aim="≤ 120 s",
            memory=peak_memory(),
        )
    ]


def _floor(credit_list: CreditList) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE floor (LIKE lists_entry INCLUDING INDEXES INCLUDING DEFAULTS)")
        cursor.execute("INSERT INTO floor SELECT * FROM lists_entry WHERE credit_list_id = %s", [credit_list.pk])
    started = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE floor SET state = 'REMOVED', version = version + 1, exit_on = %s, exit_reason = 'EXPIRED'",
            [clock.today()],
        )
    took = perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE floor")
    return took
