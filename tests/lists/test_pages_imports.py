"""The clerk's side of an import: what is shown, said and asked before and after each act."""

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jinan_credit.accounts.workbench import Counter
from lists.enums import EntryState, ExportStatus, ImportStatus, ProposalKind, ProposalState, RequiredField
from lists.models import Entry, EntryExport, EntryProposal, ImportRow, ListImport
from lists.services import exports, imports
from lists.services.entries import discard_entries, submit_entries
from lists.services.exports import request_copy, run_export
from lists.services.import_files import COLUMNS, ERROR_COLUMN
from lists.services.import_jobs import check_import, run_import
from lists.services.publications import publish_entries
from lists.workbench import counters
from tests.cast import Cast
from tests.lists.browser import annotated, signed_in
from tests.lists.files import code, row, xlsx

TODAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def on_a_working_day() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return signed_in(cast.clerk)


@pytest.fixture
def give(cast: Cast, clerk: Client) -> Callable[..., ListImport]:
    """Uploads rows by the page and lets a worker check them."""

    def given(*rows: list[Any], file: io.BytesIO | None = None) -> ListImport:
        data = {"credit_list": cast.black.code, "file": file or xlsx(*rows)}
        answer = clerk.post(reverse("import_new"), data)
        assert answer.status_code == 302, answer.content.decode()
        made = ListImport.objects.latest("pk")
        check_import(made.pk)
        made.refresh_from_db()
        return made

    return given


Give = Callable[..., ListImport]


def text_of(client: Client, name: str, made: ListImport | EntryProposal, **query: str) -> str:
    answer = client.get(reverse(name, args=[made.pk]), query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def confirmed(client: Client, made: ListImport, take: str = "") -> None:
    answer = client.post(reverse("import_confirm", args=[made.pk]), {"take": take} if take else {})
    assert answer.status_code == 302, answer.content.decode()
    run_import(made.pk)
    made.refresh_from_db()
    assert made.status == ImportStatus.IMPORTED


def published(cast: Cast, made: ListImport) -> None:
    drafts = Entry.objects.filter(from_import=made)
    submit_entries(entries=drafts, by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=drafts, by=cast.actor("reviewer"))


def figure(cast: Cast, url_end: str) -> Counter:
    return next(one for one in counters(cast.actor("clerk")) if one.url.endswith(url_end))


# The way in ------------------------------------------------------------------------------------------------------


def test_first_the_list_then_its_template_and_the_file(cast: Cast, clerk: Client) -> None:
    choice = clerk.get(reverse("import_new")).content.decode()
    assert f"?credit_list={cast.black.code}" in choice
    assert f"?credit_list={cast.red.code}" in choice

    page = clerk.get(reverse("import_new"), {"credit_list": cast.black.code}).content.decode()
    assert f"template.xlsx?credit_list={cast.black.code}" in page
    assert 'type="file"' in page


def test_the_list_of_another_unit_is_no_choice(cast: Cast) -> None:
    stranger = signed_in(cast.stranger)
    page = stranger.get(reverse("import_new"), {"credit_list": cast.black.code}).content.decode()
    assert 'type="file"' not in page
    answer = stranger.post(reverse("import_new"), {"credit_list": cast.black.code, "file": xlsx(row(1))})
    assert answer.status_code == 400
    assert not ListImport.objects.exists()


def test_the_template_says_what_this_list_requires(cast: Cast, clerk: Client) -> None:
    cast.black.required_fields = [RequiredField.FACTS]
    cast.black.save()
    answer = clerk.get(reverse("import_template", args=["xlsx"]), {"credit_list": cast.black.code})

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    first, second = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    assert first == [list(COLUMNS)]
    rules = {line[0]: line[1] for line in second}
    assert rules["违法事实"] != rules["法定代表人"]
    assert "attachment" in answer["Content-Disposition"]


def test_a_file_must_be_chosen(cast: Cast, clerk: Client) -> None:
    answer = clerk.post(reverse("import_new"), {"credit_list": cast.black.code})
    assert answer.status_code == 400
    assert "field-error" in answer.content.decode()


def test_the_same_file_again_leads_to_the_earlier_import(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1))
    again = clerk.post(reverse("import_new"), {"credit_list": cast.black.code, "file": xlsx(row(1))})
    assert again.status_code == 400
    assert f'href="{reverse("import", args=[made.pk])}"' in again.content.decode()
    assert ListImport.objects.count() == 1


