"""The main walk by hand: a list from the clerk's file to the released measures, in Chinese, in a browser."""

import csv
import io
import re
import subprocess
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from jinan_credit.kernel import clock
from jinan_credit.kernel.workflow import Workflow
from lists.enums import EntryState, ImportStatus
from objections.enums import ObjectionState
from objections.workflow import OBJECTION
from repair.workflow import REPAIR
from sanctions.enums import Outcome, ScreeningState, TaskState
from sanctions.workflow import UNIT_TASK
from tests.cast import Cast
from tests.e2e.conftest import Visits, chinese, chinese_count
from tests.lists.files import code, row

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

OBJECTOR, REPAIRER = "济南测试异议商贸有限公司", "济南测试修复食品有限公司"
MANY_TABS = 80


def test_the_story_by_hand(cast: Cast, visits: Visits, worker: subprocess.Popen[bytes], tmp_path: Path) -> None:
    clerk, reviewer, second, finance = (
        visits.open(user) for user in (cast.clerk, cast.reviewer, cast.second_reviewer, cast.finance_clerk)
    )
    visitor = visits.open(javascript=False)

    header = takes_the_template(clerk, tmp_path)
    sees_what_is_wrong(clerk, header, tmp_path)
    submits_the_corrected_file(clerk, header)
    publication = publishes(reviewer, units=2)

    signs_the_inbox(finance)
    screens_by_keyboard(finance, code(1), cast.ban.content)
    sees_the_response(clerk, publication, cast.finance.name, cast.ban.content)

    receipt = objects(visitor, "金额已付清。")
    takes_step(clerk, "Objections", receipt[0], OBJECTION, "accept")
    takes_step(clerk, "Objections", receipt[0], OBJECTION, "examine", "经核查，未履行完毕。")
    takes_step(second, "Objections", receipt[0], OBJECTION, "dismiss", "异议理由不成立。")
    finds_the_answer(visitor, receipt, ObjectionState.DISMISSED, "异议理由不成立。", "行政复议")

    receipt = objects(visitor, "列入事由写错了。")
    takes_step(clerk, "Objections", receipt[0], OBJECTION, "accept")
    takes_step(clerk, "Objections", receipt[0], OBJECTION, "examine", "经核对原件，事由有误。")
    corrects(second, receipt[0], "逾期未履行生效判决", "予以更正。")
    finds_the_answer(visitor, receipt, ObjectionState.UPHELD, "予以更正。", "逾期未履行生效判决")

    address = applies_for_repair(visitor)
    takes_step(clerk, "Repairs", REPAIRER, REPAIR, "accept")
    takes_step(clerk, "Repairs", REPAIRER, REPAIR, "verify", "已核实履行完毕。")
    takes_step(second, "Repairs", REPAIRER, REPAIR, "approve", "同意修复。")
    is_gone(visits, visitor, address)

    confirms_the_release(finance)
    sees_the_figures(visits.open(cast.coordinator), cast.finance.name)


# The steps -------------------------------------------------------------------------------------------------------


