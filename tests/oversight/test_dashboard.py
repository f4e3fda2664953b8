"""The coordinator's dashboard: who sees it, that each figure equals its rows, that it does not slow down with size."""

import json
import re
from dataclasses import asdict
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.oversight.filters import FIGURES
from lists.enums import ExitReason
from lists.services.removals import remove_entry
from sanctions.models import UnitTask
from sanctions.services.unit_tasks import confirm_release, declare_nothing_to_feed_back, sign_task
from tests.cast import Cast, publish_one
from tests.oversight.conftest import SignIn


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Two black entries and a red one published, one removed; finance signed all, answered one, confirmed the release;
    transport signed nothing, and its first task is late by now."""
    with time_machine.travel(clock.now() - timedelta(days=30)):
        publish_one(cast, seed=1)
    entry = publish_one(cast, seed=2)
    publish_one(cast, credit_list=cast.red, seed=3)
    remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    finance = cast.actor("finance_clerk")
    for task in UnitTask.objects.filter(unit=cast.finance).to_sign().order_by("pk"):
        sign_task(task=task, by=finance)
    answered = UnitTask.objects.filter(unit=cast.finance, state="SIGNED").earliest("pk")
    declare_nothing_to_feed_back(task=answered, by=finance)
    confirm_release(task=UnitTask.objects.to_confirm().get(unit=cast.finance), by=finance)
    return cast


def links(page: str) -> list[tuple[str, int]]:
    """Every (address, count) of a link to rows whose text is a count."""
    found = re.findall(r'<a href="(/(?:oversight/(?!figures/)\w+|supervision)/[^"]*)">([\d,]+)</a>', page)
    return [(unescape(url), int(count.replace(",", ""))) for url, count in found]


def test_a_unit_sees_its_own_figures_and_no_others(busy: Cast, sign_in: SignIn) -> None:
    finance = sign_in(busy.finance_clerk)
    for query in ("", f"?unit={busy.transport.code}"):
        page = finance.get(f"/oversight/{query}")
        assert page.context["total"].tasks == 3
        assert [unit for unit, _figures in page.context["board"].tasks.by_unit()] == [busy.finance]
        rows = finance.get(f"/oversight/tasks/{query}")
        assert {task.unit for task in rows.context["table"].data} == {busy.finance}
    assert busy.transport.name not in finance.get("/oversight/").content.decode()
    assert "/oversight/figures/units/" not in finance.get("/oversight/").content.decode()


def test_the_league_and_the_quality_are_for_who_oversees(busy: Cast, sign_in: SignIn) -> None:
    for page in ("figures/units/", "figures/quality/", "entries/", "escalated/"):
        assert sign_in(busy.coordinator).get(f"/oversight/{page}").status_code == 200
        assert sign_in(busy.finance_clerk).get(f"/oversight/{page}").status_code == 403
        assert Client().get(f"/oversight/{page}").status_code == 302
    for path in ("/oversight/", "/oversight/tasks/?figure=overdue", "/oversight/figures/weeks/"):
        assert sign_in(busy.auditor).get(path).status_code == 403
        assert sign_in(busy.coordinator).post(path).status_code == 405
    assert sign_in(busy.coordinator).get("/oversight/figures/nothing/").status_code == 404


def test_the_figures_say_what_was_done(busy: Cast, sign_in: SignIn) -> None:
    total = sign_in(busy.coordinator).get("/oversight/").context["total"]
    assert (total.tasks, total.signed, total.responded, total.releases, total.released) == (6, 3, 1, 2, 1)
    assert (total.signed_on_time, total.sign_rate, total.release_rate) == (2, 0.5, 0.5)
    assert total.overdue >= 1


def test_every_figure_equals_its_rows(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator)
    answer = page.get("/oversight/")
    total = asdict(answer.context["total"])
    for name in FIGURES:
        rows = page.get(answer.context["urls"][name])
        assert rows.context["total"] == total[name] == rows.context["table"].paginator.count, name
    counted = links(answer.content.decode())
    assert len(counted) > 20
    for url, count in counted:
        assert page.get(url).context["total"] == count, url


def test_lines_add_up_to_the_totals(busy: Cast, sign_in: SignIn) -> None:
    context = sign_in(busy.coordinator).get("/oversight/").context
    tasks = context["board"].tasks
    for name, whole in asdict(context["total"]).items():
        weeks = [] if name == "overdue" else [context["board"].weeks.items()]  # of today, not of a week
        for lines in (tasks.by_unit(), tasks.by_list(), *weeks):
            assert sum(getattr(figures, name) for _of, figures in lines) == whole, name


def test_period_unit_and_list_come_from_the_address(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator)

    def tasks(query: str) -> Any:
        return page.get(f"/oversight/?{query}").context["board"].tasks

    assert tasks("unit=finance").total.tasks == 3
    assert [unit.code for unit, _figures in tasks("unit=finance").by_unit()] == ["finance"]
    assert tasks("list=TRED").total.tasks == 2
    assert [credit_list.code for credit_list, _figures in tasks("list=TRED").by_list()] == ["TRED"]
    last_week = (clock.today() - timedelta(days=7)).isoformat()
    assert tasks(f"since={last_week}").total.tasks == 4


def test_the_response_matrix_opens_with_the_same_scope(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator)
    since = (clock.today() - timedelta(days=7)).isoformat()
    shown = page.get(f"/oversight/?unit=finance&list=TBLACK&since={since}").content.decode()
    address = unescape(re.findall(r'href="(/tasks/responses/[^"]*)"', shown)[0])
    values = page.get(address).context["filter"].form.cleaned_data
    assert (values["unit"].code, values["list"].code, values["since"].isoformat()) == ("finance", "TBLACK", since)


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "unit=nobody",
        "since=2026-03-02&until=2026-03-01",
        "since=9999-12-01&until=9999-12-31",
    ],
)
def test_a_scope_that_makes_no_sense_is_explained(busy: Cast, sign_in: SignIn, query: str) -> None:
    for path in ("/oversight/", "/oversight/tasks/"):
        answer = sign_in(busy.coordinator).get(f"{path}?{query}")
        assert answer.status_code == 200
        assert "field-error" in answer.content.decode()


def test_an_unknown_figure_is_explained(busy: Cast, sign_in: SignIn) -> None:
    answer = sign_in(busy.coordinator).get("/oversight/tasks/?figure=pk")
    assert answer.context["table"] is None
    assert "field-error" in answer.content.decode()


def test_nothing_owed_is_said_in_words(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.coordinator).get("/oversight/", headers={"Accept-Language": "en"}).content.decode()
    assert "empty-state" in page
    assert "data-chart" not in page
    assert "—" in page


def test_the_chart_says_what_its_table_says(busy: Cast, sign_in: SignIn) -> None:
    page = sign_in(busy.coordinator).get("/oversight/").content.decode()
    found = re.search(r'<script id="rates-by-unit" type="application/json">(.*?)</script>', page)
    assert found is not None
    chart = json.loads(found[1])
    assert chart["labels"] == [busy.transport.name, busy.finance.name]
    assert chart["series"][0]["values"] == [0.0, 100.0]
    assert all(len(series["values"]) == len(chart["labels"]) for series in chart["series"])


def test_names_in_the_chart_are_text(busy: Cast, sign_in: SignIn) -> None:
    busy.transport.name = "</script><script>alert(1)</script>"
    busy.transport.save()
    page = sign_in(busy.coordinator).get("/oversight/").content.decode()
    assert "<script>alert" not in page


def test_the_number_of_queries_does_not_grow(cast: Cast, sign_in: SignIn) -> None:
    page, counts = sign_in(cast.coordinator), []
    for upto in (1, 10, 100):
        for seed in range(UnitTask.objects.count() // 2, upto):
            publish_one(cast, seed=seed + 1)
        for path in ("/oversight/", "/oversight/tasks/?figure=tasks", "/admin/", "/workbench/"):
            page.get(path)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page.get(path)
            counts.append((path, len(queries)))
    assert len(set(counts)) == 4, counts


def test_the_counters_equal_their_lists(busy: Cast, sign_in: SignIn) -> None:
    counters = counters_for(busy.actor("coordinator"))
    overdue = next(counter for counter in counters if "overdue=yes" in counter.url)
    failing = next(counter for counter in counters if "/push/" in counter.url)
    assert overdue.count == sign_in(busy.coordinator).get(overdue.url).context["total"] > 0
    assert failing.count == 0
    assert sign_in(busy.coordinator).get(failing.url).status_code == 200
    assert not [counter for counter in counters_for(busy.actor("clerk")) if "unit=&" in counter.url]
