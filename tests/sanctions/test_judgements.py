"""A unit judges that a listed party with a like name is another one: remembered, shown next time, clearing nobody."""

from collections.abc import Callable
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.kernel.errors import DomainError
from lists.models import Entry
from lists.services.synthetic import uscc
from sanctions.models import NotSameParty, Screening
from sanctions.selectors.screenings import judgements_on
from sanctions.services.judgements import judge_not_same, withdraw_judgement
from sanctions.services.purging import purge_answers
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import Call, organisation, screened

NAME = "济南鲁泉商贸有限公司"


def test_it_is_shown_when_the_unit_looks_the_name_up_again(cast: Cast) -> None:
    entry, clerk = publish_one(cast, name=NAME), cast.actor("finance_clerk")
    first = screened(organisation(name=NAME), clerk)
    made = judge_not_same(screening=first, entry_id=entry.pk, by=clerk, reason="统一社会信用代码不同")
    again = publish_one(cast, name=NAME, code=entry.subject.code, seed=2)  # the same party on another document
    next_time = screened(organisation(name=NAME), clerk)
    assert (next_time.result, len(next_time.suggestions)) == ("UNKNOWN", 2)
    assert judgements_on(next_time, [entry.pk, again.pk]) == {entry.pk: made, again.pk: made}
    assert judgements_on(screened(organisation(name="鲁泉商贸"), clerk), [entry.pk]) == {}
    assert judgements_on(screened(organisation(name=NAME), cast.actor("transport_clerk")), [entry.pk]) == {}


def test_what_is_refused(cast: Cast) -> None:
    entry, clerk = publish_one(cast, name=NAME), cast.actor("finance_clerk")
    screening = screened(organisation(name=NAME), clerk)

    def refusal(act: Callable[..., object], reason: str = "代码不同", **other: object) -> str:
        with pytest.raises(DomainError) as refused:
            act(**{"screening": screening, "entry_id": entry.pk, "by": clerk, "reason": reason, **other})
        return refused.value.code

    assert refusal(judge_not_same, reason=" ") == "reason_missing"
    assert refusal(judge_not_same, entry_id=publish_one(cast, seed=5).pk) == "not_found"
    assert refusal(judge_not_same, by=cast.actor("transport_clerk")) == "not_found"
    assert refusal(judge_not_same, by=cast.actor("coordinator")) == "act_not_allowed"
    assert refusal(withdraw_judgement) == "not_found"
    judge_not_same(screening=screening, entry_id=entry.pk, by=clerk, reason="代码不同")
    assert refusal(judge_not_same) == "already_judged"
    assert refusal(withdraw_judgement, reason="") == "reason_missing"
    withdraw_judgement(screening=screening, entry_id=entry.pk, by=clerk, reason="误判")
    assert judgements_on(screening, [entry.pk]) == {}
    judge_not_same(screening=screening, entry_id=entry.pk, by=clerk, reason="核对过营业执照")
    assert NotSameParty.objects.count() == 2


def test_the_database_refuses_two_judgements_and_a_withdrawal_without_reason(cast: Cast) -> None:
    entry, clerk = publish_one(cast, name=NAME), cast.actor("finance_clerk")
    screening = screened(organisation(name=NAME), clerk)
    made = judge_not_same(screening=screening, entry_id=entry.pk, by=clerk, reason="代码不同")
    with pytest.raises(IntegrityError, match="suggestion_is_judged_once"), transaction.atomic():
        NotSameParty.objects.create(
            screening=screening, entry=entry, reason="x", judged_at=made.judged_at, judged_by=clerk.user
        )
    with pytest.raises(IntegrityError, match="judgement_withdrawn_names_time"), transaction.atomic():
        NotSameParty.objects.update(withdrawn_at=made.judged_at)
    with pytest.raises(IntegrityError, match="judgement_is_by_a_person"), transaction.atomic():
        NotSameParty.objects.update(judged_by=None)


def test_a_deleted_entry_takes_the_reason_with_it(cast: Cast) -> None:
    entry, clerk = publish_one(cast, name=NAME), cast.actor("finance_clerk")
    screening = screened(organisation(name=NAME), clerk)
    judge_not_same(screening=screening, entry_id=entry.pk, by=clerk, reason="鲁泉的代码不同")
    purge_answers(entry_ids=[entry.pk], publication_ids=[])
    assert NotSameParty.objects.get().reason == "—"


def test_the_api_judges_shows_and_withdraws(cast: Cast, api: Callable[..., Call]) -> None:
    entry = publish_one(cast, name=NAME)
    call, sent = api(cast.finance), {"party": {"kind": "organisation", "name": NAME}, "purpose": "审查"}
    sent["matter"] = {"name": "政府采购"}
    said = call("post", "screenings/", sent).json()
    assert said["hits"][0]["not_same"] is None
    path, given = f"screenings/{said['id']}/not-same/", {"entry": str(entry.pk), "reason": "代码不同"}
    assert call("post", path, given).status_code == 201
    assert call("post", path, given).status_code == 409
    again = call("post", "screenings/", sent).json()
    assert (again["result"], again["hits"][0]["not_same"]["reason"]) == ("unknown", "代码不同")
    assert again["hits"][0]["not_same"]["screening"] == said["id"]
    assert api(cast.transport)("post", path, given).status_code == 404
    assert call("post", f"{path}withdraw/", {**given, "reason": "误判"}).status_code == 200
    assert call("get", f"screenings/{again['id']}/").json()["hits"][0]["not_same"] is None


def test_the_page_asks_for_a_reason_and_shows_the_judgement_next_time(cast: Cast, client: Client) -> None:
    entry = publish_one(cast, name=NAME)
    clerk = cast.actor("finance_clerk")
    first, second = screened(organisation(name=NAME), clerk), screened(organisation(name=NAME), clerk)
    client.force_login(cast.finance_clerk)
    url = reverse("not_same_party", args=[first.pk])
    client.post(url, {"entry": entry.pk, "reason": ""})
    assert not NotSameParty.objects.exists()
    client.post(url, {"entry": entry.pk, "reason": "核对过营业执照"})
    assert "核对过营业执照" in client.get(reverse("screening", args=[second.pk])).content.decode()
    assert client.post(url, {"entry": "nonsense", "reason": "x"}).status_code == 404
    client.post(url, {"entry": entry.pk, "reason": "误判", "withdraw": "yes"})
    assert not NotSameParty.objects.valid().exists()
    client.force_login(cast.transport_clerk)
    assert client.post(url, {"entry": entry.pk, "reason": "x"}).status_code == 404


def test_a_page_costs_the_same_for_one_judgement_and_for_five(cast: Cast, client: Client) -> None:
    clerk, counts = cast.actor("finance_clerk"), []
    client.force_login(cast.finance_clerk)
    for size in (1, 5):
        for seed in range(size):
            publish_one(cast, name=NAME, code=uscc(Random(10 * size + seed)), seed=10 * size + seed)
        screening = screened(organisation(name=NAME), clerk)
        assert len(screening.suggestions) == min(5, Entry.objects.count())
        for one in screening.suggestions:
            judge_not_same(screening=screening, entry_id=one["entry_id"], by=clerk, reason="代码不同")
        page = reverse("screening", args=[screening.pk])
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Screening.objects.exclude(result="UNKNOWN").count() == 0