# While it is checked ---------------------------------------------------------------------------------------------


def test_a_file_too_many_is_refused_in_words(
    cast: Cast, clerk: Client, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_UNFINISHED", 1)
    waiting = give(row(1))
    upload = {"credit_list": cast.black.code, "file": xlsx(row(2))}
    answer = clerk.post(reverse("import_new"), upload, headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert "Your unit has 1 imports that are not finished." in answer.content.decode()
    clerk.post(reverse("import_cancel", args=[waiting.pk]))
    give(row(2))


def test_progress_asks_again_by_itself_and_offers_a_link_without_scripts(cast: Cast, clerk: Client) -> None:
    clerk.post(reverse("import_new"), {"credit_list": cast.black.code, "file": xlsx(row(1))})
    made = ListImport.objects.get()
    page = text_of(clerk, "import", made)
    assert f'hx-get="{reverse("import", args=[made.pk])}"' in page
    assert "<noscript>" in page
    ListImport.objects.filter(pk=made.pk).update(progress=30, work_total=120)
    part = clerk.get(reverse("import", args=[made.pk]), headers={"HX-Request": "true"})
    assert 'value="25"' in part.content.decode()
    assert "HX-Refresh" not in part
    ListImport.objects.filter(pk=made.pk).update(progress=0, work_total=0)
    check_import(made.pk)
    assert clerk.get(reverse("import", args=[made.pk]), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_refused_file_says_why_and_what_to_do(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(file=xlsx(row(1), header=(*COLUMNS[:-1], "备注")))
    page = text_of(clerk, "import", made)
    assert "备注" in page
    assert "第一行" in page or "模板" in page
    clerk.cookies["django_language"] = "en"
    assert "unknown columns: 备注; missing columns: 披露方式" in text_of(clerk, "import", made)
    del clerk.cookies["django_language"]
    assert reverse("import_new") in page
    assert reverse("import_template", args=["xlsx"]) in page
    assert figure(cast, "REFUSED_LATELY").count == 1
    assert str(made.pk) in clerk.get(figure(cast, "REFUSED_LATELY").url).content.decode()
    with time_machine.travel("2026-12-24T10:00:00+08:00"):
        assert figure(cast, "REFUSED_LATELY").count == 0


# What is in the file ---------------------------------------------------------------------------------------------


def test_errors_are_shown_first_grouped_with_their_first_rows(clerk: Client, give: Give) -> None:
    made = give(row(1), *[row(number, 失信程度="极重") for number in range(2, 9)], row(9, 文书日期="2026-02-31"))
    answer = clerk.get(reverse("import", args=[made.pk]))
    assert [(kind["column"], kind["count"], len(kind["first"])) for kind in answer.context["kinds"]] == [
        ("失信程度", 7, 5),
        ("文书日期", 1, 1),
    ]
    assert [one["row"] for one in answer.context["kinds"][0]["first"]] == [3, 4, 5, 6, 7]
    page = answer.content.decode()
    assert "极重" in page
    assert "2026-02-31" in page
    assert reverse("import_copy", args=[made.pk]) in page


def test_a_persons_number_is_masked_on_the_page(clerk: Client, give: Give) -> None:
    number = "379999198010076270"
    person = {"主体类别": "自然人", "统一社会信用代码": "", "证件类型": "居民身份证", "证件号码": number}
    page = text_of(clerk, "import", give(row(1, **person)))
    assert number not in page
    assert number[:6] in page


def test_changed_rows_show_old_and_new_and_what_becomes_of_them(cast: Cast, clerk: Client, give: Give) -> None:
    first = give(row(1), row(2))
    confirmed(clerk, first)
    published(cast, first)
    other = give(row(3))
    confirmed(clerk, other)

    made = give(row(1, 列入事由="另一事由"), row(2), row(3, 文书日期="2026-10-01"), row(4))

    assert (made.new_count, made.changed_count, made.same_count, made.error_count) == (1, 2, 1, 0)
    answer = clerk.get(reverse("import", args=[made.pk]), {"show": "changed"})
    page = answer.content.decode()
    assert "<del>测试事由</del>" in page
    assert "<ins>另一事由</ins>" in page
    assert [line.entry.state for line in answer.context["rows"]] == [EntryState.PUBLISHED, EntryState.DRAFT]
    assert [line.row for line in clerk.get(reverse("import", args=[made.pk]), {"show": "same"}).context["rows"]] == [3]


def test_no_more_than_the_first_fifty_rows_are_shown(clerk: Client, give: Give) -> None:
    made = give(*[row(number) for number in range(1, 61)])
    assert len(clerk.get(reverse("import", args=[made.pk]), {"show": "new"}).context["rows"]) == 50


def test_the_page_asks_the_database_as_often_for_one_row_as_for_a_hundred(clerk: Client, give: Give) -> None:
    counts = []
    for number in (1, 10, 100):
        made = give(
            *[row(1_000 * number + place) for place in range(number)],
            *[row(2_000_000 + 1_000 * number + place, 失信程度="极重") for place in range(number)],
        )
        for tab in ("wrong", "new"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                clerk.get(reverse("import", args=[made.pk]), {"show": tab})
            counts.append((tab, len(queries)))
    assert len(set(counts)) == 2, counts


# The copy with what is wrong -------------------------------------------------------------------------------------


def copy_of(client: Client, made: ListImport) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(annotated(client, made))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_copy_says_beside_each_row_what_is_wrong(clerk: Client, give: Give) -> None:
    made = give(row(1), [""] * 16, row(2, 失信程度="极重", 文书日期="昨天"), row(1))
    lines = copy_of(clerk, made)
    assert lines[0] == [*COLUMNS, ERROR_COLUMN]
    assert lines[1][:3] == ["法人", "济南测试1有限公司", code(1)]
    assert not any(lines[2]), "an empty row stays: the numbers of the rows are those of the file"
    assert "失信程度" in lines[3][-1]
    assert "文书日期" in lines[3][-1]
    assert "2" in lines[4][-1], "it says which row had it first"


def test_the_copy_keeps_the_order_of_the_file(clerk: Client, give: Give) -> None:
    header = tuple(reversed(COLUMNS))
    made = give(file=xlsx(list(reversed(row(1, 失信程度="极重"))), header=header))
    lines = copy_of(clerk, made)
    assert lines[0] == [*header, ERROR_COLUMN]
    assert lines[1][header.index("失信程度")] == "极重"


def test_the_copy_can_be_given_again_as_it_is(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1), row(2, 失信程度="极重"))
    lines = copy_of(clerk, made)
    lines[2][COLUMNS.index("失信程度")] = "一般"
    header, *rows = lines
    again = give(file=xlsx(*rows, header=tuple(header)))
    assert (again.status, again.new_count, again.error_count) == (ImportStatus.CHECKED, 2, 0), again.refusal


HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "＝1+1", '=HYPERLINK("https://example.org")']


@pytest.mark.parametrize("formula", HOSTILE)
def test_a_formula_goes_in_and_comes_out_as_text(clerk: Client, give: Give, formula: str) -> None:
    import zipfile

    made = give(row(1, 列入事由=formula, 失信程度="极重"))
    content = annotated(clerk, made)
    sheet = zipfile.ZipFile(content).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower().replace("=hyperlink(", "")
    assert 't="inlineStr"' in sheet
    names = zipfile.ZipFile(content).namelist()
    assert not [name for name in names if "externalLinks" in name or "vba" in name or "embeddings" in name]
    content.seek(0)
    assert formula in CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()[1]


def test_a_copy_is_for_the_unit_alone_and_only_where_something_is_wrong(cast: Cast, clerk: Client, give: Give) -> None:
    wrong, good = give(row(1, 失信程度="极重")), give(row(2))
    assert signed_in(cast.stranger).post(reverse("import_copy", args=[wrong.pk])).status_code == 404
    assert clerk.post(reverse("import_copy", args=[good.pk])).status_code == 404
    assert clerk.get(reverse("import_copy", args=[wrong.pk])).status_code == 405
    assert not EntryExport.objects.exists()


def test_a_copy_is_written_by_a_worker_and_its_page_may_be_left(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1, 失信程度="极重"), row(2))
    page = clerk.post(reverse("import_copy", args=[made.pk]))["Location"]
    export = EntryExport.objects.get()
    assert "progress" in clerk.get(page).content.decode()
    assert clerk.get(reverse("export_file", args=[export.pk])).status_code == 409
    run_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.row_count, export.copy_of) == (ExportStatus.READY, 2, made)
    assert reverse("import", args=[made.pk]) in clerk.get(page).content.decode()
    assert export.filters in clerk.get(reverse("exports")).content.decode()
    file = clerk.get(reverse("export_file", args=[export.pk]))
    assert ERROR_COLUMN in unquote(file["Content-Disposition"])
    assert file.getvalue()[:2] == b"PK"
    assert signed_in(cast.reviewer).get(reverse("export_file", args=[export.pk])).status_code == 404


def test_who_left_the_unit_gets_no_copy_of_its_file(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1, 失信程度="极重"))
    ready, waiting = (request_copy(list_import=made, by=cast.actor("clerk")) for _ in range(2))
    run_export(ready.pk)
    cast.clerk.unit = cast.finance
    cast.clerk.save()
    assert clerk.get(reverse("export_file", args=[ready.pk])).status_code == 404
    run_export(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, bool(waiting.file)) == (ExportStatus.FAILED, False)


