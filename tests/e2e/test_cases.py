"""A case's day by hand: from what a unit did to the bulletin that anybody may read, and off it again."""

import re

import pytest
from playwright.sync_api import Page, expect

from sanctions.enums import BulletinState, CaseState
from sanctions.services.executions import cancel_execution
from sanctions.workflow import BULLETIN, CASE
from tests.cast import Cast
from tests.e2e.conftest import PHONE, Visits, chinese
from tests.e2e.test_story import moves, through_the_menu, words
from tests.sanctions.conftest import an_execution

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

COMPANY, BOSS = "济南测试案例建设有限公司", "李某测"
NUMBER = re.compile(r"案例通报〔\d{4}〕\d+号")


def test_a_case_from_the_execution_to_the_public(cast: Cast, visits: Visits) -> None:
    execution = an_execution(cast, name=COMPANY, representative=BOSS)
    officer, coordinator = visits.open(cast.finance_clerk), visits.open(cast.coordinator)
    visitor = visits.open(size=PHONE, javascript=False)

    writes(officer)
    is_refused_with_the_place(officer)
    corrects(officer)
    decides(coordinator, "send_back", "请写明项目名称。")
    is_told(officer, "请写明项目名称。")
    corrects(officer)
    decides(coordinator, "adopt")
    number = issues(coordinator)
    reads(visits.open(cast.stranger), number)

    finds(visitor, number)
    cancel_execution(execution=execution, by=cast.actor("finance_clerk"), reason="误填")
    visitor.reload()
    expect(visitor.get_by_role("main")).to_contain_text(chinese("A case that was taken off"))
    expect(visitor.get_by_role("main")).not_to_contain_text(COMPANY)


def writes(officer: Page) -> None:
    through_the_menu(officer, "Cases")
    officer.get_by_role("link", name=chinese("Make a case")).click()
    officer.get_by_role("row").filter(has_text=COMPANY).get_by_role("link", name=chinese("Make a case")).click()
    expect(officer.locator("#id_findings")).to_have_value(re.compile(COMPANY))
    officer.locator("#id_effect").fill(f"已取消资格。\n{BOSS}缴清欠款。")
    officer.get_by_role("button", name=chinese("Keep the draft")).click()


def is_refused_with_the_place(officer: Page) -> None:
    officer.locator(".move-buttons summary", has_text=words(CASE["report"].label)).click()
    officer.locator("details.move-details[open]").get_by_role("button").click()
    refusal = officer.locator(".alert-danger")
    expect(refusal).to_contain_text("第2行")
    expect(refusal).not_to_contain_text(BOSS)


def is_told(officer: Page, reason: str) -> None:
    officer.goto("/workbench/")
    officer.get_by_role("link", name=chinese("Returned cases")).click()
    officer.get_by_role("row").filter(has_text=COMPANY).get_by_role("link").first.click()
    expect(officer.locator(".timeline-reason")).to_contain_text(reason)


def corrects(officer: Page) -> None:
    officer.get_by_role("link", name=chinese("Write anew")).click()
    officer.locator("#id_effect").fill("已取消资格。\n负责人缴清欠款，涉及城区道路项目。")
    officer.get_by_role("button", name=chinese("Keep the draft")).click()
    moves(officer, CASE, "report")
    expect(officer.locator(".page-head")).to_contain_text(words(CaseState.REPORTED))


def decides(coordinator: Page, step: str, reason: str = "") -> None:
    coordinator.goto("/workbench/")
    coordinator.get_by_role("link", name=chinese("Cases to decide")).click()
    coordinator.get_by_role("row").filter(has_text=COMPANY).get_by_role("link").first.click()
    moves(coordinator, CASE, step, reason)


def issues(coordinator: Page) -> str:
    """Collects, previews, issues; as it will be printed. Gives the number."""
    through_the_menu(coordinator, "Cases")
    coordinator.get_by_role("link", name=chinese("Bulletins")).click()
    coordinator.get_by_role("link", name=chinese("New bulletin")).click()
    coordinator.locator("#id_title").fill("联合奖惩典型案例通报")
    coordinator.locator("#id_text").fill("现将近期典型案例通报如下。")
    coordinator.get_by_label(re.compile(COMPANY)).check()
    coordinator.get_by_role("button", name=chinese("Keep and preview")).click()
    expect(coordinator.locator(".letter")).to_contain_text(COMPANY)
    moves(coordinator, BULLETIN, "issue")
    expect(coordinator.locator(".page-head")).to_contain_text(words(BulletinState.ISSUED))
    coordinator.emulate_media(media="print")
    expect(coordinator.locator(".letter-number")).to_have_text(NUMBER)
    expect(coordinator.locator(".topbar")).to_be_hidden()
    return coordinator.locator(".letter-number").inner_text()


def reads(member: Page, number: str) -> None:
    """Any unit, also one that has no part in the list."""
    member.get_by_role("link", name=chinese("Bulletins of this month")).click()
    member.get_by_role("link", name=number).click()
    expect(member.locator(".letter")).to_contain_text("城区道路项目")


def finds(visitor: Page, number: str) -> None:
    visitor.goto("/")
    visitor.get_by_role("link", name=chinese("Bulletins of typical cases")).click()
    visitor.get_by_role("link", name=number).click()
    expect(visitor.locator(".letter")).to_contain_text(COMPANY)
    expect(visitor.locator(".letter")).not_to_contain_text(BOSS)
