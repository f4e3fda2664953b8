"""One city for a whole module of tests: filled once, rolled back at its end; each test sees it as it was."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from jinan_credit.accounts.rate import forget_calls
from tests.access.samples import add_rest
from tests.cast import Cast, make_cast
from tests.e2e.samples import fill


@pytest.fixture(scope="module")
def filled_once(django_db_setup: None, django_db_blocker: object) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        cast = make_cast()
        fill(cast)
        add_rest(cast)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def fresh_limits(empty_cache: None) -> Iterator[None]:
    forget_calls()
    yield
    forget_calls()


@pytest.fixture
def city(filled_once: Cast, db: None) -> Cast:
    return filled_once