def test_a_copy_speaks_the_language_of_who_asked_for_it(clerk: Client, give: Give) -> None:
    made = give(row(1, 失信程度="极重"))
    clerk.cookies["django_language"] = "en"
    assert "One of these words" in copy_of(clerk, made)[1][-1]


def test_nothing_is_kept_of_a_cancelled_file_and_its_copies(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1, 失信程度="极重"), row(2))
    ready, held, waiting = (request_copy(list_import=made, by=cast.actor("clerk")) for _ in range(3))
    run_export(ready.pk)
    ready.refresh_from_db()
    running = exports._claim(held.pk)
    assert running is not None
    files = [Path(made.file.path), Path(ready.file.path)]
    assert all(file.exists() for file in files)
    clerk.post(reverse("import_cancel", args=[made.pk]))
    assert not any(file.exists() for file in files)
    with pytest.raises(exports.LeaseLost):
        exports._keep(running, io.BytesIO(b"late"), 1)
    run_export(waiting.pk)
    assert set(EntryExport.objects.values_list("status", "file")) == {(ExportStatus.EXPIRED, "")}
    assert not [file for file in Path(settings.MEDIA_ROOT, "exports").iterdir() if file.read_bytes() == b"late"]


def test_a_refused_file_is_not_kept(give: Give) -> None:
    made = give(file=xlsx(row(1), header=(*COLUMNS[:-1], "备注")))
    assert (made.status, bool(made.file)) == (ImportStatus.REFUSED, False)


