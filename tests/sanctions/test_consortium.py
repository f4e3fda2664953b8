"""Several parties take part in one matter: one of them listed counts for all."""

from collections.abc import Callable
from random import Random

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.services.synthetic import citizen_number, uscc
from sanctions.models import Execution, Screening, UnitTask
from sanctions.models.screening import new_screening_id
from sanctions.rules import party_of_line, result_of_all
from sanctions.services.answers import answer_hits
from sanctions.services.executions import Report
from sanctions.services.looking_up import Query, look_up_all
from sanctions.services.screenings import close_screening, keep
from sanctions.services.unit_tasks import sign_task, sign_tasks
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import MATTER, Call, organisation, screened, task_of
from tests.sanctions.test_api import body, error_of

Connect = Callable[..., Call]


def test_one_listed_counts_for_all() -> None:
    assert result_of_all(["CLEAR", "HIT", "UNKNOWN"]) == "HIT"
    assert result_of_all(["CLEAR", "UNKNOWN"]) == "UNKNOWN"
    assert result_of_all(["CLEAR", "CLEAR"]) == "CLEAR"


def test_a_line_is_a_code_or_a_citizen_number_and_a_name(code: str, number: str) -> None:
    party = party_of_line(f" {code.lower()}　济南 某公司 ")
    assert (party.kind, party.code, party.name) == ("ORGANISATION", code, "济南 某公司")
    party = party_of_line(number)
    assert (party.kind, party.document_type, party.document_number) == ("PERSON", "CITIZEN", number)
    with pytest.raises(DomainError) as refused:
        party_of_line("济南某公司")
    assert (refused.value.code, refused.value.field) == ("party_missing", "partners")


def test_members_are_kept_together_answered_together_and_closed_together(cast: Cast, code: str) -> None:
    clerk, other = cast.actor("finance_clerk"), uscc(Random(5))
    for seed in (1, 2):
        publish_one(cast, code=code, seed=seed)
    publish_one(cast, code=other, seed=3)
    parties = [organisation(uscc(Random(6))), organisation(code), organisation(other)]
    query = Query(MATTER, "资格审查")
    assert keep(look_up_all(parties=parties, query=query, by=clerk))
    first = Screening.objects.get(consortium=None)
    assert [one.result for one in Screening.objects.of_consortium(first)] == ["CLEAR", "HIT", "HIT"]
    late = screened(organisation(uscc(Random(7))), clerk, joins=first)
    members = list(Screening.objects.of_consortium(late))
    assert len(members) == 4
    for one in (first, late):
        with pytest.raises(DomainError) as refused:
            close_screening(screening=one, by=clerk)
        assert refused.value.code == "hits_open"
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk])
    assert len(answer_hits(screening=late, report=report, by=clerk)) == 3
    close_screening(screening=late, by=clerk)
    assert set(Screening.objects.values_list("state", flat=True)) == {"CLOSED"}
    assert {one.moves.get().name for one in members} == {"close"}


def test_numbers_made_in_one_moment_are_in_the_order_in_which_they_were_made() -> None:
    with time_machine.travel(clock.now(), tick=False):
        made = [new_screening_id() for _time in range(300)]
    assert made == sorted(made)
    assert {number.version for number in made} == {7}


def test_a_wrong_member_is_named_and_nobody_is_kept(cast: Cast, code: str) -> None:
    parties = [organisation(code), organisation(uscc(Random(6))), organisation("91370100MA3C000000")]
    with pytest.raises(DomainError) as refused:
        look_up_all(parties=parties, query=Query(MATTER, "资格审查"), by=cast.actor("finance_clerk"))
    assert (refused.value.code, refused.value.field) == ("code_wrong", "partners.1.code")
    assert not Screening.objects.exists()


