"""A party stands at the counter: from the workbench to the closed, answered screening without touching the mouse."""

from random import Random
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from lists.models import CreditList
from lists.services.synthetic import uscc
from sanctions.models import Execution, Screening
from sanctions.services.unit_tasks import sign_task
from tests.cast import Cast, publish_one
from tests.e2e.conftest import DESKTOP, PHONE, Visits, chinese
from tests.sanctions.conftest import task_of

pytestmark = [pytest.mark.e2e]

FOCUSED = """() => {
  const it = document.activeElement;
  return [it.name || "", it.value || "", (it.innerText || "").trim()];
}"""


class Keyboard:
    """What the officer presses; nothing else touches the page."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def to(self, name: str = "", words: str = "", most: int = 40, key: str = "Tab") -> None:
        """Tab until the field with this name, or the link or button with these words, has the focus."""
        for _step in range(most):
            field, _value, text = self.page.evaluate(FOCUSED)
            if (name and field.endswith(name)) or (words and text == words):
                return
            self.press(key)
        raise AssertionError(f"Tab does not reach {name or words}")

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_from_the_counter_to_the_closed_screening(cast: Cast, visits: Visits, size: tuple[int, int]) -> None:
    code, clean = uscc(Random(5)), uscc(Random(6))
    entry = publish_one(cast, code=code, name="济南柜台测试公司")
    sign_task(task=task_of(cast.finance), by=cast.actor("finance_clerk"))
    page = visits.open(cast.finance_clerk, size=size)
    began, keys = monotonic(), Keyboard(page)
    if size == DESKTOP:
        keys.to(words=chinese("Screening"))
        keys.enter()
    else:
        page.goto("/screenings/new/")

    expect(page.locator("input[name=code]")).to_be_focused()
    keys.type(code)
    keys.to("matter")
    keys.type("政府采购")
    keys.to("purpose")
    keys.type("供应商资格审查")
    keys.enter()
    expect(page.get_by_role("main")).to_contain_text("济南柜台测试公司")

    keys.to("outcome", most=8)
    keys.press("Space")
    keys.to("measures", most=8)
    keys.press("Space")
    keys.to(words=chinese("Answer"), most=12)
    keys.enter()
    expect(page.get_by_role("main")).to_contain_text(chinese("The screening is closed."))
    assert monotonic() - began < 60
    assert keys.pressed < 100

    answered = Screening.objects.get()
    assert (answered.state, answered.result, answered.hits.get().state) == ("CLOSED", "HIT", "ANSWERED")
    assert Execution.objects.get().measures.get() == cast.ban
    court = visits.open(cast.clerk)
    court.goto(f"/entries/{entry.pk}/")
    expect(court.get_by_role("main")).to_contain_text(cast.ban.content)

    keys.to(words=chinese("Next party"), key="Shift+Tab")
    keys.enter()
    expect(page.locator("input[name=code]")).to_be_focused()
    keys.type(clean)  # matter and purpose stand there from the last time
    keys.enter()
    keys.to(words=chinese("Close the screening"), most=8)
    keys.enter()
    assert set(Screening.objects.values_list("state", flat=True)) == {"CLOSED"}
    assert Screening.objects.get(party_code=clean).result == "CLEAR"


def test_after_an_act_the_focus_stands_at_what_came_of_it(cast: Cast, visits: Visits) -> None:
    publish_one(cast, code=uscc(Random(5)))
    page = visits.open(cast.finance_clerk)
    page.goto(f"/tasks/{task_of(cast.finance).pk}/")
    keys = Keyboard(page)
    keys.to(words=chinese("Take on"))
    keys.enter()
    expect(page.locator("#messages .alert")).to_be_focused()
    keys.to(words=chinese("Give back"), most=6)


def test_a_menu_closes_when_the_keyboard_goes_on(cast: Cast, visits: Visits) -> None:
    page = visits.open(cast.clerk)
    keys, menu = Keyboard(page), page.locator("details.menu-more")
    keys.to(words=chinese("More"))
    keys.press("Enter")
    keys.to(words=chinese("Notices"), most=3)
    expect(menu).to_have_attribute("open", "")
    while page.evaluate("document.activeElement.closest('.menu-more') !== null"):
        keys.press("Tab")
    expect(menu).not_to_have_attribute("open", "")


def test_going_back_to_a_form_finds_what_was_typed(cast: Cast, visits: Visits) -> None:
    page = visits.open(cast.clerk)
    page.goto(f"/entries/new/?credit_list={cast.black.code}")
    typed = {"name": "济南测试有限公司", "document_on": "2026-11-01", "decided_on": "2026-11-02"}
    for name, value in typed.items():
        page.locator(f"input[name={name}]").fill(value)
    page.get_by_role("link", name=chinese("Imports")).first.click()
    page.wait_for_url("**/imports/")
    page.go_back()
    for name, value in typed.items():
        expect(page.locator(f"input[name={name}]")).to_have_value(value)


def test_the_longest_name_of_a_list_stays_in_its_line_on_a_phone(cast: Cast, visits: Visits) -> None:
    publish_one(cast, code=uscc(Random(5)))
    CreditList.objects.filter(pk=cast.black.pk).update(name="严重违法失信超限超载运输车辆相关责任主体名单")
    page = visits.open(cast.clerk, size=PHONE)
    page.goto("/entries/")
    badge = page.locator("tbody .status-badge", has_text="超限超载")
    right, end = badge.evaluate("it => [it, it.closest('td')].map((one) => one.getBoundingClientRect().right)")
    assert right < end
