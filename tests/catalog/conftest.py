import pytest

from catalog.services.load_reference import load_reference


@pytest.fixture
def reference(db):
    """The reference data, loaded; gives the report."""
    return load_reference()
