"""Bulletins: numbered without gaps, never changed, and what passers-by may read of them."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import Disclosure, ExitReason
from lists.services.purging import purge
from lists.services.removals import remove_entry
from sanctions.models import Bulletin, CaseReport
from sanctions.selectors import public_bulletins, public_cases
from sanctions.services.bulletins import (
    discard_bulletin,
    draft_bulletin,
    issue_bulletin,
    move_bulletin,
    revise_bulletin,
    withdraw_bulletin,
)
from sanctions.services.cases import send_back_case
from sanctions.services.executions import cancel_execution
from tests.cast import Cast, make_cast
from tests.sanctions.conftest import a_case, a_person, issued

JINAN = ZoneInfo("Asia/Shanghai")
COMPANY = "济南案例测试有限公司"


def refusal_of(call: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value


def shown(bulletin: Bulletin, client: Client | None = None) -> str:
    answer = (client or Client()).get(
        reverse("public_bulletin", args=[bulletin.year, bulletin.serial]), headers={"Accept-Language": "zh-CN"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


# Numbers


def test_numbers_have_no_gaps_and_begin_anew_each_year(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 23, 0, tzinfo=JINAN), tick=False):
        first = issued(cast, a_case(cast, "ADOPTED", seed=1))
        drafted = draft_bulletin(title="不印发", text="", cases=[], by=cast.actor("coordinator"))
        discard_bulletin(bulletin=drafted, by=cast.actor("coordinator"), reason="不需要")
        refused = a_case(cast, "ADOPTED", seed=2)
        cancel_execution(execution=refused.execution, by=cast.actor("finance_clerk"), reason="误填")
        assert refusal_of(lambda: issued(cast, refused)).code == "case_not_free"
        withdraw_bulletin(bulletin=first, by=cast.actor("coordinator"), reason="文字有误")
        second = issued(cast, a_case(cast, "ADOPTED", seed=3))
    with time_machine.travel(datetime(2027, 1, 1, 0, 30, tzinfo=JINAN), tick=False):
        third = issued(cast, a_case(cast, "ADOPTED", seed=4))
    numbers = ["案例通报〔2026〕1号", "案例通报〔2026〕2号", "案例通报〔2027〕1号"]
    assert [one.number for one in (first, second, third)] == numbers
    assert not Bulletin.objects.get(state="DISCARDED").number


@pytest.mark.django_db(transaction=True)
def test_two_issued_at_once_get_two_numbers() -> None:
    cast = make_cast()
    coordinator = cast.actor("coordinator")
    drafts = [
        draft_bulletin(title=f"第{n}", text="", cases=[a_case(cast, "ADOPTED", seed=n).pk], by=coordinator)
        for n in (1, 2)
    ]
    barrier = threading.Barrier(2)

    def issue(bulletin: Bulletin) -> None:
        barrier.wait(10)
        issue_bulletin(bulletin=bulletin, by=cast.actor("coordinator"))
        connection.close()

    threads = [threading.Thread(target=issue, args=[one]) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(Bulletin.objects.values_list("serial", flat=True)) == [1, 2]


# What is issued


def test_the_cases_go_out_with_the_bulletin(cast: Cast) -> None:
    first, second = (a_case(cast, "ADOPTED", seed=seed) for seed in (1, 2))
    coordinator = cast.actor("coordinator")
    draft = draft_bulletin(title="第一期", text="", cases=[first.pk, second.pk], by=coordinator)
    other = draft_bulletin(title="第二期", text="", cases=[], by=coordinator)
    again = refusal_of(lambda: revise_bulletin(bulletin=other, title="x", text="", cases=[first.pk], by=coordinator))
    assert again.code == "case_not_free"
    revise_bulletin(bulletin=draft, title="第一期", text="正文", cases=[second.pk], by=coordinator)
    bulletin = issue_bulletin(bulletin=draft, by=coordinator)
    assert list(bulletin.cases.values_list("pk", "state")) == [(second.pk, "IN_BULLETIN")]
    assert second.moves.get(name="circulate").reason == bulletin.number
    assert CaseReport.objects.get(pk=first.pk).bulletin is None
    assert refusal_of(lambda: issue_bulletin(bulletin=draft, by=coordinator)).code == "move_not_open"
    changed = refusal_of(lambda: revise_bulletin(bulletin=draft, title="x", text="", cases=[], by=coordinator))
    assert changed.code == "bulletin_not_revisable"
    for change in ({"text": "改写"}, {"serial": 9}, {"is_public": False}):
        with pytest.raises(InternalError, match="says_what_it_said"), transaction.atomic():
            Bulletin.objects.filter(pk=bulletin.pk).update(**change)


def test_an_empty_bulletin_is_not_issued(cast: Cast) -> None:
    draft = draft_bulletin(title="空", text="", cases=[], by=cast.actor("coordinator"))
    assert refusal_of(lambda: issue_bulletin(bulletin=draft, by=cast.actor("coordinator"))).code == "bulletin_empty"


def test_a_flawed_case_stops_the_issue_and_is_named(cast: Cast) -> None:
    case = a_case(cast, "ADOPTED", name=COMPANY)
    draft = draft_bulletin(title="第一期", text="", cases=[case.pk], by=cast.actor("coordinator"))
    cancel_execution(execution=case.execution, by=cast.actor("finance_clerk"), reason="误填")
    refused = refusal_of(lambda: issue_bulletin(bulletin=draft, by=cast.actor("coordinator")))
    assert refused.code == "case_flawed"
    assert case.title in str(refused)
    assert Bulletin.objects.get().number == ""
    send_back_case(case=case, by=cast.actor("coordinator"), reason="反馈已撤销")
    assert not draft.cases.exists()


@pytest.mark.parametrize("words", [f"{COMPANY}一案", "负责人李某测", "欧阳测试", a_person()["number"]])
def test_the_coordinators_own_words_name_nobody(cast: Cast, words: str) -> None:
    cases = [
        a_case(cast, "ADOPTED", seed=1, name=COMPANY, representative="李某测"),
        a_case(cast, "ADOPTED", seed=2, **a_person()),
    ]
    draft = draft_bulletin(title="草稿", text="", cases=[case.pk for case in cases], by=cast.actor("coordinator"))
    for title, text in ((words, ""), ("第一期", f"概述。\n{words}")):
        kept = {"title": title, "text": text, "cases": [case.pk for case in cases], "by": cast.actor("coordinator")}
        revise_bulletin(bulletin=draft, **kept)
        refused = refusal_of(lambda: issue_bulletin(bulletin=draft, by=cast.actor("coordinator")))
        assert refused.code in ("person_named", "number_told")
        assert "李某测" not in str(refused)
    assert not Bulletin.objects.exclude(serial=None).exists()


def test_a_withdrawn_bulletin_keeps_its_number_and_frees_its_cases(cast: Cast) -> None:
    coordinator = cast.actor("coordinator")
    case = a_case(cast, "ADOPTED", name=COMPANY)
    bulletin = issued(cast, case)
    named = refusal_of(lambda: withdraw_bulletin(bulletin=bulletin, by=coordinator, reason=f"{COMPANY}有误"))
    assert named.code == "person_named"
    withdrawn = withdraw_bulletin(bulletin=bulletin, by=coordinator, reason="文字有误")
    assert (withdrawn.number, withdrawn.state, withdrawn.withdrawn_on) == (bulletin.number, "WITHDRAWN", clock.today())
    case.refresh_from_db()
    assert (case.state, case.bulletin) == ("ADOPTED", None)
    assert issued(cast, case, title="更正后的通报").serial == 2
    page = shown(withdrawn)
    assert "已于" in page
    assert COMPANY not in page
    assert "文字有误" not in page


@pytest.mark.parametrize("who", ["finance_clerk", "reviewer", "auditor", "stranger"])
def test_only_the_coordinator_keeps_bulletins(cast: Cast, who: str) -> None:
    bulletin = issued(cast, a_case(cast, "ADOPTED"))
    draft = draft_bulletin(title="草稿", text="", cases=[], by=cast.actor("coordinator"))
    actor = cast.actor(who)
    assert refusal_of(lambda: draft_bulletin(title="x", text="", cases=[], by=actor)).code == "act_not_allowed"
    for one, move in ((bulletin, "withdraw"), (draft, "issue"), (draft, "discard")):
        refused = refusal_of(lambda o=one, m=move: move_bulletin(bulletin=o, name=m, by=actor, reason="x"))  # type: ignore[misc]
        assert refused.code in ("act_not_allowed", "not_found")
    assert (draft in Bulletin.objects.visible_to(actor)) is (who == "auditor")
    assert bulletin in Bulletin.objects.visible_to(actor)


def test_a_discarded_draft_is_emptied_when_its_time_is_over(cast: Cast) -> None:
    coordinator = cast.actor("coordinator")
    case = a_case(cast, "ADOPTED")
    draft = draft_bulletin(title="李某测", text="李某测", cases=[case.pk], by=coordinator)
    discard_bulletin(bulletin=draft, by=coordinator, reason="李某测")
    case.refresh_from_db()
    assert case.bulletin is None
    with time_machine.travel(clock.now() + timedelta(days=367), tick=False):
        assert purge()["bulletins"] == 1
    draft.refresh_from_db()
    assert (draft.title, draft.text, draft.moves.get(name="discard").reason) == ("", "", "")


# The public site


def test_passers_by_read_the_cases_of_organisations_only(cast: Cast, client: Client) -> None:
    company = a_case(cast, "ADOPTED", seed=1, name=COMPANY, representative="李某测")
    human = a_case(cast, "ADOPTED", seed=2, **a_person())
    inner = a_case(cast, "ADOPTED", seed=3, name="济南内部测试公司", disclosure=Disclosure.GOVERNMENT)
    bulletin = issued(cast, company, human, inner)
    page = shown(bulletin)
    assert COMPANY in page
    for hidden in ("李某测", "欧", "济南内部测试公司"):
        assert hidden not in page
    answer = client.get(reverse("public_bulletins"))
    assert bulletin.number in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, noarchive"


def test_a_bulletin_of_persons_alone_is_not_there_for_the_public(cast: Cast, client: Client) -> None:
    bulletin = issued(cast, a_case(cast, "ADOPTED", **a_person()))
    assert not public_bulletins().exists()
    assert client.get(reverse("public_bulletin", args=[bulletin.year, bulletin.serial])).status_code == 404
    assert bulletin.number not in client.get(reverse("public_bulletins")).content.decode()
    assert client.get(reverse("public_bulletin", args=[2026, 99])).status_code == 404


@pytest.mark.parametrize(
    ("end", "note"),
    [
        ("cancelled", "被撤销、更正或者删除"),
        ("upheld", "被撤销、更正或者删除"),
        ("repaired", "公示期已满"),
        ("over", "公示期已满"),
    ],
)
def test_what_may_not_be_read_any_more_is_taken_off_at_once(cast: Cast, end: str, note: str) -> None:
    case, other = a_case(cast, "ADOPTED", seed=1, name=COMPANY), a_case(cast, "ADOPTED", seed=2)
    bulletin = issued(cast, case, other)
    assert COMPANY in shown(bulletin)
    now = clock.now()
    if end == "cancelled":
        cancel_execution(execution=case.execution, by=cast.actor("finance_clerk"), reason="误填")
    elif end != "over":
        reason = ExitReason.OBJECTION_UPHELD if end == "upheld" else ExitReason.REPAIRED
        by = cast.actor("second_reviewer")
        remove_entry(entry=case.entry, exit_reason=reason, made_by=cast.clerk, by=by, reason="成立")
    with time_machine.travel(now + timedelta(days=3650 if end == "over" else 0, seconds=1), tick=False):
        page = shown(bulletin)
    assert COMPANY not in page
    assert note in page
    assert bulletin.text in page
    if end != "over":
        assert other.title in page


def test_the_page_costs_the_same_for_one_case_and_for_many(cast: Cast, django_assert_num_queries: Any) -> None:
    few = issued(cast, a_case(cast, "ADOPTED", seed=1))
    many = issued(cast, *(a_case(cast, "ADOPTED", seed=seed) for seed in range(2, 7)))
    for bulletin, count in ((few, 1), (many, 5)):
        with django_assert_num_queries(1):
            assert len(public_cases(bulletin)) == count