# Confirming ------------------------------------------------------------------------------------------------------


def test_the_effect_is_said_before_anything_is_made(clerk: Client, give: Give) -> None:
    made = give(row(1), row(2), row(3, 失信程度="极重"))
    answer = clerk.get(reverse("import_confirm", args=[made.pk]))
    assert answer.context["effect"].new == 2
    assert answer.context["choices"][0][1] in answer.content.decode()
    assert not Entry.objects.exists()
    confirmed(clerk, made)
    assert Entry.objects.filter(from_import=made, state=EntryState.DRAFT).count() == 2


def test_whether_changed_rows_are_taken_is_a_choice_of_the_clerk(cast: Cast, clerk: Client, give: Give) -> None:
    first = give(row(1), row(2))
    confirmed(clerk, first)
    published(cast, first)
    made = give(row(1, 列入事由="另一事由"), row(3))
    page = reverse("import_confirm", args=[made.pk])
    assert clerk.post(page).status_code == 400, "nothing is chosen"
    assert clerk.post(page, {"take": "nonsense"}).status_code == 400

    confirmed(clerk, made, take="all")

    proposal = EntryProposal.objects.get()
    assert (proposal.kind, proposal.new_values) == (ProposalKind.CORRECTION, {"grounds": "另一事由"})
    assert Entry.objects.get(subject__code=code(1)).grounds == "测试事由", "another person decides"


def test_only_the_new_rows_when_the_clerk_says_so(clerk: Client, give: Give) -> None:
    first = give(row(1))
    confirmed(clerk, first)
    made = give(row(1, 列入事由="另一事由"), row(3))
    confirmed(clerk, made, take="new")
    assert set(Entry.objects.values_list("grounds", flat=True)) == {"测试事由"}
    assert Entry.objects.count() == 2


