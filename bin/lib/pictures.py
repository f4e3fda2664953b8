"""Takes the pictures of the documents: `.venv/bin/python bin/lib/pictures.py`, while a fresh `bin/up` runs.

The people of the demonstration do their day in a real Chromium, in Chinese; what they see on the way is kept, small, in
`docs/pictures/`. What they do stays done: once for each demonstration. Chromium's own words (年/月/日 in a date field)
are Chinese only where its language packs are: on Debian, `chromium-l10n`.
"""

import argparse
import csv
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from chapters import COLUMNS
from places import LOCAL, ROOT, Place
from words import say

sys.path.insert(0, str(ROOT))

from jinan_credit.kernel.identifiers import uscc_check_character

PICTURES = ROOT / "docs" / "pictures"
DESK, PHONE = (1280, 860), (390, 844)
COLOURS = 64
LIST, CLERKS, SCREENED_BY = "SPYP", "market-regulation", "finance"
LISTED, REPAIRED = "济南演示食品有限公司", "济南演示豆制品有限公司"


class House:
    """A running demonstration and a browser; each person has a window of his own."""

    def __init__(self, browser: Browser, address: str, demonstration: Path) -> None:
        self._browser, self._address = browser, address
        made = json.loads(demonstration.read_text(encoding="utf-8"))
        self._passwords = {user["name"]: user["password"] for user in made["users"]}
        self.connected = f"{made['units'][0]['code']}-clerk"

    def visitor(self, size: tuple[int, int] = DESK) -> Page:
        context = self._browser.new_context(
            base_url=self._address,
            locale="zh-CN",
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        return context.new_page()

    def person(self, name: str) -> Page:
        page = self.visitor()
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(name)
        page.locator("input[name=password]").fill(self._passwords[name])
        page.locator(".sign-in button[type=submit]").click()
        page.wait_for_url("**/workbench/")
        return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--demonstration", type=Path, default=Place(LOCAL).demonstration, help="what make_demo printed")
    options = parser.parse_args()
    with _browser() as browser:
        take_all(House(browser, options.address, options.demonstration))


def take_all(house: House) -> None:
    clerk, reviewer = house.person(f"{CLERKS}-clerk"), house.person(f"{CLERKS}-second-reviewer")
    officer, party = house.person(f"{SCREENED_BY}-clerk"), house.visitor(PHONE)
    imports(clerk)
    publication = publishes(reviewer)
    screens(officer)
    passes_by(house)
    receipt = objects(party)
    handles(clerk)
    reads_the_answer(party, receipt)
    repairs(house, clerk, reviewer)
    releases(officer)
    looks_back(clerk, publication)
    coordinates(house.person("coordinator"))
    administers(house)
    connects(house)


# The days ----------------------------------------------------------------------------------------------------------


def imports(clerk: Page) -> None:
    _keep(clerk, "clerk-workbench")
    wrong = [_row(3, 失信程度="极重"), _row(4, 统一社会信用代码="9137010000000000A1"), _row(5, 文书日期="2026-02-31")]
    _give_file(clerk, [_row(1), _row(2), *wrong])
    _keep(clerk, "clerk-import")
    clerk.get_by_role("button", name="取消导入").click()
    _give_file(clerk, [_row(1, 主体名称=LISTED), _row(2, 主体名称=REPAIRED, 失信程度="轻微")])
    clerk.get_by_role("link", name="下一步", exact=True).click()
    clerk.get_by_role("button", name="确认导入").click()
    clerk.get_by_role("button", name="全部提交审核").click()
    clerk.get_by_role("button", name="提交审核").click()
    clerk.wait_for_load_state()


def publishes(reviewer: Page) -> str:
    reviewer.goto("/review/")
    reviewer.get_by_role("link", name="开始审核").first.click()
    _keep(reviewer, "reviewer-review")
    reviewer.get_by_label(re.compile("选择全部")).check()
    reviewer.get_by_role("button", name="发布…").click()
    _keep(reviewer, "reviewer-publish")
    reviewer.get_by_role("button", name=re.compile("^发布2")).click()
    reviewer.wait_for_url("**/publications/*/")
    return reviewer.url


def screens(officer: Page) -> None:
    _keep(officer, "officer-workbench")
    officer.goto("/tasks/")
    _keep(officer, "officer-inbox")
    officer.get_by_label("选择本页").check()
    officer.get_by_role("button", name="签收所选").click()
    officer.get_by_role("main").get_by_role("button", name="签收", exact=True).click()
    officer.goto("/screenings/new/")
    officer.locator("#id_code").fill(_code(1))
    officer.locator("#id_matter").fill("政府采购")
    officer.locator("#id_purpose").fill("供应商资格审查")
    officer.get_by_role("main").get_by_role("button", name="核查", exact=True).click()
    officer.locator("input[type=radio]").first.check()
    _keep(officer, "officer-screening", height=1000)
    officer.get_by_role("main").locator("input[type=checkbox]").first.check()
    officer.get_by_role("button", name="反馈", exact=True).click()
    officer.wait_for_load_state()


def passes_by(house: House) -> None:
    visitor = house.visitor()
    visitor.goto("/")
    _keep(visitor, "passer-by-home")
    phone = house.visitor(PHONE)
    phone.goto(f"/?q={LISTED[2:6]}")
    _keep(phone, "passer-by-search")
    phone.goto("/tip-off/")
    _keep(phone, "passer-by-tip-off")


def objects(party: Page) -> tuple[str, str]:
    _find(party, LISTED)
    _keep(party, "party-entry")
    party.get_by_role("link", name="对该条目提出异议").click()
    party.locator("input[name=grounds]").first.check()
    _keep(party, "party-objection")
    _go_on(party)
    party.get_by_label("异议陈述").fill("罚款已于当日缴清，缴款凭证附后。")
    _go_on(party)
    _describe_oneself(party, LISTED, _code(1))
    party.get_by_role("button", name="提交异议").click()
    return party.locator("#receipt-number").inner_text(), party.locator("#receipt-secret").inner_text()


def handles(clerk: Page) -> None:
    _open_case(clerk, "/objections/", LISTED)
    _move(clerk, "受理")
    _keep(clerk, "clerk-objection")
    _move(clerk, "登记审查情况", "已核对缴款凭证：缴款对应另一份决定书。")


def reads_the_answer(party: Page, receipt: tuple[str, str]) -> None:
    party.goto("/status/")
    party.locator("input[name=number]").fill(receipt[0])
    party.locator("input[name=secret]").fill(receipt[1])
    party.get_by_role("main").get_by_role("button", name="查询", exact=True).click()
    _keep(party, "party-status")


def repairs(house: House, clerk: Page, reviewer: Page) -> None:
    party = house.visitor(PHONE)
    _find(party, REPAIRED)
    party.get_by_role("main").get_by_role("link", name="申请信用修复").click()
    party.get_by_label("整改情况").fill("已全部整改并缴清罚款。")
    party.get_by_label("证明材料说明").fill("缴款凭证、整改验收单")
    _go_on(party)
    _describe_oneself(party, REPAIRED, _code(2))
    party.get_by_label("我作出上述信用承诺").check()
    _go_on(party)
    party.locator(".post-form button[value=send]").click()
    _open_case(clerk, "/repairs/", REPAIRED)
    _move(clerk, "受理")
    _move(clerk, "登记核实情况", "已核实履行完毕。")
    _open_case(reviewer, "/repairs/", REPAIRED)
    _keep(reviewer, "reviewer-repair")
    _move(reviewer, "准予修复：移出条目", "整改属实，同意修复。")


def releases(officer: Page) -> None:
    officer.goto("/tasks/?state=TO_CONFIRM")
    officer.locator("table tbody a").first.click()
    _keep(officer, "officer-release")


def looks_back(clerk: Page, publication: str) -> None:
    clerk.goto("/entries/?text=" + LISTED)
    clerk.locator("table tbody a").first.click()
    _keep(clerk, "entry", height=1240)
    clerk.goto(publication)
    _keep(clerk, "publication")


def coordinates(coordinator: Page) -> None:
    for name, address in (
        ("coordinator-oversight", "/oversight/"),
        ("coordinator-league", "/oversight/figures/units/"),
        ("coordinator-measures", "/measures/"),
        ("coordinator-supervision", "/supervision/"),
    ):
        coordinator.goto(address)
        coordinator.wait_for_load_state("networkidle")
        _keep(coordinator, name)


def administers(house: House) -> None:
    for name, address in (
        ("system", "/system/"),
        ("security", "/access-review/"),
        ("audit", "/audit/"),
    ):
        page = house.person(f"{name}-admin")
        page.goto(address)
        _keep(page, f"administrator-{name}")


def connects(house: House) -> None:
    """The first unit has the sample receiver."""
    page = house.person(house.connected)
    page.goto("/push/")
    _keep(page, "programmer-push")
    page.goto("/api/docs/")
    page.wait_for_load_state("networkidle")
    _keep(page, "programmer-api")


# What they have in common ----------------------------------------------------------------------------------------


def _keep(page: Page, name: str, height: int = 0) -> None:
    """The window as it is, or the page from its top down to `height`; in few colours, since a page has few."""
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready")
    part = {"x": 0, "y": 0, "width": DESK[0], "height": height}
    shown = page.screenshot(full_page=True, clip=part) if height else page.screenshot()  # type: ignore[arg-type]
    picture = Image.open(io.BytesIO(shown)).convert("RGB")
    path = PICTURES / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    say(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KiB")


def _code(number: int) -> str:
    body = f"91379900MD{number:07d}"
    return body + uscc_check_character(body)


def _row(number: int, **given: str) -> list[str]:
    day = (date.today() - timedelta(days=20)).isoformat()  # noqa: DTZ011, TID251 - a paper's date, not a deadline
    values = {
        "主体类别": "法人",
        "主体名称": f"济南演示{number}号食品有限公司",
        "统一社会信用代码": _code(number),
        "法定代表人": "演示",
        "认定依据": "食品安全法第一百二十四条",
        "决定文书号": f"济市监罚〔2026〕{number}号",
        "文书日期": day,
        "认定日期": day,
        "列入事由": "生产经营不符合食品安全标准的食品",
        "失信程度": "一般",
        **given,
    }
    return [values.get(column, "") for column in COLUMNS]


def _give_file(clerk: Page, rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *rows])
    clerk.goto(f"/imports/new/?credit_list={LIST}")
    content = text.getvalue().encode("utf-8-sig")
    clerk.locator("input[type=file]").set_input_files(
        {"name": "十二月名单.csv", "mimeType": "text/csv", "buffer": content}
    )
    clerk.get_by_role("button", name="校验文件").click()
    clerk.get_by_role("button", name="取消导入").wait_for(timeout=60_000)


def _find(visitor: Page, name: str) -> None:
    visitor.goto("/")
    visitor.locator("#q").fill(name)
    visitor.get_by_role("button", name="查询", exact=True).click()
    visitor.get_by_role("link", name=name).click()


def _go_on(visitor: Page) -> None:
    with visitor.expect_navigation():
        visitor.get_by_role("button", name="继续").click()


def _describe_oneself(visitor: Page, name: str, code: str) -> None:
    visitor.locator("input[name=applicant_name]").fill(name)
    visitor.locator("input[name=relation][value=SELF]").check()
    visitor.locator("input[name=identifier]").fill(code)
    _go_on(visitor)
    visitor.locator("input[name=contact]").fill("0531-00000000")
    _go_on(visitor)


def _open_case(staff: Page, queue: str, party: str) -> None:
    staff.goto(queue)
    staff.get_by_role("row").filter(has_text=party).get_by_role("link").first.click()


def _move(staff: Page, label: str, reason: str = "") -> None:
    exactly = re.compile(rf"^\s*{label}\s*$")
    staff.locator(".move-buttons button, .move-buttons summary").filter(has_text=exactly).click()
    opened = staff.locator("details.move-details[open]")
    if reason:
        opened.get_by_label("理由").fill(reason)
    if opened.count():
        opened.get_by_role("button").click()
    staff.wait_for_load_state()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu"],
            env={**os.environ, "LANGUAGE": "zh_CN"},  # a context's locale does not reach date fields
        )
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
