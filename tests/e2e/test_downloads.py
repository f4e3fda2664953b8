"""A clerk of a unit without a system: the file is saved and the page goes on by itself; a refusal is a page."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jinan_credit.exchange.models import Cursor, Download
from tests.cast import Cast, publish_many
from tests.e2e.conftest import DESKTOP, PHONE, Visits, chinese

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def save(page: Page, file_format: str, folder: Path) -> Path:
    with page.expect_download() as saved:
        page.get_by_role("button", name=f"测试黑名单: {file_format}").click()
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    return path


@pytest.mark.parametrize(("size", "javascript"), [(DESKTOP, True), (PHONE, True), (DESKTOP, False)])
def test_a_file_is_taken_confirmed_and_taken_again(
    cast: Cast, visits: Visits, tmp_path: Path, size: tuple[int, int], javascript: bool
) -> None:
    publish_many(cast, 5)
    page = visits.open(cast.finance_clerk, size=size, javascript=javascript)
    page.goto("/push/downloads/")
    with save(page, "CSV", tmp_path).open(encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) == 6
    if not javascript:
        page.reload()
    page.get_by_role("link", name=chinese("Confirm %(from)s–%(to)s") % {"from": 1, "to": 5}).click()
    page.get_by_role("button", name=chinese("Our copy is up to date with this file")).click()
    expect(page.get_by_text(chinese("Confirmed: your unit's copy is up to date with this file."))).to_be_visible()
    assert Cursor.objects.get(unit=cast.finance).seq == 5
    page.get_by_role("link", name="1–5 · CSV").click()
    page.get_by_text(chinese("Take it again")).click()
    page.get_by_label(chinese("Reason")).fill("文件损坏")
    assert save(page, "XLSX", tmp_path).read_bytes().startswith(b"PK")
    assert Download.objects.get(again_of__isnull=False).reason == "文件损坏"


def test_an_old_page_is_told_that_the_file_was_taken(cast: Cast, visits: Visits, tmp_path: Path) -> None:
    publish_many(cast, 5)
    first, second = (visits.open(cast.finance_clerk) for _ in range(2))
    for page in (first, second):
        page.goto("/push/downloads/")
    save(first, "CSV", tmp_path)
    visits.expect_refusal("/push/downloads/take/")
    second.get_by_role("button", name="测试黑名单: XLSX").click()
    told = "This file has been taken already. You find it among the files taken, and can take it again there."
    expect(second.get_by_text(chinese(told))).to_be_visible()
    assert Download.objects.count() == 1
