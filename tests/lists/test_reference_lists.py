"""The lists of the reference data: what the files say, and what the coordinator has said since."""

import pytest

from catalog.services.load_reference import load_reference
from catalog.services.reference_rows import Outcome, Report
from lists.enums import ListKind
from lists.models import CreditList, CreditListVersion
from lists.services.credit_lists import revise_list
from lists.services.load_lists import load_lists
from tests.cast import make_cast
from tests.lists.test_credit_lists import values_of


@pytest.fixture
def reference(db: None) -> Report:
    return load_reference()


def test_every_list_has_its_object_or_field_and_a_version(reference: Report) -> None:
    for credit_list in CreditList.objects.all():
        assert bool(credit_list.black_field) == (credit_list.kind == ListKind.BLACK), credit_list
        assert bool(credit_list.red_category) == (credit_list.kind == ListKind.RED), credit_list
        assert credit_list.versions.count() == 1


def test_loading_twice_changes_nothing(reference: Report) -> None:
    again = Report()
    load_lists(again)
    assert set(again.counts["lists.yaml"]) == {Outcome.SAME}
    assert CreditListVersion.objects.count() == CreditList.objects.count()


def test_what_the_coordinator_changed_the_file_no_longer_overrules(db: None) -> None:
    coordinator = make_cast().actor("coordinator")
    load_reference()
    kept = CreditList.objects.get(code="SXQY")
    revise_list(credit_list=kept, values=values_of(kept, name="企业名单"), by=coordinator, reason="改名")
    load_reference()
    kept.refresh_from_db()
    assert kept.name == "企业名单"
    assert kept.versions.count() == 2
