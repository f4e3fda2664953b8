"""The pages of 督办: from the figure's rows to the closed notice; who sees what; counters that equal their lists."""

import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from jinan_credit.accounts.actors import SYSTEM, actor_of
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.oversight.models import SupervisionDocument, SupervisionNotice
from jinan_credit.oversight.services.supervision import issue_notice, withdraw_notice
from jinan_credit.oversight.services.supervision_days import keep_days
from jinan_credit.oversight.supervision_tables import UrgeableRowsTable
from lists.services.synthetic import uscc
from objections.services.days import keep_days as keep_days_of_objections
from objections.services.objections import submit_objection
from sanctions.models import UnitTask
from sanctions.services.unit_tasks import declare_nothing_to_feed_back, sign_task
from tests.cast import Cast, publish_one
from tests.oversight.conftest import SignIn
from tests.oversight.supervising import (
    IN_STATE,
    PAPER,
    drafted,
    escalated,
    in_days,
    issued,
    publish_long_ago,
    replied,
    reviewer_of_finance,
)

APPLICANT = Applicant("申请企业", Relation.SELF, uscc(Random(5)), "0531-11112222")
TEXTS = {"title": "逾期签收", "request": "请立即签收并反馈。"}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def late(cast: Cast) -> Cast:
    publish_long_ago(cast)
    return cast


