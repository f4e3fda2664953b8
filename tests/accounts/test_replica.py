"""Where a query goes: to the replica only inside a block that may, only for what may, and only when it is far enough.

The replica itself, its lag and its loss are tried with a real one: `python -m bench.scaling`.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, router

from jinan_credit.accounts import replica
from jinan_credit.accounts.models import User
from jinan_credit.accounts.replica import reading_connection, reading_from_replica
from lists.models import Entry


@pytest.fixture
def there() -> Iterator[None]:
    """A replica is named; nothing here connects to it."""
    django_settings.DATABASES["replica"] = dict(django_settings.DATABASES["default"])
    yield
    del django_settings.DATABASES["replica"]
    replica._quiet["until"] = 0.0


def _reads_of(model: type) -> str:
    return router.db_for_read(model)


def test_without_a_replica_the_question_is_not_even_asked(db: None) -> None:
    def asked() -> bool:
        raise AssertionError

    with reading_from_replica(asked):
        assert _reads_of(Entry) == "default"


def test_lists_are_read_there_inside_of_a_block_alone(there: None) -> None:
    with reading_from_replica(lambda: True):
        assert _reads_of(Entry) == "replica"
        assert reading_connection().alias == "replica"
    assert _reads_of(Entry) == "default"
    assert reading_connection().alias == "default"


@pytest.mark.parametrize("model", [User, Session])
def test_who_may_do_what_is_always_asked_of_the_primary(there: None, model: type) -> None:
    with reading_from_replica(lambda: True):
        assert _reads_of(model) == "default"


def test_what_is_written_goes_to_the_primary(there: None) -> None:
    with reading_from_replica(lambda: True):
        assert router.db_for_write(Entry) == "default"


def test_one_that_is_not_far_enough_is_not_read(there: None) -> None:
    with reading_from_replica(lambda: False):
        assert _reads_of(Entry) == "default"


def test_one_that_does_not_answer_is_left_alone_for_a_while(db: None, there: None) -> None:
    asked = []

    def away() -> bool:
        asked.append(1)
        raise DatabaseError("the replica is away")

    for _ in range(3):
        with reading_from_replica(away):
            assert _reads_of(Entry) == "default"

    assert len(asked) == 1


def test_a_fault_inside_the_block_is_not_taken_for_the_replicas(there: None) -> None:
    with pytest.raises(DatabaseError, match="of the page"), reading_from_replica(lambda: True):
        raise DatabaseError("of the page")
    assert _reads_of(Entry) == "default"