def test_the_api_says_that_the_consortium_is_listed(cast: Cast, code: str, api: Connect) -> None:
    publish_one(cast, code=code)
    call, key = api(cast.finance), {"Idempotency-Key": "k-1"}
    partner = {"kind": "organisation", "code": code}
    sent = {**body(code=uscc(Random(6))), "partners": [partner]}
    first = call("post", "screenings/", sent, **key)
    said = first.json()
    assert (first.status_code, said["result"], said["partners"][0]["result"]) == (201, "clear", "hit")
    assert said["consortium"]["result"] == "hit"
    assert [one["id"] for one in said["consortium"]["members"]] == [said["id"], said["partners"][0]["id"]]
    assert said["partners"][0]["hits"][0]["measures"][0]["id"] == cast.ban.pk
    assert call("post", "screenings/", sent, **key).json() == said
    assert Screening.objects.count() == 2
    joined = call("post", "screenings/", {**body(code=uscc(Random(7))), "joins": said["id"]}).json()
    assert (joined["result"], joined["consortium"]["result"], len(joined["consortium"]["members"])) == (
        "clear",
        "hit",
        3,
    )
    assert call("get", f"screenings/{said['id']}/").json()["consortium"] == joined["consortium"]
    foreign = api(cast.transport)("post", "screenings/", {**body(code=code), "joins": said["id"]})
    assert foreign.status_code == 404
    wrong = {**sent, "partners": [partner, {**partner, "code": "x"}]}
    assert error_of(call("post", "screenings/", wrong)) == (400, "code_wrong", "partners.1.code")


def test_three_calls_from_the_party_to_the_closed_screening(cast: Cast, code: str, api: Connect) -> None:
    publish_one(cast, code=code, seed=3, credit_list=cast.red, dishonesty_class="")  # rule 3: the red one came first
    for seed in (1, 2):
        publish_one(cast, code=code, seed=seed)
    call = api(cast.finance)
    said = call("post", "screenings/", body(code=code)).json()
    path = f"screenings/{said['id']}/"
    report = {"outcome": "applied", "measures": [cast.ban.pk, cast.praise.pk], "performed_on": str(clock.today())}
    answered = call("post", f"{path}answers/", report, **{"Idempotency-Key": "a"})
    assert answered.status_code == 201
    assert sorted(one["measures"] for one in answered.json()) == sorted([[cast.ban.pk]] * 2 + [[cast.praise.pk]])
    assert call("post", f"{path}answers/", report, **{"Idempotency-Key": "a"}).json() == answered.json()
    assert call("post", f"{path}close/").json()["closed_at"]
    assert error_of(call("post", f"{path}answers/", report)) == (400, "nothing_to_answer", "hits")
    hits = [one["id"] for one in said["hits"]]
    assert error_of(call("post", f"{path}answers/", {**report, "hits": hits}))[:2] == (409, "already_answered")
    assert Execution.objects.count() == 3


def test_ten_hits_are_answered_by_as_many_queries_as_one(cast: Cast, code: str, api: Connect) -> None:
    call = api(cast.finance)
    report = {"outcome": "applied", "measures": [cast.ban.pk], "performed_on": str(clock.today())}

    def cost(hits: int) -> int:
        said = call("post", "screenings/", body(code=code)).json()
        assert len(said["hits"]) == hits
        with CaptureQueriesContext(connection) as captured:
            answered = call("post", f"screenings/{said['id']}/answers/", report, **{"Idempotency-Key": str(hits)})
        assert [one["measures"] for one in answered.json()] == [[cast.ban.pk]] * hits
        return len(captured)

    publish_one(cast, code=code, seed=1)
    sign_task(task=task_of(cast.finance), by=cast.actor("finance_clerk"))
    cost(1)
    one = cost(1)
    for seed in range(2, 11):
        publish_one(cast, code=code, seed=seed)
    sign_tasks(tasks=UnitTask.objects.all(), by=cast.actor("finance_clerk"))
    assert cost(10) == one


