"""Who sees what, at what cost, and what hostile names and files lead to."""

import io
import zipfile
from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jinan_credit.accounts.workbench import counters_for
from lists.enums import EntryState, ImportStatus
from lists.models import Entry, ListImport
from lists.services.entries import draft_entry, submit_entries
from lists.services.import_files import COLUMNS
from lists.services.import_jobs import check_import
from lists.services.import_refusals import words_of_refusal
from lists.services.imports import start_import
from tests.cast import Cast, company_values, publish_one
from tests.lists.browser import annotated, signed_in
from tests.lists.files import code, row, xlsx

EVIL = '"><img src=x onerror=alert(1)>{{7*7}}'


def drafts(cast: Cast, count: int, seed: int = 1) -> list[Entry]:
    random = Random(seed)
    return [
        draft_entry(credit_list=cast.black, values=company_values(random), by=cast.actor("clerk")) for _ in range(count)
    ]


def given(cast: Cast, file: io.BytesIO, name: str = "list.xlsx") -> ListImport:
    list_import = start_import(credit_list=cast.black, file=file, file_name=name, by=cast.actor("clerk"))
    check_import(list_import.pk)
    list_import.refresh_from_db()
    return list_import


def test_pages_ask_for_a_signed_in_person(cast: Cast, client: Client) -> None:
    for name in ("entries", "entry_new", "imports", "import_new", "review", "publications", "credit_lists"):
        assert client.get(reverse(name))["Location"].startswith(reverse("account_login"))


def test_drafts_are_seen_by_their_unit_alone(cast: Cast) -> None:
    (draft,) = drafts(cast, 1)
    list_import = given(cast, xlsx(row(1), row(2, 失信程度="?")))
    pages = [
        reverse("entry", args=[draft.pk]),
        reverse("entry_edit", args=[draft.pk]),
        reverse("import", args=[list_import.pk]),
    ]
    for page in pages:
        assert signed_in(cast.clerk).get(page).status_code == 200
    for who in (cast.finance_clerk, cast.stranger):
        for page in pages:
            assert signed_in(who).get(page).status_code == 404, page
    assert signed_in(cast.coordinator).get(pages[0]).status_code == 404
    missing = signed_in(cast.stranger).get(reverse("entry", args=[uuid4()]))
    assert missing.status_code == 404
    for who in (cast.finance_clerk, cast.stranger):
        client = signed_in(who)
        assert client.post(reverse("entry_move", args=[draft.pk]), {"move": "submit"}).status_code == 404
        confirmed = {"entry": str(draft.pk), "confirmed": "1", "expected": "1"}
        assert client.post(reverse("entries_submit"), confirmed).status_code == 409
        for name in ("import_confirm", "import_copy"):
            assert client.post(reverse(name, args=[list_import.pk])).status_code == 404
    draft.refresh_from_db()
    assert draft.state == EntryState.DRAFT


def test_published_entry_is_seen_by_cooperating_units_and_the_coordinator(cast: Cast) -> None:
    entry = publish_one(cast)
    page = reverse("entry", args=[entry.pk])
    for who in (cast.clerk, cast.reviewer, cast.finance_clerk, cast.transport_clerk, cast.coordinator):
        client = signed_in(who)
        assert client.get(page).status_code == 200
        assert str(entry.pk) in client.get(reverse("entries")).content.decode()
    stranger = signed_in(cast.stranger)
    assert stranger.get(page).status_code == 404
    assert str(entry.pk) not in stranger.get(reverse("entries")).content.decode()
    publication = reverse("publication", args=[entry.last_publication_id])
    assert signed_in(cast.coordinator).get(publication).status_code == 200
    assert signed_in(cast.stranger).get(publication).status_code == 404
    for name in ("entry_correct", "entry_remove"):
        assert signed_in(cast.finance_clerk).get(reverse(name, args=[entry.pk])).status_code == 404


def test_a_cooperating_unit_reads_its_own_measures_only(cast: Cast) -> None:
    page = reverse("credit_list", args=[cast.black.code])
    finance = signed_in(cast.finance_clerk).get(page).content.decode()
    assert cast.ban.content in finance
    assert cast.warning.content not in finance
    initiator = signed_in(cast.clerk).get(page).content.decode()
    assert cast.ban.content in initiator
    assert cast.warning.content in initiator
    assert signed_in(cast.stranger).get(page).status_code == 404
    assert cast.black.name in signed_in(cast.finance_clerk).get(reverse("credit_lists")).content.decode()


