"""A clerk's day without a manual: template, mistakes, annotated file, corrected, confirmed, reviewed, published,
corrected, expired. In Chinese, in a browser, at a desk and on a phone."""

import io
import re
import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
import xlsxwriter
from django.utils import translation
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from jinan_credit.kernel import clock
from jinan_credit.kernel.workflow import Workflow
from lists.enums import EntryState, ExitReason, ImportStatus
from lists.models import Entry
from lists.services.removals import expire_entries
from lists.workflow import PROPOSAL
from tests.cast import Cast
from tests.e2e.conftest import DESKTOP, PHONE, Visits, chinese, chinese_count
from tests.e2e.test_every_page import ILL_PLACED
from tests.lists.files import code, row

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

Line = dict[str, object]
PERSON = {"主体类别": "自然人", "主体名称": "测某某", "统一社会信用代码": "", "证件类型": "居民身份证"}
CITIZEN = "379999198010076279"

# What the clerk typed, and what he meant. Each is one kind of mistake.
MISTAKES: list[tuple[Line, Line]] = [
    ({"主体类别": "公司"}, {"主体类别": "法人"}),
    ({"主体名称": ""}, {"主体名称": "济南测试补名有限公司"}),
    ({"主体名称": "济" * 201}, {"主体名称": "济南测试长名有限公司"}),
    ({"统一社会信用代码": code(104)[:-1] + "I"}, {"统一社会信用代码": code(104)}),
    ({"统一社会信用代码": ""}, {"统一社会信用代码": code(105)}),
    ({"统一社会信用代码": 913799001234567890}, {"统一社会信用代码": code(106)}),
    ({"证件号码": CITIZEN}, {"证件号码": ""}),
    ({**PERSON, "证件号码": CITIZEN[:-1] + "0"}, {"证件号码": CITIZEN}),
    ({**PERSON, "证件号码": CITIZEN, "证件类型": ""}, {"证件类型": "居民身份证"}),
    ({**PERSON, "证件号码": CITIZEN, "统一社会信用代码": code(110)}, {"统一社会信用代码": ""}),
    ({**PERSON, "证件号码": CITIZEN, "披露方式": "公开"}, {"披露方式": ""}),
    ({**PERSON, "证件类型": "护照", "证件号码": "E1"}, {"证件号码": "E12345678"}),
    ({"认定依据": ""}, {"认定依据": "测试法第一条"}),
    ({"认定依据": "测试法第一条（简易程序）"}, {"认定依据": "测试法第一条"}),
    ({"决定文书号": ""}, {"决定文书号": "测〔2026〕115号"}),
    ({"文书日期": "2026-02-31"}, {"文书日期": "2026-02-28"}),
    ({"文书日期": "2999-01-01"}, {"文书日期": "2026-03-01"}),
    ({"认定日期": "昨天"}, {"认定日期": "2026-03-01"}),
    ({"有效期止": "2999-01-01"}, {"有效期止": ""}),
    ({"有效期起": "2026-11-01", "有效期止": "2026-01-01"}, {"有效期起": "", "有效期止": ""}),
    ({"失信程度": "极重"}, {"失信程度": "一般"}),
    ({"失信程度": ""}, {"失信程度": "一般"}),
    ({"披露方式": "全网"}, {"披露方式": "公开"}),
    ({"列入事由": ""}, {"列入事由": "测试事由"}),
    ({"统一社会信用代码": code(1), "决定文书号": "测〔2026〕1号"}, {"决定文书号": "测〔2026〕125号"}),
]  # fmt: skip
FIRST = "济南测试一日商贸有限公司"
TOTAL = len(MISTAKES) + 1


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_clerks_day(
    cast: Cast, visits: Visits, worker: subprocess.Popen[bytes], tmp_path: Path, size: tuple[int, int]
) -> None:
    clerk, reviewer = (visits.open(user, size=size) for user in (cast.clerk, cast.second_reviewer))
    visitor = visits.open(size=size, javascript=False)

    header = takes_the_template(clerk, cast, tmp_path)
    gives(clerk, filled(header, with_mistakes()))
    sees_the_mistakes(clerk)
    corrected = takes_the_copy_and_mends_it(clerk, tmp_path)
    clerk.get_by_role("link", name=chinese("Give a corrected file")).first.click()
    gives(clerk, corrected)
    confirms(clerk)
    submits(clerk)
    publishes(reviewer)

    address = is_shown(visitor)
    corrects(clerk, reviewer)
    assert "测试法第二条" in visitor_reads(visitor, address)
    last_day = Entry.objects.get(subject_name=FIRST).term_to
    with time_machine.travel(f"{last_day + timedelta(days=1)}T03:00:00+08:00", tick=True):
        expire_entries()
        is_gone(visits, visitor, address)
    assert Entry.objects.get(subject_name=FIRST).exit_reason == ExitReason.EXPIRED


