"""The unit's repairs as a file: the rows of the page, nothing of the applicants."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.urls import reverse

from jinan_credit.accounts.applicants import Applicant, Relation
from lists.enums import DishonestyClass
from lists.models import Entry
from lists.services.synthetic import uscc
from repair.models import RepairApplication
from repair.services.applications import accept_repair
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.lists.exported import cost_of_export, exported_rows
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
    page = signed_in(cast.clerk)
    for query, count in (
        ("", 2),
        ("state=SUBMITTED", 1),
        (f"number={of_person.receipt_number}", 1),
        ("overdue=yes", 0),
    ):
        shown = page.get(f"{reverse('repairs')}?{query}")
        rows = exported_rows(cast, "clerk", "repairs", query)
        assert {row[0] for row in rows} == {one.receipt_number for one in shown.context["table"].data}
        assert len(rows) == count
        assert (f"{reverse('export_new', args=['repairs'])}?{query}" in shown.content.decode()) == bool(count)
    lines = {row[0]: row for row in exported_rows(cast, "clerk", "repairs")}
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
    for who in ("stranger", "finance_clerk", "coordinator"):
        assert exported_rows(cast, who, "repairs") == []


def test_it_costs_the_same_for_one_and_for_ten(cast: Cast, submit: Callable[..., RepairApplication]) -> None:
    submit(by=another(1))
    cost_of_export(cast, "clerk", "repairs")
    one = cost_of_export(cast, "clerk", "repairs")
    for seed in range(2, 11):
        submit(minor(cast, seed), another(seed))
    assert cost_of_export(cast, "clerk", "repairs") == one
