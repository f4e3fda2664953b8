"""Acts of several people at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable

from django.db import OperationalError, connection, transaction

from jinan_credit.kernel.errors import DomainError
from tests.integration.processes import wait_until


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each act came to, in the order given: `done`, or the refusal's code."""
    barrier, results = threading.Barrier(len(acts)), ["unfinished"] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait(10)
        results[place] = outcome_of(act)

    _finish([threading.Thread(target=run, args=one) for one in enumerate(acts)], begin=True)
    return results


def begun_in_turn(hold: Callable[[], object], *acts: Callable[[], object]) -> list[str]:
    """What the acts came to that began one after another while a transaction held what `hold` locks. Each begins when
    those before it wait, and goes on when the transaction ends."""
    results = ["unfinished"] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        results[place] = outcome_of(act)

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    with transaction.atomic():
        hold()
        for number, thread in enumerate(threads, start=1):
            thread.start()
            wait_until("the act waits", lambda number=number: waiting() == number)
    _finish(threads)
    return results


def outcome_of(act: Callable[[], object]) -> str:
    """`done`, the refusal's code, or what the database said. Closes the connection of this thread."""
    try:
        act()
    except DomainError as refusal:
        return refusal.code
    except OperationalError as error:
        return str(error)
    finally:
        connection.close()
    return "done"


def waiting() -> int:
    """How many others wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def _finish(threads: list[threading.Thread], *, begin: bool = False) -> None:
    for thread in threads if begin else ():
        thread.start()
    for thread in threads:
        thread.join(30)
