"""Pages and files of reports to the city government: for whom, what they say, that page, print and file agree."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from lxml import html

from jinan_credit.oversight.city_report_document import document_of
from jinan_credit.oversight.models import CityReport
from tests.cast import Cast
from tests.oversight.conftest import SignIn
from tests.oversight.reporting import QUARTER, TEXTS, YEAR, a_report, in_october, work_through_the_quarter
from tests.sanctions.conftest import an_execution

CHINESE = {"Accept-Language": "zh-CN"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def october() -> Iterator[None]:
    with in_october():
        yield


def page_of(client: Client, report: CityReport, **headers: str) -> Any:
    answer = client.get(reverse("city_report", args=[report.pk]), headers=headers or CHINESE)
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def file_of(client: Client, report: CityReport) -> bytes:
    answer = client.get(reverse("city_report_file", args=[report.pk]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def docx_of(client: Client, report: CityReport) -> Docx:
    return Document(io.BytesIO(file_of(client, report)))


def words(docx: Docx) -> str:
    return "\n".join(paragraph.text for paragraph in docx.paragraphs)


# For whom


def test_only_who_oversees_gets_in(cast: Cast, sign_in: SignIn) -> None:
    draft, issued = a_report(cast), a_report(cast, "ISSUED", YEAR)
    paths = [reverse("city_reports"), reverse("city_report_new")]
    paths += [reverse(name, args=[one.pk]) for one in (draft, issued) for name in ("city_report", "city_report_file")]
    paths += [reverse(name, args=[draft.pk]) for name in ("city_report_edit", "city_report_issue")]
    for path in paths:
        assert sign_in(cast.coordinator).get(path).status_code == 200, path
        assert Client().get(path).status_code == 302, path
        for person in (cast.clerk, cast.finance_clerk, cast.reviewer, cast.auditor, cast.officer, cast.stranger):
            assert sign_in(person).get(path).status_code == 403, path
    for name in ("city_report_edit", "city_report_issue", "city_report_move"):
        path = reverse(name, args=[draft.pk])
        assert sign_in(cast.finance_clerk).post(path, {**TEXTS, "move": "discard", "reason": "x"}).status_code == 403
    assert sign_in(cast.finance_clerk).post(reverse("city_report_new"), {"period": YEAR.code}).status_code == 403
    assert CityReport.objects.get(pk=draft.pk).state == "DRAFT"
    for name in ("city_report", "city_report_edit", "city_report_issue", "city_report_file"):
        assert sign_in(cast.coordinator).get(reverse(name, args=[0])).status_code == 404
    for name in ("city_report_edit", "city_report_issue"):
        assert sign_in(cast.coordinator).get(reverse(name, args=[issued.pk])).status_code == 404


def test_the_pages_of_figures_lead_there(cast: Cast, sign_in: SignIn) -> None:
    link = f'href="{reverse("city_reports")}"'
    for path in ("/oversight/", "/oversight/figures/weeks/"):
        assert link in sign_in(cast.coordinator).get(path).content.decode()
        assert link not in sign_in(cast.finance_clerk).get(path).content.decode()


# From the draft to the archive


def test_a_report_from_the_first_to_the_last_page(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    new = client.get(reverse("city_report_new"), headers=ENGLISH)
    assert new.context["form"]["period"].value() == QUARTER.code
    answer = client.post(reverse("city_report_new"), {"period": QUARTER.code}, headers=ENGLISH)
    report = CityReport.objects.get()
    assert answer["Location"] == reverse("city_report_edit", args=[report.pk])
    assert report.title == "关于2026年第三季度守信联合激励和失信联合惩戒工作情况的报告", "whoever drafts, in Chinese"
    again = client.post(reverse("city_report_new"), {"period": QUARTER.code})
    assert again.context["form"].errors["period"]
    assert client.post(reverse("city_report_new"), {"period": "2026-Q4"}).context["form"].errors["period"]
    edit = client.get(answer["Location"])
    typed = {**TEXTS, "seen_step": edit.context["form"]["seen_step"].value()}
    kept = client.post(answer["Location"], typed)
    assert kept["Location"] == reverse("city_report", args=[report.pk])
    confirm = client.get(reverse("city_report_issue", args=[report.pk]), headers=CHINESE)
    assert "取得本年度的下一个文号" in confirm.content.decode()
    assert "工作建议及下一步安排" in confirm.content.decode(), "the empty section"
    issued = client.post(reverse("city_report_issue", args=[report.pk]), {"seen_step": confirm.context["seen_step"]})
    assert issued["Location"] == reverse("city_report", args=[report.pk])
    page = page_of(client, report).text_content()
    for part in ("济信报〔2026〕1号", "2026年10月12日", "市政府：", "个别部门反馈不及时。", "统计时点：2026-10-12 09:"):
        assert part in page, part
    assert "工作建议及下一步安排" not in page
    client.post(reverse("city_report_move", args=[report.pk]), {"move": "withdraw", "reason": "数据口径有误"})
    page = page_of(client, report).text_content()
    assert "本报告已于2026年10月12日撤回" in page
    assert "数据口径有误" in page
    listed = client.get(reverse("city_reports")).content.decode()
    assert "济信报〔2026〕1号" in listed


def test_an_old_tab_is_refused_and_nothing_typed_is_lost(cast: Cast, sign_in: SignIn) -> None:
    client, report = sign_in(cast.coordinator), a_report(cast)
    edit, issue = (reverse(name, args=[report.pk]) for name in ("city_report_edit", "city_report_issue"))
    seen = client.get(edit).context["form"]["seen_step"].value()
    client.post(edit, {**TEXTS, "work": "另一人所写", "seen_step": seen})
    late = client.post(edit, {**TEXTS, "work": "我所写", "seen_step": seen}, headers=CHINESE)
    assert late.status_code == 409
    assert [(line["old"], line["new"]) for line in late.context["conflict"]["lines"]] == [("另一人所写", "我所写")]
    assert late.context["form"]["work"].value() == "我所写"
    assert client.post(issue, {"seen_step": seen}).status_code == 409
    assert client.post(edit, {**TEXTS, "seen_step": late.context["form"]["seen_step"].value()}).status_code == 302
    assert client.post(issue, {"seen_step": ""}).status_code == 302
    assert client.post(issue, {"seen_step": "9" * 5_000}).status_code == 409
    old = client.post(edit, {**TEXTS, "work": "太晚了", "seen_step": ""})
    assert (old.status_code, old.context["form"]["work"].value()) == (409, "太晚了")


def test_a_citizen_number_is_refused_at_its_field(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast)
    typed = {**TEXTS, "problems": "当事人11010519491231002X未履行"}
    answer = sign_in(cast.coordinator).post(reverse("city_report_edit", args=[report.pk]), typed)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["problems"]


def test_markup_is_text(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    report = a_report(cast, work="<script>alert(1)</script> & 控制\x01字符 {{ 7|add:7 }}")
    page = client.get(reverse("city_report", args=[report.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<script>alert(1)</script> & 控制字符 {{ 7|add:7 }}" in words(docx_of(client, report)).replace("\n", "")


# The same in every shape


@pytest.mark.parametrize("state", ["DRAFT", "ISSUED", "WITHDRAWN"])
def test_page_print_and_file_say_the_same_figures(cast: Cast, sign_in: SignIn, state: str) -> None:
    work_through_the_quarter(cast)
    client, report = sign_in(cast.coordinator), a_report(cast, state)
    document = document_of(report)
    expected = [
        [
            [sheet.first, *(column.label for column in sheet.columns)],
            *([line.name, *(cell.text for cell in line.cells)] for line in sheet.all_lines),
        ]
        for sheet in document.sheets
    ]
    assert sum(cell.isdigit() and cell != "0" for table in expected for row in table for cell in row) > 40
    in_page = [
        [[cell.text_content().strip() for cell in row.iter("th", "td")] for row in table.iter("tr")]
        for headers in (CHINESE, ENGLISH)
        for table in page_of(client, report, **headers).xpath("//article//table[@class='letter-figures']")
    ]
    docx = docx_of(client, report)
    in_file = [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.tables]
    assert in_page == expected * 2, "whatever the language of the reader"
    assert in_file == expected
    said = words(docx)
    for text in (
        *document.notes,
        document.issuer,
        document.number,
        document.title,
        document.addressee,
        document.signed_on,
        document.annex,
        document.counted,
        *(caption for caption, _sheet in document.captioned),
        *(sheet.note for sheet in document.sheets),
        *(text for section in document.sections for text in (section.heading, *section.paragraphs)),
    ):
        assert text in said


def test_the_file_is_a_letter_on_a4_with_page_numbers(cast: Cast, sign_in: SignIn) -> None:
    work_through_the_quarter(cast)
    report = a_report(cast, "ISSUED")
    docx = docx_of(sign_in(cast.coordinator), report)
    letter, annex = docx.sections
    assert [round(length.mm) for length in (letter.page_width, letter.page_height)] == [210, 297]
    assert annex.orientation == WD_ORIENT.LANDSCAPE
    assert [round(length.mm) for length in (annex.page_width, annex.page_height)] == [297, 210]
    assert annex.footer.is_linked_to_previous
    [field] = letter.footer._element.iter(qn("w:fldSimple"))
    assert field.get(qn("w:instr")) == "PAGE"
    fonts = docx.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    headings = [paragraph.text for paragraph in docx.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == ["一、总体情况", "二、主要工作", "三、存在问题"]
    for table in docx.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None, "the head stands on each page"
        grid = [column.width for column in table.columns]
        assert sum(grid) <= annex.page_width - annex.left_margin - annex.right_margin


def test_the_file_is_whole_and_tells_of_nothing_else(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "ISSUED")
    answer = sign_in(cast.coordinator).get(reverse("city_report_file", args=[report.pk]))
    assert f"{report.number} {report.title}.docx" in unquote(answer["Content-Disposition"])
    file = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert file.testzip() is None
    names = set(file.namelist())
    assert not [name for name in names if "vba" in name.lower() or name.endswith((".bin", ".jpeg", ".png"))]
    types = ElementTree.fromstring(file.read("[Content_Types].xml"))
    declared = {one.get("PartName", "").lstrip("/") for one in types} | {one.get("Extension") for one in types}
    for name in names - {"[Content_Types].xml"}:
        assert name in declared or name.rpartition(".")[2] in declared, name
        ElementTree.fromstring(file.read(name))
    for name in [name for name in names if name.endswith(".rels")]:
        folder = name.replace("_rels/", "").rpartition("/")[0]
        for relation in ElementTree.fromstring(file.read(name)):
            assert relation.get("TargetMode") != "External", relation.attrib
            target = relation.get("Target", "")
            assert target.lstrip("/") in names or f"{folder}/{target}".lstrip("/") in names, target
    assert "docProps/app.xml" not in names
    core = Document(io.BytesIO(file_of(sign_in(cast.coordinator), report))).core_properties
    assert (core.title, core.author, core.last_modified_by, core.comments) == (report.title, "测试发改委", "", "")
    assert core.created == core.modified == report.issued_at.replace(microsecond=0)
    everything = b"".join(file.read(name) for name in names).decode("utf-8", "ignore")
    for word in ("python-docx", "Macintosh", "coordinator", "http://localhost"):
        assert word not in everything


# Size


def test_the_number_of_queries_does_not_grow(cast: Cast, sign_in: SignIn) -> None:
    work_through_the_quarter(cast)
    client, draft, issued = sign_in(cast.coordinator), a_report(cast), a_report(cast, "ISSUED", YEAR)
    paths = [reverse("city_reports"), reverse("city_report_edit", args=[draft.pk])]
    paths += [reverse(name, args=[one.pk]) for one in (draft, issued) for name in ("city_report", "city_report_file")]

    def cost(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    few = [cost(path) for path in paths]
    for seed in range(70, 76):
        an_execution(cast, seed=seed)
    a_report(cast, "DISCARDED", YEAR)
    assert [cost(path) for path in paths] == few
    assert few[-1] < 12, "what was issued is read, not counted"
