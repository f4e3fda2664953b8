"""The initiating unit's own system: what it reads, what it may hand in, and what it may not."""

from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oauth2_provider.models import get_access_token_model
from rest_framework.test import APIClient

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.services.clients import change_client
from lists.enums import EntryState, ImportStatus
from lists.models import Entry, EntryProposal, ListImport, NumberHandout
from lists.services import imports
from lists.services.entries import draft_entry, submit_entries
from lists.services.import_files import COLUMNS
from lists.services.import_jobs import check_import, run_import
from lists.services.import_reversal import reverse_import
from lists.services.publications import publish_entries
from tests.cast import Cast, company_values, publish_many, publish_one
from tests.lists.browser import signed_in
from tests.lists.conftest import Caller
from tests.lists.files import code, row, xlsx

ENTRIES = "/api/v1/entries/"
IMPORTS = "/api/v1/imports/"


def codes_of(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def test_a_unit_reads_its_drafts_and_what_concerns_it(cast: Cast, caller: Caller) -> None:
    published = publish_one(cast)
    draft = draft_entry(credit_list=cast.black, values=company_values(Random(7)), by=cast.actor("clerk"))
    own = caller(cast.court).get(ENTRIES).json()["results"]
    assert [found["id"] for found in own] == [str(draft.pk), str(published.pk)]
    assert own[1]["in_force"] is True
    assert own[1]["entry"]["subject"]["code"] == published.subject.code
    assert own[1]["entry"]["term"]["to"] == published.term_to.isoformat()
    cooperating = caller(cast.finance)
    assert [found["id"] for found in cooperating.get(ENTRIES).json()["results"]] == [str(published.pk)]
    assert cooperating.get(f"{ENTRIES}{published.pk}/").status_code == 200
    assert cooperating.get(f"{ENTRIES}{draft.pk}/").status_code == 404
    stranger = caller(cast.stranger_unit)
    assert stranger.get(ENTRIES).json()["results"] == []
    assert stranger.get(f"{ENTRIES}{published.pk}/").status_code == 404


def test_a_masked_unit_reads_no_document_number(cast: Cast, caller: Caller) -> None:
    number = "379999199003072316"
    entry = publish_one(
        cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=number, name="测某某", representative=""
    )
    assert caller(cast.court).get(f"{ENTRIES}{entry.pk}/").json()["entry"]["subject"]["document_number"] == number
    cast.finance.data_profile = "MASKED"
    cast.finance.save()
    answer = caller(cast.finance).get(f"{ENTRIES}{entry.pk}/")
    assert answer.json()["entry"]["subject"]["document_number"] is None
    assert number not in answer.content.decode()


def test_full_numbers_that_are_read_are_in_the_access_log(cast: Cast, caller: Caller) -> None:
    person = {
        "kind": "NATURAL_PERSON",
        "code": None,
        "document_type": "CITIZEN",
        "name": "测某某",
        "representative": "",
    }
    entry = publish_one(cast, **person, number="379999199003072316")
    organisation = publish_one(cast, seed=2)
    api = caller(cast.finance)
    api.get(ENTRIES)
    api.get(f"{ENTRIES}{entry.pk}/")
    api.get(f"{ENTRIES}{organisation.pk}/")
    logged = NumberHandout.objects.values_list("way", "credit_list__code", "unit__code", "number_count")
    assert list(logged) == [("ENTRIES", "TBLACK", "finance", 1)] * 2
    cast.finance.data_profile = "MASKED"
    cast.finance.save()
    api.get(ENTRIES)
    assert NumberHandout.objects.count() == 2


def test_filters_and_what_is_refused(cast: Cast, caller: Caller) -> None:
    entry = publish_one(cast)
    api = caller(cast.court)
    for query, count in (
        ({"list": cast.black.code}, 1),
        ({"list": cast.red.code}, 0),
        ({"state": "PUBLISHED"}, 1),
        ({"state": "DRAFT"}, 0),
        ({"code": entry.subject.code.lower()}, 1),
        ({"code": code(99)}, 0),
    ):
        assert len(api.get(ENTRIES, query).json()["results"]) == count, query
    for query, error in (
        ({"lists": "X"}, ("unknown_field", "lists")),
        ({"state": "GONE"}, ("invalid_choice", "state")),
        ({"code": "379999199003072316"}, ("bad_code", "code")),
        ({"limit": "501"}, ("max_value", "limit")),
    ):
        answer = api.get(ENTRIES, query)
        assert answer.status_code == 400
        assert codes_of(answer) == [error]


def test_pages_by_key_at_a_constant_cost(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    publish_many(cast, 1)
    costs = []
    for count in (1, 10, 100):
        publish_many(cast, count, seed=count + 1)
        assert api.get(ENTRIES).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            assert api.get(ENTRIES).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] == costs[2]
    seen: list[str] = []
    address: str | None = f"{ENTRIES}?limit=50"
    while address:
        page = api.get(address).json()
        seen += [found["id"] for found in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 112


def test_scopes_and_withdrawn_clients(cast: Cast, caller: Caller) -> None:
    reader = caller(cast.court, "entries:read")
    assert reader.post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart").status_code == 403
    writer = caller(cast.court, "entries:write")
    assert writer.get(ENTRIES).status_code == 403
    assert APIClient().get(ENTRIES).status_code == 401
    token = get_access_token_model().objects.latest("pk")
    client = token.application
    change_client(client, name=client.name, scopes=client.scopes, is_active=False, by=SYSTEM)
    assert writer.post(IMPORTS, {}, format="multipart").status_code == 401


def test_an_import_becomes_drafts_and_no_more(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    answer = api.post(
        IMPORTS, {"list": cast.black.code, "file": xlsx(row(1), row(2), row(3, 失信程度="?"))}, format="multipart"
    )
    assert answer.status_code == 202
    started = answer.json()
    assert started["status"] == ImportStatus.CHECKING
    address = f"{IMPORTS}{started['id']}/"
    assert api.post(f"{address}confirm/", {}, format="json").status_code == 409
    check_import(started["id"])
    checked = api.get(address).json()
    assert (checked["status"], checked["rows"], checked["new"], checked["wrong"]) == ("CHECKED", 3, 2, 1)
    assert [(kind["column"], kind["code"]) for kind in checked["errors"]] == [("失信程度", "unknown_word")]
    assert checked["errors"][0]["first"][0]["row"] == 4
    assert caller(cast.finance).get(address).status_code == 404
    assert caller(cast.finance).post(f"{address}confirm/", {}, format="json").status_code == 404
    assert api.post(f"{address}confirm/", {"publish": True}, format="json").status_code == 400
    assert api.post(f"{address}confirm/", {}, format="json").status_code == 202
    run_import(started["id"])
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.DRAFT}
    assert Entry.objects.filter(made_by=None, made_by_client__isnull=False).count() == 2


def test_what_an_import_refuses(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)

    def hand_in(**data: Any) -> Any:
        return api.post(IMPORTS, data, format="multipart")

    assert codes_of(hand_in(list="NOSUCH", file=xlsx(row(1)))) == [("does_not_exist", "list")]
    assert codes_of(hand_in(list=cast.black.code)) == [("required", "file")]
    assert codes_of(hand_in(list=cast.black.code, file=xlsx(row(1)), publish="1")) == [("unknown_field", "publish")]
    foreign = caller(cast.finance).post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart")
    assert foreign.status_code == 403
    assert codes_of(foreign) == [("not_initiating_unit", None)]
    assert api.post(IMPORTS, {"list": cast.black.code}, format="json").status_code == 415
    assert not ListImport.objects.exists()


def test_the_same_key_has_one_effect(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    content = xlsx(row(1)).getvalue()

    def hand_in(content: bytes, key: str) -> Any:
        file = xlsx()
        file.seek(0)
        file.truncate()
        file.write(content)
        file.seek(0)
        return api.post(
            IMPORTS, {"list": cast.black.code, "file": file}, format="multipart", headers={"Idempotency-Key": key}
        )

    first, second = hand_in(content, "a"), hand_in(content, "a")
    assert first.json() == second.json()
    assert ListImport.objects.count() == 1
    assert hand_in(xlsx(row(2)).getvalue(), "a").status_code == 422
    check_import(first.json()["id"])
    known = hand_in(content, "b")
    assert known.status_code == 409
    assert codes_of(known) == [("file_known", "file")]


def test_a_checked_import_is_cancelled_and_its_file_may_come_again(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    started = api.post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart").json()
    cancel = f"{IMPORTS}{started['id']}/cancel/"
    assert codes_of(api.post(cancel, {}, format="json")) == [("import_not_checked", None)]
    check_import(started["id"])
    assert caller(cast.finance).post(cancel, {}, format="json").status_code == 404
    assert caller(cast.court, "entries:read").post(cancel, {}, format="json").status_code == 403
    assert codes_of(api.post(cancel, {"why": "x"}, format="json")) == [("unknown_field", "why")]
    answer = api.post(cancel, {}, format="json", headers={"Idempotency-Key": "c"})
    assert (answer.status_code, answer.json()["status"]) == (200, ImportStatus.CANCELLED)
    assert api.post(cancel, {}, format="json", headers={"Idempotency-Key": "c"}).content == answer.content
    assert codes_of(api.post(cancel, {}, format="json")) == [("import_not_checked", None)]
    assert handed_in(api, cast, row(1))["status"] == ImportStatus.CHECKED


def test_no_more_imports_than_the_unit_can_finish(cast: Cast, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_UNFINISHED", 2)
    api = caller(cast.court)
    first = handed_in(api, cast, row(1))
    handed_in(api, cast, row(2))
    refused = api.post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(3))}, format="multipart")
    assert (refused.status_code, codes_of(refused)) == (409, [("imports_waiting", "file")])
    confirmed(api, first)
    handed_in(api, cast, row(3))


def test_page_of_imports_names_the_client(cast: Cast, caller: Caller) -> None:
    caller(cast.court).post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart")
    list_import = ListImport.objects.get()
    check_import(list_import.pk)
    clerk = signed_in(cast.clerk)
    assert "系统" in clerk.get(reverse("imports")).content.decode()
    assert clerk.get(reverse("import", args=[list_import.pk])).status_code == 200


# What an import answers ------------------------------------------------------------------------------------------


def handed_in(api: APIClient, cast: Cast, *rows: list[Any], **given: Any) -> dict[str, Any]:
    """The answer for a file that was handed in and checked."""
    file = xlsx(*rows, **given)
    started = api.post(IMPORTS, {"list": cast.black.code, "file": file}, format="multipart")
    assert started.status_code == 202, started.content
    check_import(started.json()["id"])
    return api.get(f"{IMPORTS}{started.json()['id']}/").json()


def confirmed(api: APIClient, answer: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The answer for an import that was confirmed and run."""
    address = f"{IMPORTS}{answer['id']}/"
    confirmation = api.post(f"{address}confirm/", given, format="json")
    assert confirmation.status_code == 202, confirmation.content
    assert confirmation.json()["status"] == ImportStatus.IMPORTING
    run_import(answer["id"])
    return api.get(address).json()


def test_the_fields_of_an_import_before_and_after_each_step(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    started = api.post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1), row(2))}, format="multipart").json()
    nothing = {"refusal": "", "refusal_code": "", "errors": [], "changes": [], "imported_at": None, "reversed_at": None}
    counts = {"changed": 0, "same": 0, "wrong": 0, "left_out": 0}
    waiting = {"status": "CHECKING", "list": cast.black.code, "rows": 0, "new": 0, "of": 0, "progress": 0, "sheet": ""}
    whose = {"unit": "court", "source": None}
    assert started == {"id": started["id"], **nothing, **counts, **waiting, **whose}
    check_import(started["id"])
    checked = api.get(f"{IMPORTS}{started['id']}/").json()
    assert checked["progress"] == checked["of"]
    assert {name: checked[name] for name in ("status", "rows", "new", "sheet")} == {
        "status": "CHECKED", "rows": 2, "new": 2, "sheet": "Sheet1",
    }  # fmt: skip
    done = confirmed(api, checked)
    assert (done["status"], done["new"], done["progress"], done["of"]) == ("IMPORTED", 2, 2, 2)
    assert done["imported_at"] is not None


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "缺少"), ("en", "missing columns: 披露方式")])
def test_a_refused_file_is_told_in_the_language_of_who_asks(
    cast: Cast, caller: Caller, language: str, words: str
) -> None:
    api = caller(cast.court)
    answer = handed_in(api, cast, row(1), header=(*COLUMNS[:-1], "备注"))
    assert (answer["status"], answer["refusal_code"], answer["rows"]) == ("REFUSED", "header_wrong", 0)
    said = api.get(f"{IMPORTS}{answer['id']}/", headers={"Accept-Language": language}).json()["refusal"]
    assert words in said
    assert "备注" in said


def test_changed_rows_are_shown_and_revise_drafts_only_when_asked_for(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    confirmed(api, handed_in(api, cast, row(1), row(2)))
    changed = handed_in(api, cast, row(1, 列入事由="另一事由"), row(2), row(3))
    assert (changed["new"], changed["changed"], changed["same"]) == (1, 1, 1)
    entry = Entry.objects.get(document_number="测〔2026〕1号")
    difference = {"field": "grounds", "old": "测试事由", "new": "另一事由"}
    assert changed["changes"] == [{"row": 2, "entry": str(entry.pk), "differences": [difference]}]
    without = confirmed(api, changed)
    assert (without["changed"], without["changes"], without["left_out"]) == (1, [], 0)
    assert Entry.objects.get(pk=entry.pk).grounds == "测试事由"
    again = handed_in(api, cast, row(1, 列入事由="另一事由"), row(2), row(3), row(4))
    confirmed(api, again, with_changes=True)
    entry.refresh_from_db()
    assert (entry.grounds, entry.made_by, entry.made_by_client is not None) == ("另一事由", None, True)


def test_a_machine_corrects_no_published_entry(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    confirmed(api, handed_in(api, cast, row(1)))
    drafts = Entry.objects.all()
    submit_entries(entries=drafts, by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=drafts, by=cast.actor("reviewer"))
    answer = confirmed(api, handed_in(api, cast, row(1, 列入事由="另一事由"), row(2)), with_changes=True)
    assert (answer["new"], answer["left_out"]) == (1, 1)
    assert [(kind["code"], kind["count"], kind["first"][0]["row"]) for kind in answer["errors"]] == [
        ("not_by_machine", 1, 2)
    ]
    assert not EntryProposal.objects.exists()


def test_what_another_file_was_given_for_is_not_confirmed_with_changes_by_a_machine(cast: Cast, caller: Caller) -> None:
    confirmed(caller(cast.court), handed_in(caller(cast.court), cast, row(1)))
    changed = handed_in(caller(cast.court), cast, row(1, 列入事由="另一事由"))
    other = caller(cast.court).post(f"{IMPORTS}{changed['id']}/confirm/", {"with_changes": True}, format="json")
    assert other.status_code == 409
    assert codes_of(other) == [("changes_of_another", None)]


def test_errors_are_masked_grouped_and_explained_in_the_callers_language(cast: Cast, caller: Caller) -> None:
    api, number = caller(cast.court), "379999199003072317"
    person = {"主体类别": "自然人", "统一社会信用代码": "", "证件类型": "居民身份证", "证件号码": number}
    answer = handed_in(api, cast, row(1, **person), *[row(line, 失信程度="极重") for line in range(2, 9)])
    assert number not in str(answer)
    kinds = {kind["code"]: kind for kind in answer["errors"]}
    assert (kinds["unknown_word"]["count"], len(kinds["unknown_word"]["first"])) == (7, 5)
    assert kinds["bad_citizen_number"]["first"][0]["value"].startswith(number[:6])
    english = api.get(f"{IMPORTS}{answer['id']}/", headers={"Accept-Language": "en"}).json()
    assert english["errors"][0]["first"][0]["expected"] == "One of these words: 轻微, 一般, 严重."
    assert {one["sheet"] for kind in english["errors"] for one in kind["first"]} == {english["sheet"]} != {""}


def test_every_wrong_row_is_told_in_the_order_of_the_file(cast: Cast, caller: Caller) -> None:
    api, number = caller(cast.court), "379999199003072317"
    person = {"主体类别": "自然人", "统一社会信用代码": "", "证件类型": "居民身份证", "证件号码": number}
    wrong = [row(line, 失信程度="极重", 文书日期="昨天") for line in range(2, 9)]
    answer = handed_in(api, cast, row(1), *wrong, row(9, **person))
    address = f"{IMPORTS}{answer['id']}/errors/"
    page = api.get(address, {"limit": 5}, headers={"Accept-Language": "en"}).json()
    assert [found["row"] for found in page["results"]] == [3, 4, 5, 6, 7]
    assert {found["sheet"] for found in page["results"]} == {answer["sheet"]} != {""}
    assert {error["column"]: (error["code"], error["value"]) for error in page["results"][0]["errors"]} == {
        "失信程度": ("unknown_word", "极重"), "文书日期": ("bad_date", "昨天"),
    }  # fmt: skip
    assert "A date such as 2026-03-31." in [error["expected"] for error in page["results"][0]["errors"]]
    rest = api.get(page["next"])
    assert [found["row"] for found in rest.json()["results"]] == [8, 9, 10]
    assert rest.json()["next"] is None
    assert number not in rest.content.decode()
    assert codes_of(api.get(address, {"rows": 1})) == [("unknown_field", "rows")]
    assert caller(cast.finance).get(address).status_code == 404
    assert caller(cast.court, "entries:read").get(address).status_code == 403


def test_of_a_file_that_was_not_checked_no_errors_are_told(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    started = api.post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart").json()
    assert codes_of(api.get(f"{IMPORTS}{started['id']}/errors/")) == [("import_not_checked", None)]


def test_a_reversal_is_told_to_the_machine_too(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    done = confirmed(api, handed_in(api, cast, row(1)))
    reverse_import(list_import=ListImport.objects.get(), by=cast.actor("clerk"), reason="文件有误")
    assert api.get(f"{IMPORTS}{done['id']}/").json()["reversed_at"] is not None
    assert handed_in(api, cast, row(1))["status"] == "CHECKED"
