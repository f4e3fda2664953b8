"""The inbox and the screenings as files: the rows of their pages, for who sees them, names of persons masked."""

from typing import Any

import pytest
from django.urls import reverse

from jinan_credit.accounts.models import RoleGrant
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExportStatus
from lists.models import EntryExport
from lists.services.exports import request_export, run_export
from sanctions.models import Screening
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in
from tests.lists.exported import cost_of_export, exported, exported_rows
from tests.sanctions.conftest import a_person, organisation, person, screened

pytestmark = pytest.mark.usefixtures("own_files")


def shown(cast: Cast, who: str, page: str, query: str) -> list[Any]:
    """The rows of the page."""
    return list(signed_in(getattr(cast, who)).get(f"{reverse(page)}?{query}").context["table"].data)


@pytest.mark.parametrize(
    ("who", "query", "count"),
    [
        ("finance_clerk", "", 2),
        ("finance_clerk", "state=TO_SIGN&list=TBLACK", 1),
        ("finance_clerk", "state=FED_BACK", 0),
        ("finance_clerk", "unit=transport", 2),
        ("transport_clerk", "", 2),
        ("stranger", "", 0),
        ("coordinator", "", 4),
        ("coordinator", "unit=finance", 2),
    ],
)
def test_of_tasks_each_takes_what_he_sees_on_the_page(cast: Cast, who: str, query: str, count: int) -> None:
    publish_one(cast, seed=1)
    publish_one(cast, seed=2, credit_list=cast.red)
    rows = exported_rows(cast, who, "tasks", query)
    tasks = {str(task.pk): task for task in shown(cast, who, "tasks", query)}
    assert {row[-1] for row in rows} == set(tasks)
    assert len(rows) == count
    for row in rows:
        task = tasks[row[-1]]
        said = [task.number, task.unit.name, task.credit_list.name, task.get_kind_display()]
        assert row[:4] == said
        assert row[5:10] == ["1", str(clock.local_day(task.made_at)), task.get_state_display(), str(task.due_on), ""]


def test_which_unit_was_asked_for_stands_in_the_record(cast: Cast) -> None:
    assert "finance" in exported(cast, "coordinator", "tasks", "unit=finance").filters
    assert exported(cast, "coordinator", "tasks", "unit=").filters == ""


def test_of_screenings_a_unit_takes_its_own_and_no_person_by_name(cast: Cast) -> None:
    values = a_person()
    entry = publish_one(cast, seed=2, **values)
    clerk = cast.actor("finance_clerk")
    of_person = screened(person(values["number"], name=values["name"]), clerk)
    of_company = screened(organisation(str(publish_one(cast).subject.code), "济南一号有限公司"), clerk)
    screened(organisation("", "别的公司"), cast.actor("transport_clerk"))
    for query in ("", "result=HIT", "open=yes", "result=UNKNOWN"):
        rows = exported_rows(cast, "finance_clerk", "screenings", query)
        assert [row[-1] for row in rows] == [str(one.pk) for one in shown(cast, "finance_clerk", "screenings", query)]
    lines = {row[-1]: row for row in exported_rows(cast, "finance_clerk", "screenings")}
    assert set(lines) == {str(of_person.pk), str(of_company.pk)}
    assert lines[str(of_person.pk)][:2] == ["欧***", entry.subject.masked_number]
    assert lines[str(of_company.pk)][0] == "济南一号有限公司"
    assert lines[str(of_person.pk)][3:6] == [
        of_person.get_result_display(),
        str(of_person.hits.count()),
        of_person.get_state_display(),
    ]
    assert values["name"] not in str(lines)
    assert values["number"] not in str(lines)
    assert exported_rows(cast, "clerk", "screenings") == []


def test_who_may_not_screen_takes_no_screenings(cast: Cast) -> None:
    page = signed_in(cast.coordinator)
    address = reverse("export_new", args=["screenings"])
    assert page.get(address).status_code == 403
    assert page.post(address, {"format": "XLSX", "reason": "x"}).status_code == 403
    with pytest.raises(DomainError) as refused:
        request_export(query="", reason="x", source="screenings", by=cast.actor("coordinator"))
    assert refused.value.code == "act_not_allowed"
    assert not EntryExport.objects.exists()
    asked = request_export(query="", reason="x", source="screenings", by=cast.actor("finance_clerk"))
    RoleGrant.objects.filter(user=cast.finance_clerk).update(role="COORDINATOR")
    run_export(asked.pk)
    asked.refresh_from_db()
    assert (asked.status, bool(asked.file)) == (ExportStatus.FAILED, False)


@pytest.mark.parametrize(("page", "query"), [("tasks", "state=TO_SIGN"), ("tasks", ""), ("screenings", "result=HIT")])
def test_asked_for_on_the_page_with_its_filters(cast: Cast, page: str, query: str) -> None:
    code = str(publish_one(cast).subject.code)
    screened(organisation(code), cast.actor("finance_clerk"))
    browser = signed_in(cast.finance_clerk)
    address = f"{reverse('export_new', args=[page])}?{query}"
    assert f'href="{address}"' in browser.get(f"{reverse(page)}?{query}").content.decode()
    assert browser.get(address).context["count"] == 1
    assert browser.post(address, {"format": "CSV", "reason": "年度检查"}).status_code == 302
    export = EntryExport.objects.get()
    assert (export.source, export.query, export.reason, export.unit) == (page, query, "年度检查", cast.finance)


@pytest.mark.parametrize("source", ["tasks", "screenings"])
def test_it_costs_the_same_for_one_and_for_ten(cast: Cast, source: str) -> None:
    def more(seed: int) -> None:
        entry = publish_one(cast, seed=seed)
        screened(organisation(str(entry.subject.code)), cast.actor("finance_clerk"))

    more(1)
    cost_of_export(cast, "finance_clerk", source)
    one = cost_of_export(cast, "finance_clerk", source)
    for seed in range(2, 11):
        more(seed)
    assert Screening.objects.count() == 10
    assert cost_of_export(cast, "finance_clerk", source) == one