def test_reviewer_of_another_unit_reaches_no_group(cast: Cast) -> None:
    (entry,) = drafts(cast, 1)
    submit_entries(entries=Entry.objects.all(), by=cast.actor("clerk"))
    stranger = signed_in(cast.stranger)
    assert stranger.get(reverse("review")).context["groups"] == []
    wanted = {"list": cast.black.code, "by": cast.clerk.pk, "entry": str(entry.pk), "decision": "publish"}
    answer = stranger.post(reverse("review_decide"), {**wanted, "confirmed": "1", "expected": "1"})
    assert answer.status_code == 409
    assert Entry.objects.get().state == EntryState.IN_REVIEW


@pytest.mark.parametrize("page", ["entries", "review", "review_group", "publications", "credit_lists", "workbench"])
def test_queries_do_not_grow_with_the_rows(cast: Cast, page: str) -> None:
    client = signed_in(cast.reviewer)
    address = reverse(page)
    if page == "review_group":
        address += f"?list={cast.black.code}&by={cast.clerk.pk}"
    costs = []
    for seed, count in enumerate((1, 9, 90)):
        drafts(cast, count, seed)
        submit_entries(entries=Entry.objects.all(), by=cast.actor("clerk"))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] == costs[2], costs
    assert costs[0] < 35


def test_counters_equal_the_lists_they_open(cast: Cast) -> None:
    drafts(cast, 3)
    given(cast, xlsx(row(1)))
    clerk = signed_in(cast.clerk)
    with CaptureQueriesContext(connection) as queries:
        found = {str(counter.url): counter.count for counter in counters_for(cast.actor("clerk"))}
    assert len(queries) < 40
    listed = f"{reverse('entries')}?state=DRAFT"
    assert found[listed] == clerk.get(listed).context["total"] == 3
    waiting = f"{reverse('imports')}?status=CHECKED"
    assert found[waiting] == len(clerk.get(waiting).context["table"].rows) == 1
    submit_entries(entries=Entry.objects.all(), by=cast.actor("clerk"))
    counts = {str(counter.url): counter.count for counter in counters_for(cast.actor("reviewer"))}
    assert counts[reverse("review")] == signed_in(cast.reviewer).get(reverse("review")).context["waiting"] == 3


def test_filters_are_literal_and_narrow(cast: Cast) -> None:
    one, two = drafts(cast, 2)
    client = signed_in(cast.clerk)

    def total(query: str) -> int:
        return int(client.get(f"{reverse('entries')}?{query}").context["total"])

    assert total(f"text={one.subject.code}") == 1
    assert total(f"text={two.subject_name[2:6]}") >= 1
    assert total("text=%25%25") == 0
    assert total("text=' OR 1=1 --") == 0
    assert total("state=PUBLISHED") == 0
    assert total(f"credit_list={cast.red.code}") == 0
    assert total("mark=OBJECTION_OPEN") == 0
    assert total("in_force=yes") == 0
    assert total("ends_before=2020-01-01") == 0
    assert total("from_import=1") == 0
    for query in ("text=x", "credit_list=nothing", "state=X", "ends_before=yesterday", "page=x&sort=x", "page=99999"):
        assert client.get(f"{reverse('entries')}?{query}").status_code == 200


def test_markup_in_names_stays_text(cast: Cast) -> None:
    entry = publish_one(cast, name=EVIL, grounds=EVIL, facts=EVIL, representative=EVIL[:90])
    list_import = given(cast, xlsx(row(1, 主体名称=EVIL), row(2, 失信程度=EVIL)), EVIL + ".xlsx")
    client = signed_in(cast.clerk)
    for page in (
        reverse("entries"),
        reverse("entry", args=[entry.pk]),
        reverse("publication", args=[entry.last_publication_id]),
        reverse("imports"),
        reverse("import", args=[list_import.pk]),
    ):
        shown = client.get(page).content.decode()
        assert "<img src=x" not in shown
        assert "&lt;img src=x" in shown


