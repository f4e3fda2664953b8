"""The response matrix over many publications: who sees it, what it counts, what it costs, as a file and by REST."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from catalog.models import MeasureResponsibility
from jinan_credit.accounts.models import Unit, User
from jinan_credit.kernel import clock
from lists.enums import ExitReason, FeedbackMode
from lists.services.removals import remove_entry
from sanctions.models import UnitTask
from sanctions.selectors.responses import COUNTS
from sanctions.services.executions import Report, feed_back
from sanctions.services.liftings import Settlement
from sanctions.services.periodic_feedback import open_periodic_feedback
from sanctions.services.unit_tasks import confirm_release, declare_not_executed, sign_task
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import task_of

PAGE = "/tasks/responses/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def answered(cast: Cast) -> Any:
    """Signed in time and fed back, or late and not executed; then the entry removed, and one release confirmed."""
    with time_machine.travel(datetime(2025, 9, 1, 2, tzinfo=UTC), tick=False):
        entry = publish_one(cast)
        finance = cast.actor("finance_clerk")
        sign_task(task=task_of(cast.finance), by=finance)
        report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk])
        taken = feed_back(task=task_of(cast.finance), report=report, by=finance)
    with time_machine.travel(datetime(2025, 9, 20, 2, tzinfo=UTC), tick=False):
        transport = cast.actor("transport_clerk")
        sign_task(task=task_of(cast.transport), by=transport)
        declare_not_executed(task=task_of(cast.transport), by=transport, reason="系统未对接")
        remove_entry(
            entry=entry,
            exit_reason=ExitReason.BASIS_CHANGED,
            made_by=cast.clerk,
            by=cast.actor("second_reviewer"),
            reason="依据撤销",
        )
        lifted = Settlement(taken.pk, cast.ban.pk, lifted_on=clock.today())
        confirm_release(task=task_of(cast.finance, kind="RELEASE"), by=finance, settlements=[lifted])
    with time_machine.travel(datetime(2025, 10, 9, 2, tzinfo=UTC), tick=False):
        yield entry


def counted(line: Any) -> dict[str, int]:
    return {name: line.counts[name] for name in COUNTS[1:] if line.counts[name]}


def test_lines_by_publication_by_unit_and_answer_by_answer(cast: Cast, answered: Any) -> None:
    page = signed_in(cast.clerk)
    removal, listing = page.get(PAGE).context["lines"]
    assert counted(removal) == {"released": 1, "to_confirm": 1, "overdue": 1}
    assert counted(listing) == {"signed_in_time": 1, "signed_late": 1, "fed_back": 1, "not_executed": 1}
    finance, transport = page.get(f"{PAGE}?by=unit").context["lines"]
    assert (finance.code, counted(finance)) == ("finance", {"signed_in_time": 1, "fed_back": 1, "released": 1})
    assert counted(transport)["overdue"] == 1
    shown = page.get(f"{PAGE}?by=answer&unit=transport&state=NOT_EXECUTED")
    (row,) = shown.context["lines"]
    assert (row.is_late, row.reason) == (True, "系统未对接")
    assert "系统未对接" in shown.content.decode()
    panel = page.get(f"/publications/{row.task.publication_id}/").content.decode()
    assert "系统未对接" in panel


def test_filters_by_list_period_and_overdue(cast: Cast, answered: Any) -> None:
    page = signed_in(cast.clerk)
    assert len(page.get(f"{PAGE}?list=TRED").context["lines"]) == 0
    assert len(page.get(f"{PAGE}?until=2025-09-10").context["lines"]) == 1
    assert len(page.get(f"{PAGE}?since=2025-09-10").context["lines"]) == 1
    assert [line.code for line in page.get(f"{PAGE}?by=unit&overdue=yes").context["lines"]] == ["transport"]
    wrong = page.get(f"{PAGE}?since=tomorrow&by=nobody")
    assert wrong.status_code == 200
    assert set(wrong.context["filter"].form.errors) == {"since", "by"}
    assert page.get(f"{PAGE}file/?since=tomorrow&format=CSV").status_code == 400


def test_a_period_is_a_line_and_opens_its_answers(cast: Cast) -> None:
    cast.red.feedback_mode = FeedbackMode.QUARTERLY
    cast.red.save()
    with time_machine.travel(datetime(2025, 8, 14, 2, tzinfo=UTC), tick=False):
        publish_one(cast, credit_list=cast.red)
    with time_machine.travel(datetime(2025, 10, 9, 2, tzinfo=UTC), tick=False):
        open_periodic_feedback()
        page = signed_in(cast.clerk)
        period, _listing = page.get(PAGE).context["lines"]
        assert (period.number, period.counts["feedback_owed"]) == ("TRED〔2025〕8–9月", 2)
        query = f"by=answer&kind=FEEDBACK&list=TRED&period={period.period_to}"
        assert len(page.get(f"{PAGE}?{query}").context["lines"]) == 2


def test_who_sees_which_lines(cast: Cast, answered: Any, api: Any) -> None:
    assert len(signed_in(cast.coordinator).get(PAGE).context["lines"]) == 2
    for name in ("finance_clerk", "stranger"):
        page = signed_in(getattr(cast, name))
        assert page.get(PAGE).context["lines"] == []
        assert len(list(csv.reader(io.StringIO(page.get(f"{PAGE}file/?format=CSV").getvalue().decode())))) == 1
    assert Client().get(PAGE).status_code == 302
    assert signed_in(cast.auditor).get(PAGE).status_code == 403
    assert api(cast.finance, "entries:read")("get", "responses/").json()["results"] == []
    assert api(cast.court, "feedback")("get", "responses/").status_code == 403


def test_by_rest_for_the_initiating_units_system(cast: Cast, answered: Any, api: Any) -> None:
    call = api(cast.court, "entries:read")
    results = call("get", "responses/?unit=transport&kind=SIGN&list=TBLACK").json()["results"]
    (line,) = results
    assert line["unit"] == {"code": "transport", "name": cast.transport.name}
    assert (line["state"], line["is_signed_late"], line["reason"]) == ("NOT_EXECUTED", True, "系统未对接")
    assert line["publication"]["number"] == UnitTask.objects.get(pk=line["task"]).number
    assert len(call("get", "responses/?overdue=true").json()["results"]) == 1
    assert call("get", "responses/?state=nothing").status_code == 400


@pytest.mark.parametrize(("by", "rows"), [("publication", 2), ("unit", 2), ("answer", 4)])
def test_the_same_lines_as_a_file(cast: Cast, answered: Any, by: str, rows: int) -> None:
    page = signed_in(cast.clerk)
    table = page.get(f"{PAGE}file/?by={by}&format=CSV")
    lines = list(csv.reader(io.StringIO(table.getvalue().decode("utf-8-sig"))))
    assert len(lines) == rows + 1
    assert len({len(line) for line in lines}) == 1
    workbook = page.get(f"{PAGE}file/?by={by}&format=XLSX").getvalue()
    assert CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python() == lines
    assert page.get(f"{PAGE}file/?by={by}&format=PDF").status_code == 400


@pytest.mark.parametrize("by", ["publication", "unit", "answer"])
def test_it_costs_the_same_for_few_and_for_many(cast: Cast, by: str) -> None:
    page = signed_in(cast.clerk)
    publish_one(cast, seed=1)

    def cost() -> int:
        page.get(f"{PAGE}?by={by}")
        with CaptureQueriesContext(connection) as captured:
            assert page.get(f"{PAGE}?by={by}").status_code == 200
        return len(captured)

    few = cost()
    for number in range(6):
        unit = Unit.objects.create(code=f"more{number}", name=f"更多单位{number}", is_city_unit=False)
        MeasureResponsibility.objects.create(measure=cast.ban, unit=unit)
    for seed in range(2, 8):
        publish_one(cast, seed=seed)
    assert cost() == few
