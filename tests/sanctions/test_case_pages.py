"""The pages of cases and bulletins, walked through with forms; what others see of them; the same by REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.workbench import counters_for, menu_for
from sanctions.models import Bulletin, CaseReport, Execution
from sanctions.services.bulletins import draft_bulletin, withdraw_bulletin
from sanctions.services.case_texts import prefilled
from sanctions.services.cases import report_case, send_back_case
from sanctions.services.executions import cancel_execution
from tests.cast import Cast, make_user
from tests.sanctions.conftest import a_case, an_execution, issued
from tests.sanctions.test_api import error_of

Connect = Callable[..., Any]
COMPANY = "济南案例测试有限公司"


def page_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "zh-CN"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_from_the_execution_to_the_bulletin_by_forms(cast: Cast) -> None:
    execution = an_execution(cast, name=COMPANY, representative="李某测")
    unit, coordinator = page_of(cast.finance_clerk), page_of(cast.coordinator)
    chosen = text_of(unit.get("/cases/new/"))
    assert reverse("case_new", args=[execution.pk]) in chosen
    form = unit.get(f"/cases/new/{execution.pk}/")
    assert COMPANY in text_of(form)
    typed = {**form.context["form"].initial, "effect": "李某测已缴清欠款。"}
    unit.post(f"/cases/new/{execution.pk}/", typed)
    case = CaseReport.objects.get()
    refused = unit.post(f"/cases/{case.pk}/move/", {"move": "report"}, follow=True)
    assert "李**" in text_of(refused)
    assert CaseReport.objects.get().state == "DRAFT"
    unit.post(f"/cases/{case.pk}/edit/", {**typed, "effect": "已缴清欠款。"})
    unit.post(f"/cases/{case.pk}/move/", {"move": "report"})
    coordinator.post(f"/cases/{case.pk}/move/", {"move": "send_back", "reason": "请\x00写明成效"})
    assert "请写明成效" in text_of(unit.get(f"/cases/{case.pk}/"))
    unit.post(f"/cases/{case.pk}/move/", {"move": "report"})
    coordinator.post(f"/cases/{case.pk}/move/", {"move": "adopt"})
    assert unit.get(f"/cases/{case.pk}/edit/").status_code == 404
    assert reverse("case_new", args=[execution.pk]) not in text_of(unit.get("/cases/new/"))
    assert unit.get(f"/cases/new/{execution.pk}/").status_code == 404

    empty = coordinator.post("/bulletins/new/", {"title": "", "cases": [case.pk]})
    assert empty.context["form"].errors["title"]
    coordinator.post("/bulletins/new/", {"title": "第一期", "text": "概述", "cases": [case.pk]})
    bulletin = Bulletin.objects.get()
    assert unit.get(f"/bulletins/{bulletin.pk}/").status_code == 404
    assert COMPANY in text_of(coordinator.get(f"/bulletins/{bulletin.pk}/"))
    coordinator.post(f"/bulletins/{bulletin.pk}/edit/", {"title": "第一期", "text": "综述", "cases": [case.pk]})
    coordinator.post(f"/bulletins/{bulletin.pk}/move/", {"move": "issue"})
    for reader in (cast.finance_clerk, cast.reviewer, cast.stranger, cast.auditor):
        page = text_of(page_of(reader).get(f"/bulletins/{bulletin.pk}/"))
        assert "综述" in page
        assert COMPANY in page
    assert coordinator.get(f"/bulletins/{bulletin.pk}/edit/").status_code == 404
    withdraw_bulletin(bulletin=bulletin, by=cast.actor("coordinator"), reason="文字有误")
    page = text_of(unit.get(f"/bulletins/{bulletin.pk}/"))
    assert "文字有误" in page
    assert COMPANY not in page


def test_two_who_write_one_draft_are_told_and_nothing_is_lost(cast: Cast) -> None:
    case, unit = a_case(cast), page_of(cast.finance_clerk)
    other = page_of(make_user("finance-other", cast.finance, Role.CLERK))
    path = f"/cases/{case.pk}/edit/"
    stale = unit.get(path).context["form"].initial
    seen = other.get(path).context["form"].initial
    assert other.post(path, {**seen, "effect": "另一人所写"}).status_code == 302
    refused = unit.post(path, {**stale, "title": "本人所写"})
    page = text_of(refused)
    assert (refused.status_code, CaseReport.objects.get().effect) == (409, "另一人所写")
    assert all(words in page for words in ("finance-other", "另一人所写", "本人所写", stale["effect"]))
    form = refused.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    assert unit.post(path, {**sent, "effect": "合并后"}).status_code == 302
    assert (CaseReport.objects.get().title, CaseReport.objects.get().effect) == ("本人所写", "合并后")


def test_what_was_typed_stays_when_the_case_was_reported_meanwhile(cast: Cast) -> None:
    case, unit = a_case(cast), page_of(cast.finance_clerk)
    path = f"/cases/{case.pk}/edit/"
    typed = {**unit.get(path).context["form"].initial, "title": "本人所写"}
    report_case(case=case, by=cast.actor("finance_clerk"))
    refused = unit.post(path, typed)
    assert refused.context["form"].errors
    assert "本人所写" in text_of(refused)
    assert page_of(cast.stranger).post(path, typed).status_code == 404


def test_the_executions_page_offers_a_case_where_one_can_be_made(cast: Cast) -> None:
    done = an_execution(cast, seed=11)
    a_case(cast, seed=12)
    cancelled = cancel_execution(execution=an_execution(cast, seed=13), by=cast.actor("finance_clerk"), reason="误填")
    offered = text_of(page_of(cast.finance_clerk).get("/executions/"))
    assert [one for one in Execution.objects.all() if reverse("case_new", args=[one.pk]) in offered] == [done]
    assert cancelled.cancel_reason in offered
    assert "/cases/new/" not in text_of(page_of(cast.clerk).get("/executions/")), "it is another unit's"


def test_the_counters_equal_their_lists(cast: Cast) -> None:
    a_case(cast, "RETURNED", seed=1)
    a_case(cast, "REPORTED", seed=2)
    a_case(cast, "IN_BULLETIN", seed=3)
    for user, name in ((cast.finance_clerk, "finance_clerk"), (cast.coordinator, "coordinator")):
        ours = [one for one in counters_for(cast.actor(name)) if one.url.startswith(("/cases/", "/bulletins/"))]
        assert [one.count for one in ours] == [1, 1]
        for one in ours:
            assert page_of(user).get(one.url).context["total"] == one.count


def test_a_flawed_case_is_marked_and_no_bulletin_shows_it(cast: Cast) -> None:
    case = a_case(cast, "IN_BULLETIN", name=COMPANY)
    assert case.bulletin is not None
    cancel_execution(execution=case.execution, by=cast.actor("finance_clerk"), reason="误填")
    bulletin = text_of(page_of(cast.stranger).get(f"/bulletins/{case.bulletin.pk}/"))
    assert COMPANY not in bulletin
    assert "已撤下的案例" in bulletin
    unit = page_of(cast.finance_clerk)
    assert "执行反馈已撤销" in text_of(unit.get(f"/cases/{case.pk}/"))
    assert unit.get("/cases/?flawed=yes").context["total"] == 1


def test_strangers_get_the_same_answer_as_for_nothing(cast: Cast) -> None:
    draft, returned = a_case(cast, seed=1), a_case(cast, "RETURNED", seed=2)
    free = an_execution(cast, seed=3)
    letter = draft_bulletin(title="草稿", text="", cases=[], by=cast.actor("coordinator"))
    page = page_of(cast.transport_clerk)
    paths = [
        *(("get", f"/cases/{one.pk}/") for one in (draft, returned)),
        ("get", f"/cases/{draft.pk}/edit/"),
        ("post", f"/cases/{draft.pk}/move/"),
        ("get", f"/cases/new/{free.pk}/"),
        ("get", f"/bulletins/{letter.pk}/"),
    ]
    for method, path in paths:
        assert getattr(page, method)(path).status_code == 404, path
        assert getattr(Client(), method)(path).status_code == 302, path
    assert page.get("/cases/").context["total"] == 0
    assert page_of(cast.coordinator).get(f"/cases/{draft.pk}/").status_code == 404
    assert page_of(cast.coordinator).get(f"/cases/{returned.pk}/edit/").status_code == 403
    for path in ("/bulletins/new/", f"/bulletins/{letter.pk}/edit/"):
        assert page_of(cast.finance_clerk).get(path).status_code == 403
    assert page.post(f"/bulletins/{letter.pk}/move/").status_code == 403


def test_the_audit_reads_everything_and_decides_nothing(cast: Cast) -> None:
    case = a_case(cast)
    page = page_of(cast.auditor)
    assert page.get("/cases/").context["total"] == 1
    assert text_of(page.get(f"/cases/{case.pk}/")).count("move-buttons") == 0
    page.post(f"/cases/{case.pk}/move/", {"move": "report"})
    assert CaseReport.objects.get().state == "DRAFT"
    assert "cases" in [item.url_name for item in menu_for(cast.actor("auditor"))]


def test_the_pages_cost_the_same_for_one_row_and_for_many(cast: Cast) -> None:
    unit = page_of(cast.finance_clerk)

    def cost(path: str) -> int:
        unit.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert unit.get(path).status_code == 200
        return len(captured)

    paths = ["/cases/", "/cases/new/", "/bulletins/"]
    cases = [a_case(cast, "ADOPTED", seed=1)]
    an_execution(cast, seed=2)
    one = issued(cast, *cases)
    few = [*map(cost, [*paths, f"/bulletins/{one.pk}/"])]
    cases = [a_case(cast, "ADOPTED", seed=seed) for seed in range(3, 9)]
    for seed in range(9, 14):
        an_execution(cast, seed=seed)
    six = issued(cast, *cases)
    many = [*map(cost, [*paths, f"/bulletins/{six.pk}/"])]
    assert many == few


# REST


def body(execution: Any, **more: Any) -> dict[str, Any]:
    return {"execution": execution.pk, **vars(prefilled(execution)), **more}


def test_a_units_system_reports_a_case_and_reads_how_it_stands(cast: Cast, api: Connect) -> None:
    execution = an_execution(cast, name=COMPANY, representative="李某测")
    call = api(cast.finance, "cases")
    named = call("post", "cases/", body(execution, effect="李某测已履行"))
    assert error_of(named)[:2] == (400, "person_named")
    assert not CaseReport.objects.exists()
    sent, key = body(execution), {"Idempotency-Key": "k-1"}
    made, again = (call("post", "cases/", sent, **key) for _ in range(2))
    assert (made.status_code, made.json()) == (201, again.json())
    assert made.json()["state"] == "REPORTED"
    case = CaseReport.objects.get()
    assert case.made_by_client is not None
    assert error_of(call("post", "cases/", sent))[:2] == (409, "case_exists")
    send_back_case(case=case, by=cast.actor("coordinator"), reason="请补充")
    stands = call("get", f"cases/{case.pk}/").json()
    assert (stands["state"], stands["reason"], stands["flaw"], stands["bulletin"]) == ("RETURNED", "请补充", None, None)
    cancel_execution(execution=execution, by=cast.actor("finance_clerk"), reason="误填")
    assert call("get", f"cases/{case.pk}/").json()["flaw"] == "CANCELLED"


def test_another_units_case_is_not_there_by_rest(cast: Cast, api: Connect) -> None:
    case, free = a_case(cast, "REPORTED", seed=1), an_execution(cast, seed=2)
    other = api(cast.transport, "cases")
    for foreign, missing in (
        (other("get", f"cases/{case.pk}/"), other("get", "cases/999999/")),
        (other("post", "cases/", body(free)), other("post", "cases/", {**body(free), "execution": 10**12})),
    ):
        assert (foreign.status_code, foreign.json()) == (404, missing.json())


@pytest.mark.parametrize("scope", ["feed", "screening", "feedback", "entries:write"])
def test_the_calls_need_their_scope(cast: Cast, api: Connect, scope: str) -> None:
    call = api(cast.finance, scope)
    assert call("post", "cases/", {}).status_code == 403
    assert call("get", "cases/1/").status_code == 403


def test_extra_fields_are_refused(cast: Cast, api: Connect) -> None:
    sent = {**body(an_execution(cast)), "state": "ADOPTED"}
    assert error_of(api(cast.finance, "cases")("post", "cases/", sent))[:2] == (400, "unknown_field")