def takes_the_template(clerk: Page, folder: Path) -> list[str]:
    through_the_menu(clerk, "Imports")
    clerk.get_by_role("link", name=chinese("Import a file")).first.click()
    clerk.get_by_role("link", name="测试黑名单").click()
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name=chinese("Template (CSV)")).click()
    download.value.save_as(folder / "template.csv")
    with (folder / "template.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def sees_what_is_wrong(clerk: Page, header: list[str], folder: Path) -> None:
    wrong_code = code(2)[:-1] + ("0" if code(2)[-1] != "0" else "1")
    gives(clerk, header, lines(repairer_code=wrong_code))
    copy = clerk.get_by_role("button", name=chinese("File with a column of errors"))
    expect(copy).to_be_visible()
    errors = clerk.locator("#kinds tbody tr", has_text="统一社会信用代码")
    expect(errors).to_contain_text(chinese("Row %(row)s", row=3))
    expect(errors).to_contain_text(wrong_code)
    copy.click()
    with clerk.expect_download() as download:
        clerk.locator("main").get_by_role("link", name=chinese("Download")).click()
    download.value.save_as(folder / "errors.xlsx")
    assert (folder / "errors.xlsx").read_bytes()[:2] == b"PK"
    clerk.get_by_role("link", name=chinese("Back to the import")).click()
    clerk.get_by_role("button", name=chinese("Cancel the import")).click()
    expect(clerk.locator("tbody tr").first).to_contain_text(words(ImportStatus.CANCELLED))


def submits_the_corrected_file(clerk: Page, header: list[str]) -> None:
    clerk.get_by_role("link", name=chinese("Import a file")).first.click()
    clerk.get_by_role("link", name="测试黑名单").click()
    gives(clerk, header, lines(repairer_code=code(2)))
    clerk.get_by_role("link", name=chinese("Go on"), exact=True).click()
    clerk.get_by_role("button", name=chinese("Confirm the import")).click()
    clerk.get_by_role("button", name=chinese("Submit all for review")).click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text(chinese("Submit for review"))
    clerk.get_by_role("button", name=chinese("Submit for review")).click()
    expect(clerk.locator("tbody tr").first).to_contain_text(words(EntryState.IN_REVIEW))


def publishes(reviewer: Page, *, units: int) -> str:
    through_the_menu(reviewer, "Review")
    reviewer.get_by_role("link", name=chinese("Review these")).click()
    reviewer.get_by_label(chinese("Select all %(n)s", n=2)).check()
    reviewer.get_by_role("button", name=chinese("Publish…")).click()
    expect(reviewer.locator(".confirm-effect")).to_contain_text(
        chinese_count(
            "%(entries)s entry will be pushed to %(units)s units at once.",
            "%(entries)s entries will be pushed to %(units)s units at once.",
            2,
            entries=2,
            units=units,
        )
    )
    reviewer.get_by_role("button", name=chinese("Publish %(n)s", n=2)).click()
    expect(reviewer).to_have_url(re.compile(r"/publications/\d+/$"))
    return reviewer.url


def signs_the_inbox(officer: Page) -> None:
    through_the_menu(officer, "Inbox")
    officer.get_by_label(chinese("Select this page")).check()
    officer.get_by_role("button", name=chinese("Sign the chosen")).click()
    officer.get_by_role("button", name=chinese("Sign"), exact=True).click()
    expect(officer.locator("#messages")).to_contain_text(
        chinese_count("%(total)s publication is signed.", "%(total)s publications are signed.", 1, total=1)
    )


def screens_by_keyboard(officer: Page, party: str, measure: str) -> None:
    """Not one click: Tab, Space and Enter alone."""
    press_on(officer, in_the_menu(officer, "Screening"))
    expect(officer.locator("#id_code")).to_be_focused()
    officer.keyboard.type(party)
    for field, text in (("#id_matter", "政府采购"), ("#id_purpose", "供应商资格审查")):
        tab_to(officer, officer.locator(field))
        officer.keyboard.type(text)
    press_on(officer, officer.get_by_role("main").get_by_role("button", name=chinese("Screen"), exact=True))

    tab_to(officer, officer.locator("input[type=radio]").first)
    officer.keyboard.press("Space")
    expect(officer.get_by_label(words(Outcome.APPLIED), exact=True)).to_be_checked()
    tab_to(officer, officer.get_by_label(measure))
    officer.keyboard.press("Space")
    press_on(officer, officer.get_by_role("button", name=chinese("Answer"), exact=True))
    expect(officer.locator(".page-head")).to_contain_text(words(ScreeningState.CLOSED))


def sees_the_response(clerk: Page, publication: str, unit: str, measure: str) -> None:
    clerk.goto(publication)
    line = clerk.get_by_role("row").filter(has_text=unit)
    expect(line).to_contain_text(words(TaskState.FED_BACK))
    expect(line.locator(f"[data-label='{chinese('Applied')}']")).to_have_text("1")
    clerk.get_by_role("link", name=OBJECTOR).click()
    answer = clerk.locator("section, .card").filter(has_text=measure).last
    expect(answer).to_contain_text(unit)
    expect(answer).to_contain_text(words(Outcome.APPLIED))


def objects(visitor: Page, statement: str) -> tuple[str, str]:
    finds_the_company(visitor, OBJECTOR)
    visitor.get_by_role("link", name=chinese("Object to this entry")).click()
    visitor.locator("input[name=grounds]").first.check()
    goes_on(visitor)
    visitor.get_by_label(chinese("Your statement")).fill(statement)
    goes_on(visitor)
    describes_himself(visitor, OBJECTOR, code(1))
    expect(visitor.get_by_role("main")).to_contain_text(statement)
    visitor.get_by_role("button", name=chinese("Send the objection")).click()
    receipt = visitor.locator("#receipt-number").inner_text(), visitor.locator("#receipt-secret").inner_text()
    expect(visitor.locator("[data-print]")).to_be_hidden()  # it needs a script
    visitor.get_by_role("main").get_by_role("link", name=chinese("Where does it stand?")).click()
    looks_up(visitor, receipt)
    expect(visitor.locator(".page-head")).to_contain_text(words(ObjectionState.SUBMITTED))
    return receipt


def corrects(decider: Page, case: str, grounds: str, reason: str) -> None:
    """Upholds the objection that is to be decided: what is written on the list becomes something else."""
    opens_case(decider, "Objections", case)
    decider.get_by_role("link", name=words(OBJECTION["correct"].label)).click()
    decider.locator("[name=grounds]").fill(grounds)
    decider.locator("[name=reason]").fill(reason)
    decider.get_by_role("main").locator("form button[type=submit]").last.click()
    decider.locator("#messages").get_by_role("link", name=case).click()
    expect(decider.locator(".page-head")).to_contain_text(words(ObjectionState.UPHELD))


def finds_the_answer(visitor: Page, receipt: tuple[str, str], state: ObjectionState, *said: str) -> None:
    """The state and, in the letter below it, the reasons with the remedies or with what was corrected."""
    visitor.goto("/status/")
    looks_up(visitor, receipt)
    expect(visitor.locator(".page-head")).to_contain_text(words(state))
    for text in said:
        expect(visitor.get_by_role("main")).to_contain_text(text)


def applies_for_repair(visitor: Page) -> str:
    finds_the_company(visitor, REPAIRER)
    address = urlsplit(visitor.url).path
    visitor.get_by_role("main").get_by_role("link", name=chinese("Apply for credit repair")).click()
    visitor.get_by_label(chinese("What was corrected")).fill("已全部履行。")
    visitor.get_by_label(chinese("What proves it")).fill("结案通知书")
    goes_on(visitor)
    describes_himself(visitor, REPAIRER, code(2))
    visitor.get_by_label(chinese("I give this credit promise")).check()
    goes_on(visitor)
    visitor.locator(".post-form button[value=send]").click()
    expect(visitor.locator("#receipt-number")).to_be_visible()
    return address


def is_gone(visits: Visits, visitor: Page, address: str) -> None:
    searches(visitor, REPAIRER)
    expect(visitor.get_by_text(chinese("No published record of an organisation fits."))).to_be_visible()
    assert visits.goto(visitor, address) == 404


def confirms_the_release(officer: Page) -> None:
    through_the_menu(officer, "Inbox")
    officer.get_by_role("row").filter(has_text=words(TaskState.TO_CONFIRM)).get_by_role("link").first.click()
    expect(officer.get_by_role("main")).to_contain_text(REPAIRER)
    number = officer.locator(".page-title").inner_text()
    moves(officer, UNIT_TASK, "confirm_release")
    officer.locator("#messages").get_by_role("link", name=number).click()
    expect(officer.locator(".page-head")).to_contain_text(words(TaskState.CONFIRMED))


def sees_the_figures(coordinator: Page, unit: str) -> None:
    through_the_menu(coordinator, "Oversight")
    expect(coordinator.locator("[data-chart=rates-by-unit] svg text", has_text=unit)).to_be_visible()
    line = coordinator.get_by_role("row").filter(has_text=unit).first
    expect(line.locator(f"[data-label='{chinese('Fed back')}']")).to_have_text("1")
    expect(line.locator(f"[data-label='{chinese('Release confirmed')}']")).to_have_text("1")


# What they have in common ----------------------------------------------------------------------------------------


def words(label: object) -> str:
    """A label of an enum or a move, as a Chinese page writes it."""
    with translation.override("zh-hans"):
        return str(getattr(label, "label", label))


def lines(*, repairer_code: str) -> list[list[str]]:
    today: date = clock.today()
    days = {"文书日期": today.isoformat(), "认定日期": today.isoformat()}
    return [
        row(1, 主体名称=OBJECTOR, **days),
        row(2, 主体名称=REPAIRER, 统一社会信用代码=repairer_code, 失信程度="轻微", **days),
    ]


def gives(clerk: Page, header: list[str], rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode("utf-8-sig")}
    clerk.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    clerk.get_by_role("button", name=chinese("Check the file")).click()
    expect(clerk).to_have_url(re.compile(r"/imports/\d+/$"))
    expect(clerk.get_by_role("button", name=chinese("Cancel the import"))).to_be_visible(timeout=30_000)


def in_the_menu(page: Page, name: str) -> Locator:
    return page.locator("nav.menubar-wide").get_by_role("link", name=chinese(name), exact=True)


def through_the_menu(page: Page, name: str) -> None:
    more = page.locator("nav.menubar-wide .menu-more")
    if more.get_by_text(chinese(name), exact=True).count():
        more.locator("summary").click()
    in_the_menu(page, name).click()


def searches(visitor: Page, name: str) -> None:
    visitor.goto("/")
    visitor.locator("#q").fill(name)
    visitor.get_by_role("button", name=chinese("Look up"), exact=True).click()


def finds_the_company(visitor: Page, name: str) -> None:
    searches(visitor, name)
    visitor.get_by_role("link", name=name).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(name)


def describes_himself(visitor: Page, name: str, identifier: str) -> None:
    visitor.locator("input[name=applicant_name]").fill(name)
    visitor.locator("input[name=relation][value=SELF]").check()
    visitor.locator("input[name=identifier]").fill(identifier)
    goes_on(visitor)
    visitor.locator("input[name=contact]").fill("0531-00000000")
    goes_on(visitor)


def goes_on(visitor: Page) -> None:
    """To the next page of a public form."""
    with visitor.expect_navigation():
        visitor.get_by_role("button", name=chinese("Continue")).click()


def looks_up(visitor: Page, receipt: tuple[str, str]) -> None:
    visitor.locator("input[name=number]").fill(receipt[0])
    visitor.locator("input[name=secret]").fill(receipt[1])
    visitor.get_by_role("main").get_by_role("button", name=chinese("Look up"), exact=True).click()


def takes_step(staff: Page, queue: str, case: str, workflow: Workflow, step: str, reason: str = "") -> None:
    """Opens the case in the queue, by its number or its party, and takes the step."""
    opens_case(staff, queue, case)
    moves(staff, workflow, step, reason)


def opens_case(staff: Page, queue: str, case: str) -> None:
    through_the_menu(staff, queue)
    staff.get_by_role("row").filter(has_text=case).get_by_role("link").first.click()


def moves(staff: Page, workflow: Workflow, step: str, reason: str = "") -> None:
    label = words(workflow[step].label)
    buttons = staff.locator(".move-buttons button, .move-buttons summary")
    button = buttons.filter(has_text=re.compile(f"^\\s*{label}\\s*$"))
    button.click()
    details = staff.locator("details.move-details[open]")
    if reason:
        details.get_by_label(chinese("Reason")).fill(reason)
    if details.count():
        details.get_by_role("button").click()
    expect(button).to_have_count(0)


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the target has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _press in range(MANY_TABS):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {target}")


def press_on(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")