def test_together_means_all_or_none(cast: Cast, code: str) -> None:
    publish_one(cast, code=code, seed=2, credit_list=cast.red, dishonesty_class="")
    publish_one(cast, code=code, seed=1)
    clerk = cast.actor("finance_clerk")
    screening = screened(organisation(code), clerk)

    def refusal(*measures: int, hits: tuple[int, ...] = ()) -> str:
        report = Report(outcome="APPLIED", performed_on=clock.today(), measures=measures)
        with pytest.raises(DomainError) as refused:
            answer_hits(screening=screening, report=report, by=clerk, hits=hits)
        assert not Execution.objects.exists()
        return refused.value.code

    assert refusal(cast.ban.pk) == "measures_missing"
    assert refusal() == "measures_missing"
    assert refusal(cast.ban.pk, cast.praise.pk, cast.warning.pk) == "measure_not_own"
    assert refusal(cast.ban.pk, hits=(10**12,)) == "not_found"
    black = screening.hits.get(entry__credit_list=cast.black).pk
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk])
    assert len(answer_hits(screening=screening, report=report, by=clerk, hits=[black])) == 1
    report = Report(outcome="NOT_APPLIED", performed_on=clock.today(), reason="未涉及")
    assert len(answer_hits(screening=screening, report=report, by=clerk)) == 1


def test_the_desk_takes_a_consortium_and_answers_it_at_once(cast: Cast, code: str, client: Client) -> None:
    other, person = uscc(Random(5)), citizen_number(Random(6))
    publish_one(cast, code=code, seed=1)
    publish_one(cast, code=other, seed=2)
    client.force_login(cast.finance_clerk)
    desk = reverse("screen")
    sent = {"kind": "ORGANISATION", "code": code, "matter": "政府采购", "purpose": "资格审查"}
    refused = client.post(desk, {**sent, "partners": f"{other} 某公司\n不是代码"})
    assert "partners" in refused.context["form"].errors
    landed = client.post(desk, {**sent, "partners": f"{other} 某公司\n\n{person} 王小明"}, follow=True)
    assert landed.context["result_of_all"] == "HIT"
    assert [one.result for one in landed.context["members"]] == ["HIT", "HIT", "CLEAR"]
    first = Screening.objects.get(consortium=None)
    answer = {
        "all-outcome": "APPLIED",
        "all-measures": [cast.ban.pk],
        "all-performed_on": str(clock.today()),
        "all-closes": "on",
    }
    nothing = client.post(reverse("hits_answer", args=[first.pk]), {**answer, "all-measures": []})
    assert nothing.status_code == 422
    assert nothing.context["together"].errors["measures"]
    client.post(reverse("hits_answer", args=[first.pk]), answer)
    assert set(Screening.objects.values_list("state", flat=True)) == {"CLOSED"}


def test_the_desk_begins_as_it_ended_and_joins_a_matter(cast: Cast, code: str, client: Client) -> None:
    client.force_login(cast.finance_clerk)
    sent = {"kind": "ORGANISATION", "code": code, "matter": "政府采购", "reference": "R-1", "purpose": "资格审查"}
    client.post(reverse("screen"), sent)
    first = Screening.objects.get()
    form = client.get(reverse("screen")).context["form"]
    assert [form[name].value() for name in ("matter", "purpose", "reference")] == ["政府采购", "资格审查", None]
    joining = f"{reverse('screen')}?joins={first.pk}"
    assert client.get(joining).context["form"]["reference"].value() == "R-1"
    client.post(joining, {**sent, "code": uscc(Random(5))})
    assert Screening.objects.get(consortium=first).matter_reference == "R-1"
    client.force_login(cast.transport_clerk)
    assert client.get(joining).status_code == 404
    assert client.get(f"{reverse('screen')}?joins=nonsense").status_code == 404


def test_a_page_of_a_consortium_costs_the_same_for_two_and_for_five(cast: Cast, client: Client) -> None:
    client.force_login(cast.finance_clerk)
    counts = []
    for size in (2, 5):
        codes = [uscc(Random(100 * size + n)) for n in range(size)]
        for n, one in enumerate(codes):
            publish_one(cast, code=one, seed=100 * size + n)
        looked = look_up_all(
            parties=[organisation(one) for one in codes], query=Query(MATTER, "审查"), by=cast.actor("finance_clerk")
        )
        keep(looked)
        page = reverse("screening", args=[looked[0].screening.pk])
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