# The file --------------------------------------------------------------------------------------------------------


def with_mistakes() -> list[list[object]]:
    """One good row, then one row for each kind of mistake."""
    rows = [row(1, 主体名称=FIRST, 文书日期=f"{today():%Y年%-m月%-d日}", 认定日期=today().isoformat())]
    days = {"文书日期": "2026-10-01", "认定日期": "2026-10-01"}
    return [*rows, *[row(100 + place, **{**days, **wrong}) for place, (wrong, _) in enumerate(MISTAKES, start=1)]]


def today() -> date:
    return clock.today()


def filled(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate((header, *rows)):
            for place, cell in enumerate(cells):
                if cell not in ("", None):
                    sheet.write(line, place, cell)
    return out.getvalue()


def takes_the_template(clerk: Page, cast: Cast, folder: Path) -> list[str]:
    through_the_menu(clerk, "Imports")
    clerk.get_by_role("link", name=chinese("Import a file")).first.click()
    clerk.get_by_role("link", name=cast.black.name).click()
    saved = downloads(clerk, clerk.get_by_role("link", name=chinese("Template (Excel)")), folder / "template.xlsx")
    book = CalamineWorkbook.from_path(saved)
    assert len(book.sheet_names) == 2, "the second explains"
    return [str(name) for name in book.get_sheet_by_index(0).to_python()[0]]


def takes_the_copy_and_mends_it(clerk: Page, folder: Path) -> bytes:
    """As a person does it: read what stands in the last column, mend the row, delete the column."""
    clerk.get_by_role("button", name=chinese("File with a column of errors")).click()
    fits(clerk)
    saved = downloads(
        clerk, clerk.locator("main").get_by_role("link", name=chinese("Download")), folder / "errors.xlsx"
    )
    clerk.get_by_role("link", name=chinese("Back to the import")).click()
    header, *lines = CalamineWorkbook.from_path(saved).get_sheet_by_index(0).to_python(skip_empty_area=False)
    names = [str(name) for name in header]
    assert [line[-1] == "" for line in lines] == [True] + [False] * len(MISTAKES)
    for line, (wrong, meant) in zip(lines[1:], MISTAKES, strict=True):
        assert any(column in str(line[-1]) for column in (*wrong, *meant)), line[-1]
        for column, value in meant.items():
            line[names.index(column)] = value  # type: ignore[call-overload]
    return filled(names[:-1], [line[:-1] for line in lines])


# At the desk -----------------------------------------------------------------------------------------------------


def gives(clerk: Page, content: bytes) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "十一月名单.xlsx", "mimeType": kind, "buffer": content}
    clerk.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    fits(clerk)
    clerk.get_by_role("button", name=chinese("Check the file")).click()
    expect(clerk).to_have_url(re.compile(r"/imports/\d+/$"))
    expect(clerk.get_by_role("button", name=chinese("Cancel the import"))).to_be_visible(timeout=30_000)
    fits(clerk)


def sees_the_mistakes(clerk: Page) -> None:
    errors = clerk.get_by_role("main")
    for column in ("主体类别", "统一社会信用代码", "证件号码", "认定依据", "文书日期", "有效期止", "失信程度"):
        expect(errors.locator("#kinds strong", has_text=column).first).to_be_visible()
    expect(errors).to_contain_text("极重")
    expect(errors).to_contain_text("2026-02-31")
    expect(errors).not_to_contain_text(CITIZEN[:-1])
    assert clerk.locator("#kinds tbody tr").count() >= 20
    clerk.locator("nav.tabs").get_by_role("link", name=chinese("New")).click()
    expect(clerk.locator("tbody tr")).to_have_count(1)
    expect(clerk.locator("tbody tr")).to_contain_text(FIRST)
    clerk.go_back()


