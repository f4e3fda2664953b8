from collections.abc import Iterator

import pytest
from django.db import transaction

from catalog.services.load_reference import load_reference
from catalog.services.reference_rows import Report


@pytest.fixture(scope="module")
def loaded_once(django_db_setup: None, django_db_blocker: object) -> Iterator[Report]:
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield load_reference()
        transaction.set_rollback(True)


@pytest.fixture
def reference(loaded_once: Report, db: None) -> Report:
    """The reference data, loaded once for the tests of a module; each test's own changes are undone after it."""
    return loaded_once
