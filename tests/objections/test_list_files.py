"""The unit's objections as a file: the rows of the page, nothing of the applicants."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from jinan_credit.accounts.applicants import Applicant, Relation
from lists.services.synthetic import uscc
from objections.models import Objection
from objections.services.objections import accept_objection
from tests.cast import Cast, publish_one
from tests.lists.exported import exported, require_rows_of_the_page, require_same_cost_of_ten
from tests.sanctions.conftest import a_person


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def another(seed: int) -> Applicant:
    return Applicant("某某申请人", Relation.SELF, uscc(Random(seed)), "13800000000")


def test_the_unit_takes_the_rows_of_its_page(cast: Cast, submit: Callable[..., Objection]) -> None:
    of_company = submit(by=another(1))
    of_person = submit(by=another(2), entry=publish_one(cast, seed=7, **a_person()))
    accept_objection(objection=of_person, by=cast.actor("clerk"))
    counts = {"": 2, "state=SUBMITTED": 1, f"number={of_person.receipt_number}": 1, "overdue=yes": 0}
    lines = {row[0]: row for row in require_rows_of_the_page(cast, "objections", counts)}
    assert lines[of_person.receipt_number][1] == "欧阳测试", "the entry is the unit's own"
    case = Objection.objects.get(pk=of_company.pk)
    assert lines[case.receipt_number][1:] == [
        case.entry.subject_name,  # type: ignore[union-attr]
        cast.black.name,
        case.get_grounds_display(),
        str(case.received_on),
        str(case.due_on),
        case.get_state_display(),
    ]
    assert "某某申请人" not in str(lines)


def test_it_is_noted_of_which_entries_the_file_tells(cast: Cast, submit: Callable[..., Objection]) -> None:
    case = submit()
    assert exported(cast, "clerk", "objections").held.entries == [case.entry_id]


def test_it_costs_the_same_for_one_and_for_ten(cast: Cast, submit: Callable[..., Objection]) -> None:
    require_same_cost_of_ten(cast, "objections", lambda seed: submit(by=another(seed)))