def confirms(clerk: Page) -> None:
    expect(clerk.get_by_text(chinese("No errors were found."))).to_be_visible()
    clerk.get_by_role("link", name=chinese("Go on"), exact=True).click()
    expect(clerk.locator(".confirm-effect")).to_contain_text(
        chinese_count("%(n)s draft will be made.", "%(n)s drafts will be made.", TOTAL, n=TOTAL)
    )
    assert not Entry.objects.exists()
    fits(clerk)
    clerk.get_by_role("button", name=chinese("Confirm the import")).click()
    expect(clerk.get_by_role("button", name=chinese("Submit all for review"))).to_be_visible(timeout=30_000)
    expect(clerk.get_by_role("main")).to_contain_text(words(ImportStatus.IMPORTED))
    fits(clerk)


def submits(clerk: Page) -> None:
    clerk.get_by_role("button", name=chinese("Submit all for review")).click()
    fits(clerk)
    clerk.get_by_role("button", name=chinese("Submit for review")).click()
    expect(clerk.locator("tbody tr").first).to_contain_text(words(EntryState.IN_REVIEW))


def publishes(reviewer: Page) -> None:
    through_the_menu(reviewer, "Review")
    reviewer.get_by_role("link", name=chinese("Review these")).click()
    fits(reviewer)
    reviewer.get_by_label(chinese("Select all %(n)s", n=TOTAL)).check()
    reviewer.get_by_role("button", name=chinese("Publish…")).click()
    reviewer.get_by_role("button", name=chinese("Publish %(n)s", n=TOTAL)).click()
    expect(reviewer).to_have_url(re.compile(r"/publications/\d+/$"))
    fits(reviewer)


def corrects(clerk: Page, reviewer: Page) -> None:
    """The clerk proposes, another person approves."""
    through_the_menu(clerk, "Entries")
    entry = Entry.objects.get(subject_name=FIRST)
    clerk.goto(f"/entries/{entry.pk}/")
    clerk.get_by_role("link", name=chinese("Propose a correction")).first.click()
    clerk.locator("[name=basis]").fill("测试法第二条")
    clerk.locator("[name=reason]").fill("条款写错")
    fits(clerk)
    clerk.locator(".post-form button[type=submit]").click()
    expect(clerk.get_by_role("main")).to_contain_text(chinese("The correction waits for your unit's reviewer."))

    through_the_menu(reviewer, "Review")
    reviewer.get_by_role("main").locator("a[href*='/proposals/']").first.click()
    expect(reviewer.get_by_role("main")).to_contain_text("测试法第二条")
    fits(reviewer)
    moves(reviewer, PROPOSAL, "approve")


# The public ------------------------------------------------------------------------------------------------------


def searches(visitor: Page) -> None:
    visitor.goto("/")
    visitor.locator("#q").fill(FIRST)
    visitor.get_by_role("button", name=chinese("Look up"), exact=True).click()


def is_shown(visitor: Page) -> str:
    searches(visitor)
    visitor.get_by_role("link", name=FIRST).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(FIRST)
    return visitor.url


def visitor_reads(visitor: Page, address: str) -> str:
    visitor.goto(address)
    return visitor.get_by_role("main").inner_text()


def is_gone(visits: Visits, visitor: Page, address: str) -> None:
    searches(visitor)
    expect(visitor.get_by_role("link", name=FIRST)).to_have_count(0)
    path = re.sub(r"^https?://[^/]+", "", address)
    assert visits.goto(visitor, path) == 404


# What they have in common ----------------------------------------------------------------------------------------


def words(label: object) -> str:
    with translation.override("zh-hans"):
        return str(getattr(label, "label", label))


def fits(page: Page) -> None:
    """Nothing stands outside the window. A click returns when the next page has begun, which has no body yet."""
    page.wait_for_load_state()
    assert page.evaluate(ILL_PLACED) == [], page.url


def downloads(page: Page, link: Locator, to: Path) -> Path:
    with page.expect_download() as download:
        link.first.click()
    download.value.save_as(to)
    return to


def through_the_menu(page: Page, name: str) -> None:
    burger = page.locator("details.menubar-phone > summary")
    if burger.is_visible():
        burger.click()
    page.get_by_role("navigation").get_by_role("link", name=chinese(name), exact=True).locator("visible=true").click()


def moves(staff: Page, workflow: Workflow, step: str) -> None:
    label = words(workflow[step].label)
    button = staff.locator(".move-buttons button, .move-buttons summary").filter(
        has_text=re.compile(f"^\\s*{label}\\s*$")
    )
    button.click()
    details = staff.locator("details.move-details[open]")
    if details.count():
        details.get_by_role("button").click()
    expect(button).to_have_count(0)