def ticks(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}"\s+value="([^"]+)"', page)


def expected(page: str) -> str:
    return re.findall(r'name="expected"\s+value="(\d+)"', page)[0]


def english(client: Client, path: str) -> str:
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, path
    return unescape(answer.content.decode())


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    file.name = "evidence.png"
    return file


def test_from_the_rows_to_the_closed_notice(late: Cast, sign_in: SignIn) -> None:
    desk, unit = sign_in(late.coordinator), sign_in(late.finance_clerk)
    rows = english(desk, "/oversight/tasks/?figure=overdue&unit=finance")
    chosen = ticks(rows, "task")
    assert len(chosen) == 2
    making = f"{reverse('supervision_new')}?{'&'.join(f'task={pk}' for pk in chosen)}"
    preview = english(desk, making)
    for task in UnitTask.objects.filter(pk__in=chosen):
        assert task.number in preview
    assert late.finance.name in preview
    answer = desk.post(making, {**TEXTS, "due_on": in_days(5), "expected": expected(preview), "draft": "yes"})
    notice = SupervisionNotice.objects.get()
    assert answer.url == reverse("supervision_notice", args=[notice.pk])
    assert notice.state == "DRAFT"
    assert unit.get(answer.url).status_code == 404
    desk.post(reverse("supervision_edit", args=[notice.pk]), {**TEXTS, "title": "逾期签收事项", "due_on": in_days(6)})
    desk.post(reverse("supervision_move", args=[notice.pk]), {"move": "issue"})
    letter = english(unit, answer.url)
    assert "逾期签收事项" in letter
    assert f"督〔{clock.today().year}〕1号" in letter
    unit.post(answer.url, {"reason": "已全部签收", "evidence": picture()})
    document = SupervisionDocument.objects.get()
    for who in (desk, unit):
        got = who.get(reverse("supervision_document", args=[document.pk]))
        assert (got["Content-Type"], content(got)[:4]) == ("image/png", b"\x89PNG")
    assert "已全部签收" in english(desk, answer.url)
    desk.post(reverse("supervision_return", args=[notice.pk]), {"reason": "请说明原因", "due_on": in_days(8)})
    assert "请说明原因" in english(unit, answer.url)
    unit.post(answer.url, {"reason": "系统升级"})
    desk.post(reverse("supervision_move", args=[notice.pk]), {"move": "settle", "reason": "予以办结"})
    closed = english(unit, answer.url)
    assert "The matter is settled" in closed
    assert "予以办结" in closed
    notice.refresh_from_db()
    assert (notice.state, notice.is_settled) == ("CLOSED", True)


def test_all_that_a_figure_counts_are_urged_a_notice_a_unit(late: Cast, sign_in: SignIn) -> None:
    desk = sign_in(late.coordinator)
    rows = english(desk, "/oversight/tasks/?figure=overdue")
    making = re.findall(rf'href="({reverse("supervision_new")}[^"]*)"', rows)[0]
    preview = english(desk, making)
    assert late.finance.name in preview
    assert late.transport.name in preview
    answer = desk.post(making, {**TEXTS, "due_on": in_days(5), "expected": expected(preview), "issue": "yes"})
    assert answer.url.endswith("?state=ISSUED")
    assert set(SupervisionNotice.objects.values_list("unit__code", "state")) == {
        ("finance", "ISSUED"),
        ("transport", "ISSUED"),
    }
    again = english(desk, making)
    assert "Nothing of what is chosen is left to urge." in again
    for notice in SupervisionNotice.objects.all():
        assert notice.number in again


def test_an_escalated_case_is_urged(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(clock.now() - timedelta(days=30)):
        case = submit_objection(
            entry=publish_one(cast), applicant=APPLICANT, grounds="OTHER", statement="异议", by=SYSTEM
        ).objection
    keep_days_of_objections()
    desk = sign_in(cast.coordinator)
    chosen = ticks(english(desk, "/oversight/escalated/"), "case")
    assert chosen == [f"objection-{case.pk}"]
    making = f"{reverse('supervision_new')}?case={chosen[0]}&case=objection-x&case=x"
    preview = english(desk, making)
    assert case.receipt_number in preview
    assert APPLICANT.name not in preview
    desk.post(making, {**TEXTS, "due_on": in_days(5), "expected": expected(preview), "issue": "yes"})
    notice = SupervisionNotice.objects.get()
    assert notice.unit == cast.court
    page = reverse("supervision_notice", args=[notice.pk])
    link = f'href="{reverse("objection", args=[case.pk])}"'
    assert link in english(sign_in(cast.clerk), page)
    assert link not in english(desk, page), "the coordinator does not read the case"


def test_what_was_shown_is_what_is_confirmed(late: Cast, sign_in: SignIn) -> None:
    desk = sign_in(late.coordinator)
    making = f"{reverse('supervision_new')}?figure=overdue&unit=finance"
    preview = english(desk, making)
    task = UnitTask.objects.filter(unit=late.finance).earliest("pk")
    sign_task(task=task, by=late.actor("finance_clerk"))
    declare_nothing_to_feed_back(task=task, by=late.actor("finance_clerk"))
    data = {**TEXTS, "due_on": in_days(5), "expected": expected(preview), "issue": "yes"}
    assert desk.post(making, data).status_code == 200
    assert not SupervisionNotice.objects.exists()
    desk.post(making, {**data, "expected": "1"})
    assert SupervisionNotice.objects.get().rows.count() == 1


@pytest.mark.parametrize("query", ["", "?figure=tasks", "?task=x&task=²", "?figure=overdue&since=x"])
def test_nothing_chosen_leads_back(late: Cast, sign_in: SignIn, query: str) -> None:
    answer = sign_in(late.coordinator).get(f"{reverse('supervision_new')}{query}")
    assert answer.status_code == 302
    assert answer.url == "/oversight/tasks/?figure=overdue"


def test_only_rows_that_may_be_urged_have_boxes(late: Cast, sign_in: SignIn) -> None:
    desk = sign_in(late.coordinator)
    assert not ticks(english(desk, "/oversight/tasks/?figure=tasks"), "task")
    assert not ticks(english(desk, "/oversight/tasks/?figure=not_executed"), "task")


def test_a_character_that_no_database_keeps_is_left_out_of_a_reason(late: Cast, sign_in: SignIn) -> None:
    notice = issued(late)
    answer = sign_in(late.coordinator).post(
        f"/supervision/{notice.pk}/move/", {"move": "withdraw", "reason": "单位\x00有误"}
    )
    assert answer.status_code == 302
    assert notice.moves.latest("pk").reason == "单位有误"


def test_all_rows_are_offered_only_where_all_may_be_urged(
    late: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = sign_in(late.coordinator), "/oversight/tasks/?figure=overdue"
    assert "/supervision/new/?" in client.get(address).content.decode()
    monkeypatch.setattr(UrgeableRowsTable, "most", 1)
    assert "/supervision/new/?" not in client.get(address).content.decode()


def test_a_wrong_day_is_explained_at_the_field(late: Cast, sign_in: SignIn) -> None:
    desk = sign_in(late.coordinator)
    making = f"{reverse('supervision_new')}?figure=overdue"
    answer = desk.post(making, {**TEXTS, "due_on": clock.today(), "expected": "4", "issue": "yes"})
    assert "due_on" in answer.context["form"].errors
    assert not SupervisionNotice.objects.exists()


@pytest.mark.parametrize("state", IN_STATE)
def test_a_unit_sees_its_own_and_no_draft(late: Cast, sign_in: SignIn, state: str) -> None:
    notice = IN_STATE[state](late)
    page = reverse("supervision_notice", args=[notice.pk])
    assert sign_in(late.coordinator).get(page).status_code == 200
    own = 404 if state in ("DRAFT", "DISCARDED") else 200
    assert sign_in(late.finance_clerk).get(page).status_code == own
    for stranger in (late.transport_clerk, late.clerk, late.stranger):
        client = sign_in(stranger)
        assert client.get(page).status_code == 404
        assert client.post(page, {"reason": "x"}).status_code == 404
        assert client.get("/supervision/").context["total"] == 0
        for name in ("edit", "return", "move"):
            assert client.post(reverse(f"supervision_{name}", args=[notice.pk])).status_code == 403
    for stranger in (late.auditor, late.officer):
        assert sign_in(stranger).get(page).status_code == 403
    assert Client().get(page).status_code == 302


def test_anothers_document_is_not_there(late: Cast, sign_in: SignIn) -> None:
    replied(late)
    page = reverse("supervision_document", args=[SupervisionDocument.objects.get().pk])
    assert content(sign_in(late.finance_clerk).get(page)) == PAPER.content
    assert sign_in(late.transport_clerk).get(page).status_code == 404


def test_only_the_coordinator_opens_the_desk(late: Cast, sign_in: SignIn) -> None:
    assert sign_in(late.coordinator).get("/supervision/new/?figure=overdue").status_code == 200
    assert sign_in(late.finance_clerk).get("/supervision/new/?figure=overdue").status_code == 403
    assert not ticks(english(sign_in(late.finance_clerk), "/oversight/tasks/?figure=overdue"), "task")


def test_the_printed_letter_names_what_it_must(late: Cast, sign_in: SignIn) -> None:
    notice = issued(late)
    page = english(sign_in(late.finance_clerk), reverse("supervision_notice", args=[notice.pk]))
    letter = page[page.index("<article") : page.index("</article>")]
    for said in (notice.number, late.finance.name, late.commission.name, "济政字〔2017〕35号", notice.request):
        assert said in letter, said
    for row in notice.rows.all():
        assert row.number in letter
        assert row.list_name in letter
    assert str(in_days(7).day) in letter
    assert "not-printed" not in letter
    assert "data-print" in page
    with time_machine.travel(clock.now() + timedelta(days=1)):
        withdraw_notice(notice=notice, by=late.actor("coordinator"), reason="单位有误")
    assert "单位有误" in english(sign_in(late.finance_clerk), reverse("supervision_notice", args=[notice.pk]))


def test_the_letter_keeps_its_day_when_the_reply_is_returned(late: Cast, sign_in: SignIn) -> None:
    notice = IN_STATE["RETURNED"](late)
    answer = sign_in(late.finance_clerk).get(reverse("supervision_notice", args=[notice.pk]))
    assert answer.context["letter_due_on"] == in_days(7)
    assert notice.due_on == in_days(9)


def test_what_is_done_stands_beside_each_row(late: Cast, sign_in: SignIn) -> None:
    notice = issued(late)
    sign_task(task=UnitTask.objects.filter(unit=late.finance).earliest("pk"), by=late.actor("finance_clerk"))
    for who in (late.coordinator, late.finance_clerk):
        page = english(sign_in(who), reverse("supervision_notice", args=[notice.pk]))
        assert "1 of 2 done" in page
        assert "1 / 2" in english(sign_in(who), "/supervision/")


@pytest.mark.parametrize("state", ["ISSUED", "ESCALATED", "REPLIED", "RETURNED", "CLOSED", "DRAFT"])
def test_counters_equal_their_lists(late: Cast, sign_in: SignIn, state: str) -> None:
    reviewer = reviewer_of_finance(late)
    IN_STATE[state](late)
    with time_machine.travel(clock.now() + timedelta(days=20 if state == "ESCALATED" else 1)):
        keep_days()
        for user in (late.finance_clerk, reviewer, late.coordinator, late.transport_clerk):
            counters = [one for one in counters_for(actor_of(user)) if one.url.startswith("/supervision/")]
            assert counters
            for counter in counters:
                assert sign_in(user).get(counter.url).context["total"] == counter.count, counter.url
        shown = {counter.url: counter.count for counter in counters_for(actor_of(reviewer))}
        waits = int(state in ("ISSUED", "ESCALATED", "RETURNED"))
        assert shown["/supervision/?unit=finance&to_reply=yes"] == waits
        assert shown["/supervision/?unit=finance&overdue=yes"] == int(state == "ESCALATED")
        assert shown["/supervision/?unit=finance&state=ESCALATED"] == int(state == "ESCALATED")
        desk = {counter.url: counter.count for counter in counters_for(late.actor("coordinator"))}
        assert desk["/supervision/?state=REPLIED"] == int(state == "REPLIED")
        assert desk["/supervision/?escalated=yes"] == int(state == "ESCALATED")


def test_the_inbox_shows_what_waits(late: Cast, sign_in: SignIn) -> None:
    assert "supervision notice" not in english(sign_in(late.finance_clerk), "/tasks/")
    escalated(late)
    with time_machine.travel(clock.now() + timedelta(days=9)):
        page = english(sign_in(late.finance_clerk), "/tasks/")
        assert "1 supervision notice waits for your unit's reply" in page
        assert "1 overdue" in page
        assert "supervision notice" not in english(sign_in(late.transport_clerk), "/tasks/")


def test_every_figure_opens_its_notices(late: Cast, sign_in: SignIn) -> None:
    replied(late)
    publish_long_ago(late, [71])
    drafted(late)
    for who in (late.coordinator, late.finance_clerk):
        client = sign_in(who)
        page = english(client, "/oversight/figures/supervision/")
        counted = re.findall(r'<a href="(/supervision/\?[^"]*)">(\d+)</a>', page)
        assert len(counted) == 14
        for url, count in counted:
            assert client.get(url).context["total"] == int(count), url
    assert not english(sign_in(late.transport_clerk), "/oversight/figures/supervision/").count(late.finance.name)


def test_a_successors_own_figures_open_its_own_notices(late: Cast, sign_in: SignIn) -> None:
    """Those of the unit that it succeeded it reads and replies to, but they are not its own."""
    issued(late)
    ended = {"valid_to": clock.today() - timedelta(days=1), "successor": late.transport}
    Unit.objects.filter(pk=late.finance.pk).update(**ended)
    client = sign_in(late.transport_clerk)
    assert client.get("/supervision/?to_reply=yes").context["total"] == 1
    [shown] = client.get("/oversight/figures/supervision/").context["sheets"]
    counted = [cell for cell in shown["sheet"].total.cells if cell.url]
    assert counted
    for cell in counted:
        assert client.get(cell.url).context["total"] == cell.value == 0


def test_the_number_of_queries_does_not_grow(cast: Cast, sign_in: SignIn) -> None:
    desk, unit, counts = sign_in(cast.coordinator), sign_in(cast.finance_clerk), []
    for seeds in ([1], [2, 3, 4], range(5, 25)):
        publish_long_ago(cast, seeds)
        notice = issue_notice(notice=drafted(cast), by=cast.actor("coordinator"))
        page = reverse("supervision_notice", args=[notice.pk])
        for client, path in (
            (desk, "/supervision/"),
            (desk, "/oversight/figures/supervision/"),
            (desk, f"{reverse('supervision_new')}?figure=overdue"),
            (desk, page),
            (desk, "/workbench/"),
            (unit, "/supervision/"),
            (unit, page),
            (unit, "/tasks/"),
            (unit, "/workbench/"),
        ):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counts.append((client is desk, re.sub(r"\d+", "N", path), len(queries)))
    assert len(set(counts)) == 9, sorted(set(counts))


def test_a_notice_is_issued_by_one_word(late: Cast, sign_in: SignIn) -> None:
    notice = issued(late)
    client = sign_in(late.coordinator)
    for address in (reverse("supervision"), reverse("supervision_notice", args=[notice.pk])):
        page = client.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()
        assert "已印发" in page
        assert "签发" not in page