def test_changed_rows_alone_need_no_choice(clerk: Client, give: Give) -> None:
    first = give(row(1))
    confirmed(clerk, first)
    made = give(row(1, 列入事由="另一事由"))
    confirmed(clerk, made)
    assert Entry.objects.get().grounds == "另一事由"


def test_a_file_without_a_good_row_cannot_be_confirmed(clerk: Client, give: Give) -> None:
    made = give(row(1, 失信程度="极重"))
    assert reverse("import_confirm", args=[made.pk]) not in text_of(clerk, "import", made)
    assert clerk.post(reverse("import_confirm", args=[made.pk])).status_code == 409
    made.refresh_from_db()
    assert made.status == ImportStatus.CHECKED


def test_an_old_tab_confirms_nothing(clerk: Client, give: Give) -> None:
    made = give(row(1))
    clerk.post(reverse("import_cancel", args=[made.pk]))
    assert clerk.post(reverse("import_confirm", args=[made.pk])).status_code == 409
    assert clerk.get(reverse("import_confirm", args=[made.pk])).status_code == 302
    assert not Entry.objects.exists()
    assert not ImportRow.objects.exists()


def test_a_reviewer_looks_but_does_not_confirm(cast: Cast, give: Give) -> None:
    made = give(row(1))
    reviewer = signed_in(cast.reviewer)
    page = text_of(reviewer, "import", made)
    assert reverse("import_confirm", args=[made.pk]) not in page
    assert reverse("import_cancel", args=[made.pk]) not in page
    assert reviewer.post(reverse("import_confirm", args=[made.pk])).status_code == 403


# Afterwards ------------------------------------------------------------------------------------------------------


def test_the_result_is_in_the_workbench_and_leads_on(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1), row(2, 失信程度="极重"))
    assert figure(cast, "status=CHECKED").count == 1
    confirmed(clerk, made)
    waiting = figure(cast, "TO_SUBMIT")
    assert (waiting.count, figure(cast, "status=CHECKED").count) == (1, 0)
    assert reverse("import", args=[made.pk]) in clerk.get(waiting.url).content.decode()

    answer = clerk.get(reverse("import", args=[made.pk]))
    assert answer.context["drafts"] == 1
    assert [kind["column"] for kind in answer.context["kinds"]] == ["失信程度"], "what was left out stays to be seen"
    chosen = {"all": "1", "query": answer.context["drafts_query"], "confirmed": "1", "expected": "1"}
    clerk.post(reverse("entries_submit"), chosen)
    assert figure(cast, "TO_SUBMIT").count == 0
    shown = clerk.get(reverse("import", args=[made.pk])).context["states"]
    assert [(one["state"], one["count"]) for one in shown] == [(EntryState.IN_REVIEW, 1)]
    rows = clerk.get(shown[0]["url"]).context["table"].rows
    assert len(rows) == 1


def test_an_import_is_undone_with_a_reason_after_its_effect_was_said(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1), row(2))
    confirmed(clerk, made)
    undo = reverse("import_reverse", args=[made.pk])
    assert undo in text_of(clerk, "import", made)
    assert clerk.get(undo).context["effect"].discarded == 2
    assert clerk.post(undo, {"reason": " "}).status_code == 400
    assert Entry.objects.filter(state=EntryState.DRAFT).count() == 2

    assert clerk.post(undo, {"reason": "文件拿错"}).status_code == 302

    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.DISCARDED}
    page = text_of(clerk, "import", made)
    assert "文件拿错" in page
    assert undo not in page
    assert clerk.get(undo).status_code == 302
    assert clerk.post(undo, {"reason": "再来"}).status_code == 409


def test_what_is_published_leaves_only_by_the_review(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1))
    confirmed(clerk, made)
    published(cast, made)
    undo = reverse("import_reverse", args=[made.pk])
    assert clerk.get(undo).context["effect"].proposed == 1
    clerk.post(undo, {"reason": "文件拿错"})
    assert Entry.objects.get().state == EntryState.PUBLISHED
    assert EntryProposal.objects.get().kind == ProposalKind.REMOVAL


