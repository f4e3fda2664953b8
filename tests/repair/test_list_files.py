"""The unit's repairs as a file: the rows of the page, nothing of the applicants."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from jinan_credit.accounts.applicants import Applicant, Relation
from lists.enums import DishonestyClass
from lists.models import Entry
from lists.services.synthetic import uscc
from repair.models import RepairApplication
from repair.services.applications import accept_repair
from tests.cast import Cast, publish_one
from tests.lists.exported import require_rows_of_the_page, require_same_cost_of_ten
from tests.sanctions.conftest import a_person


@pytest.fixture(autouse=True)
def own_files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def another(seed: int) -> Applicant:
    return Applicant("某某申请人", Relation.SELF, uscc(Random(seed)), "13800000000")


def minor(cast: Cast, seed: int, **values: Any) -> Entry:
    return publish_one(cast, seed=seed, dishonesty_class=DishonestyClass.MINOR, **values)


def test_the_unit_takes_the_rows_of_its_page(cast: Cast, submit: Callable[..., RepairApplication]) -> None:
    of_company = submit(by=another(1))
    of_person = submit(minor(cast, 7, **a_person()), another(2))
    accept_repair(application=of_person, by=cast.actor("clerk"))
    counts = {"": 2, "state=SUBMITTED": 1, f"number={of_person.receipt_number}": 1, "overdue=yes": 0}
    lines = {row[0]: row for row in require_rows_of_the_page(cast, "repairs", counts)}
    assert lines[of_person.receipt_number][1] == "欧阳测试", "the entry is the unit's own"
    case = RepairApplication.objects.get(pk=of_company.pk)
    assert lines[case.receipt_number][1:] == [
        case.entry.subject_name,  # type: ignore[union-attr]
        cast.black.name,
        str(case.received_on),
        str(case.due_on),
        case.get_state_display(),
    ]
    assert "某某申请人" not in str(lines)


def test_it_costs_the_same_for_one_and_for_ten(cast: Cast, submit: Callable[..., RepairApplication]) -> None:
    require_same_cost_of_ten(cast, "repairs", lambda seed: submit(minor(cast, 10 + seed), another(seed)))