def test_formulas_in_a_file_come_back_inert(cast: Cast) -> None:
    evil = '=HYPERLINK("http://example.invalid","x")'
    number = "379999199003072317"
    bad = row(2, 主体类别="自然人", 统一社会信用代码="", 证件类型="居民身份证", 证件号码=number, 主体名称="@SUM(1)")
    list_import = given(cast, xlsx(row(1, 主体名称=evil, 失信程度=evil), bad, row(3)))
    assert list_import.error_count == 2
    client = signed_in(cast.clerk)
    assert number not in client.get(reverse("import", args=[list_import.pk])).content.decode()
    content = annotated(client, list_import).getvalue()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    header, first, second, third = sheet.to_python()
    assert header == [*COLUMNS, "错误说明"]
    assert first[1] == evil
    assert first[-1].startswith("失信程度")
    assert second[4] == number
    assert "GB 11643" in second[-1]
    assert third[-1] == ""
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def refused(cast: Cast, file: io.BytesIO, name: str = "list.xlsx") -> str:
    """What the page of the import says of a file that is refused as a whole."""
    list_import = given(cast, file, name)
    assert list_import.status == ImportStatus.REFUSED
    page = signed_in(cast.clerk).get(reverse("import", args=[list_import.pk]))
    assert words_of_refusal(list_import.refusal) in page.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    return words_of_refusal(list_import.refusal)


def test_files_that_are_no_list_are_refused_in_words(cast: Cast) -> None:
    refusals = {
        refused(cast, io.BytesIO(b"PK\x03\x04 broken")),
        refused(cast, io.BytesIO(b"\xd0\xcf\x11\xe0 old")),
        refused(cast, io.BytesIO(b"\x00\x01\x02\x00")),
        refused(cast, io.BytesIO(",".join(COLUMNS).encode()), "header.csv"),
    }
    assert len(refusals) == 4
    wrong_header = refused(cast, xlsx(row(1), header=(*COLUMNS[:-1], "备注")))
    assert "备注" in wrong_header
    assert COLUMNS[-1] in wrong_header


def test_wrong_rows_are_shown_with_what_was_expected(cast: Cast) -> None:
    person = {"主体类别": "自然人", "证件类型": "居民身份证"}
    list_import = given(
        cast,
        xlsx(
            row(1),
            row(1),
            row(2, 统一社会信用代码=code(2)[:-1] + ("0" if code(2)[-1] != "0" else "1")),
            row(3, 统一社会信用代码="", 证件号码=379999199003072316, **person),
            row(4, 统一社会信用代码="", 证件号码="379999199003072317", **person),
            row(5, 文书日期="2026-02-30"),
        ),
    )
    assert list_import.error_count == 5
    page = signed_in(cast.clerk).get(reverse("import", args=[list_import.pk]))
    kinds = {(kind["column"], kind["first"][0]["row"]) for kind in page.context["kinds"]}
    assert kinds == {
        ("决定文书号", 3),
        ("统一社会信用代码", 4),
        ("证件号码", 5),
        ("证件号码", 6),
        ("文书日期", 7),
    }
    shown = page.content.decode()
    assert "3799991990030723" not in shown
    assert "379999********" in shown


def test_upload_without_a_list_or_to_a_foreign_list_is_refused_at_the_field(cast: Cast) -> None:
    clerk = signed_in(cast.clerk)
    unknown = clerk.post(reverse("import_new"), {"credit_list": "NOSUCH", "file": xlsx(row(1))})
    assert unknown.status_code == 400
    assert "credit_list" in unknown.context["form"].errors
    foreign = signed_in(cast.finance_clerk).post(
        reverse("import_new"), {"credit_list": cast.black.code, "file": xlsx(row(1))}
    )
    assert foreign.status_code == 400
    assert not ListImport.objects.exists()


def test_template_can_be_filled_in_and_imported(cast: Cast) -> None:
    client = signed_in(cast.clerk)
    answer = client.get(reverse("import_template", args=["xlsx"]))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert tuple(workbook.get_sheet_by_index(0).to_python()[0]) == COLUMNS
    assert workbook.sheet_names[1] == "填写说明"
    text = client.get(reverse("import_template", args=["csv"])).content
    assert text.decode("utf-8-sig").strip().split(",") == list(COLUMNS)
    assert client.get(reverse("import_template", args=["exe"])).status_code == 404