def test_what_an_import_changed_is_undone_in_words_before_and_after(cast: Cast, clerk: Client, give: Give) -> None:
    first = give(row(1), row(2))
    confirmed(clerk, first)
    on_the_list = Entry.objects.filter(subject__code=code(1))
    submit_entries(entries=on_the_list, by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=on_the_list, by=cast.actor("reviewer"))
    third = give(row(3))
    confirmed(clerk, third)
    made = give(*[row(number, 列入事由="另一事由") for number in (1, 2, 3)])
    confirmed(clerk, made)
    discard_entries(entries=Entry.objects.filter(from_import=third), by=cast.actor("clerk"), reason="误录")

    clerk.cookies["django_language"] = "en"
    page = text_of(clerk, "import_reverse", made)
    for words in (
        "1 correction that this import proposed waits for its decision and will be withdrawn.",
        "1 draft that was there before gets its earlier values back.",
        "1 entry that was changed cannot be set back and stays as it is; it is named below.",
        "This entry has left the list.",
        "济南测试3有限公司",
    ):
        assert words in page, words
    assert f'href="{reverse("import", args=[made.pk])}"' in text_of(clerk, "proposal", EntryProposal.objects.get())
    clerk.post(reverse("import_reverse", args=[made.pk]), {"reason": "文件拿错"})

    page = text_of(clerk, "import", made)
    for words in (
        "proposed corrections withdrawn: 1",
        "drafts set back to their earlier values: 1",
        "changed entries that could not be set back: 1",
        "This entry has left the list.",
        "济南测试3有限公司",
    ):
        assert words in page, words
    assert Entry.objects.get(subject__code=code(2)).grounds == "测试事由"
    assert EntryProposal.objects.get().state == ProposalState.WITHDRAWN


def test_a_clerk_withdraws_a_proposal_on_its_page(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1))
    confirmed(clerk, made)
    published(cast, made)
    confirmed(clerk, give(row(1, 列入事由="另一事由")))
    proposal = EntryProposal.objects.get()
    page, reviewer = reverse("proposal", args=[proposal.pk]), signed_in(cast.reviewer)
    assert 'value="withdraw"' in clerk.get(page).content.decode()
    assert 'value="withdraw"' not in reviewer.get(page).content.decode()
    assert reviewer.post(page, {"move": "withdraw", "reason": "x"}).status_code == 403
    assert clerk.post(page, {"move": "withdraw", "reason": "误提"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN
    assert 'value="approve"' not in reviewer.get(page).content.decode()


def test_the_cost_of_undoing_does_not_grow_with_the_rows(clerk: Client, give: Give) -> None:
    looking, acting = set(), set()
    for number in (1, 10, 100):
        numbers = range(1_000 * number, 1_000 * number + number)
        confirmed(clerk, give(*[row(one) for one in numbers]))
        made = give(*[row(one, 列入事由="另一事由") for one in numbers])
        confirmed(clerk, made)
        undo = reverse("import_reverse", args=[made.pk])
        with CaptureQueriesContext(connection) as queries:
            clerk.get(undo)
        looking.add(len(queries))
        with CaptureQueriesContext(connection) as queries:
            clerk.post(undo, {"reason": "文件拿错"})
        acting.add(len(queries))
    assert (len(looking), len(acting)) == (1, 1), (looking, acting)


def test_what_is_in_review_must_be_returned_first(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1))
    confirmed(clerk, made)
    submit_entries(entries=Entry.objects.filter(from_import=made), by=cast.actor("clerk"))
    undo = reverse("import_reverse", args=[made.pk])
    page = clerk.get(undo).content.decode()
    assert 'name="reason"' not in page
    assert clerk.post(undo, {"reason": "文件拿错"}).status_code == 409
    assert Entry.objects.get().state == EntryState.IN_REVIEW


def test_another_units_import_is_not_there(cast: Cast, clerk: Client, give: Give) -> None:
    made = give(row(1))
    stranger = signed_in(cast.stranger)
    for name in ("import", "import_confirm", "import_reverse"):
        assert stranger.get(reverse(name, args=[made.pk])).status_code == 404
    for name in ("import_confirm", "import_reverse", "import_cancel", "import_copy"):
        assert stranger.post(reverse(name, args=[made.pk]), {"reason": "x"}).status_code == 404
