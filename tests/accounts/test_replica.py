"""Where a query goes: to the replica only for what may be read there, and only when it is far enough.

The replica itself, its lag and its loss are tried with a real one: `python -m bench.scaling`.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError, connections, router

from jinan_credit.accounts import replica
from jinan_credit.accounts.models import User
from jinan_credit.accounts.replica import read, reading_connection
from lists.models import Entry


@pytest.fixture
def there() -> Iterator[None]:
    """A replica is named; nothing here connects to it."""
    connections.databases["replica"] = dict(connections.databases["default"])
    assert "replica" in django_settings.DATABASES
    yield
    if hasattr(connections._connections, "replica"):
        del connections["replica"]
    del connections.databases["replica"]
    replica._quiet["until"] = 0.0


def _yes() -> bool:
    return True


def _where_entries_are_read() -> str:
    return router.db_for_read(Entry)


def test_without_a_replica_the_question_is_not_even_asked(db: None) -> None:
    def asked() -> bool:
        raise AssertionError

    assert read(asked, _where_entries_are_read) == "default"


def test_lists_are_read_there_when_it_is_said_so_and_not_else(there: None) -> None:
    assert read(_yes, _where_entries_are_read) == "replica"
    assert read(_yes, lambda: reading_connection().alias) == "replica"
    assert (_where_entries_are_read(), reading_connection().alias) == ("default", "default")


@pytest.mark.parametrize("model", [User, Session])
def test_who_may_do_what_is_always_asked_of_the_primary(there: None, model: type) -> None:
    assert read(_yes, lambda: router.db_for_read(model)) == "default"


def test_what_is_written_goes_to_the_primary(there: None) -> None:
    assert read(_yes, lambda: router.db_for_write(Entry)) == "default"


def test_one_that_is_not_far_enough_is_not_read(there: None) -> None:
    assert read(lambda: False, _where_entries_are_read) == "default"


def test_one_that_does_not_answer_is_left_alone_for_a_while(db: None, there: None) -> None:
    asked = []

    def away() -> bool:
        asked.append(1)
        raise DatabaseError("the replica is away")

    assert {read(away, _where_entries_are_read) for _ in range(3)} == {"default"}
    assert len(asked) == 1


def test_what_was_begun_there_is_read_again_when_it_goes_away(there: None) -> None:
    tried = []

    def work() -> str:
        tried.append(_where_entries_are_read())
        if tried[-1] == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return "read"

    assert read(_yes, work) == "read"
    assert tried == ["replica", "default"]
    assert read(_yes, _where_entries_are_read) == "default"


def test_a_fault_of_the_page_itself_is_not_taken_for_the_replicas(there: None) -> None:
    def wrong() -> str:
        raise ValueError("of the page")

    with pytest.raises(ValueError, match="of the page"):
        read(_yes, wrong)
    assert _where_entries_are_read() == "default"
