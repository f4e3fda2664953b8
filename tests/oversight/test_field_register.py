"""The field register names every field about a person, how it is stored and until when; it is in step with the code."""

import pytest

from jinan_credit.oversight.field_keeping import KEEPING, OF_LIBRARIES
from jinan_credit.oversight.field_register import library_apps, our_models, parameters, render
from tests.conftest import ROOT

PERSONAL = [model for model in our_models() if model.classified.personal]
USED = {rule for keeping in KEEPING.values() for rule in keeping.rules}


def test_the_page_is_in_step() -> None:
    assert (ROOT / "docs" / "fields.md").read_text(encoding="utf-8") == render(), "run manage.py write_field_register"


@pytest.mark.parametrize("model", PERSONAL, ids=lambda model: model._meta.label)
def test_what_tells_about_a_person_has_an_end(model: type) -> None:
    assert model._meta.label in KEEPING, f"say in field_keeping.py how long {model._meta.label} is kept"


def test_no_table_is_kept_that_does_not_exist() -> None:
    assert set(KEEPING) <= {model._meta.label for model in our_models()}


def test_a_number_of_days_comes_from_a_rule() -> None:
    assert set(parameters()) >= USED


def test_every_rule_of_keeping_is_told() -> None:
    """A parameter that deletes something and is in no line of the register would be a silent deletion."""
    rules = {name for name in parameters() if name.split(".")[0] in ("retention", "access-log")}

    assert rules == {name for name in USED if name.split(".")[0] in ("retention", "access-log")}


def test_tables_of_libraries_are_described() -> None:
    assert set(library_apps()) <= set(OF_LIBRARIES)
