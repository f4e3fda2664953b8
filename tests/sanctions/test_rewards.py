"""Rewards: what a party is entitled to, and the promises it gave where material was missing (P §二(二))."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.enums import MeasureCategory, MeasureKind
from catalog.models import LegalBasis, Measure, MeasureResponsibility
from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.models import Entry
from lists.services.synthetic import uscc
from sanctions.enums import PromiseState
from sanctions.models import Execution, WrittenPromise
from sanctions.selectors.duties import OwnMeasure, own_measures
from sanctions.selectors.rewards import entitlements
from sanctions.services.executions import Report, answer_hit, cancel_execution, enforce, feed_back
from sanctions.services.promises import GivenPromise, move_promise
from sanctions.services.unit_tasks import sign_task
from sanctions.workflow import PROMISE
from tests.cast import Cast, make_user, publish_many, publish_one
from tests.lists.browser import signed_in
from tests.sanctions.conftest import organisation, screened, task_of
from tests.sanctions.test_api import Connect, error_of
from tests.sanctions.test_enforcement import clean, picture
from tests.sanctions.test_executions import not_applied, refusal_of

pytestmark = pytest.mark.usefixtures("own_files")


@pytest.fixture
def rewarded(cast: Cast, code: str) -> Entry:
    return publish_one(cast, credit_list=cast.red, code=code, dishonesty_class="")


def granted(cast: Cast, *, days: int = 5, **more: Any) -> Report:
    given = GivenPromise("验资报告", clock.today() + timedelta(days), "承诺五日内补交验资报告")
    return Report(
        **{
            "outcome": "APPLIED",
            "performed_on": clock.today(),
            "measures": [cast.praise.pk],
            "matter": "施工许可",
            "promise": given,
            **more,
        }
    )


def promised(cast: Cast, entry: Entry, **more: Any) -> WrittenPromise:
    execution = enforce(entry=entry, report=granted(cast, **more), by=cast.actor("finance_clerk"))
    return WrittenPromise.objects.get(execution=execution)


def reward(cast: Cast, code: str, category: MeasureCategory) -> Measure:
    made = Measure.objects.create(
        version=cast.praise.version,
        code=code,
        clause="9",
        content=f"测试激励{code}",
        kind=MeasureKind.REWARD,
        category=category,
        source="test",
    )
    made.bases.add(LegalBasis.objects.get())
    MeasureResponsibility.objects.create(measure=made, unit=cast.finance)
    return made


def test_an_application_is_accepted_against_a_written_promise(cast: Cast, rewarded: Entry) -> None:
    hit = screened(organisation(rewarded.subject.code or ""), cast.actor("finance_clerk")).hits.get()
    execution = answer_hit(hit=hit, report=granted(cast), by=cast.actor("finance_clerk"))
    promise = execution.promise
    assert (promise.missing, promise.state, promise.is_overdue) == ("验资报告", PromiseState.OPEN, False)
    assert str(promise) == f"验资报告 ({promise.due_on})"


def test_the_promise_may_be_a_file(cast: Cast, rewarded: Entry) -> None:
    given = GivenPromise("验资报告", clock.today())
    promise = promised(cast, rewarded, promise=given, attachments=[clean()])
    assert (promise.wording, promise.execution.attachments.count()) == ("", 1)


def test_what_is_no_promise_is_refused(cast: Cast, rewarded: Entry) -> None:
    today, clerk = clock.today(), cast.actor("finance_clerk")
    lighter = reward(cast, "t-lighter", MeasureCategory.LIGHTER_SUPERVISION)
    cases = [
        (granted(cast, promise=GivenPromise("  ", today, "承诺")), "missing_material_missing"),
        (granted(cast, promise=GivenPromise("验资报告", today, " ")), "promise_missing"),
        (granted(cast, promise=GivenPromise("验资报告", today - timedelta(1), "承诺")), "promise_due_too_early"),
        (granted(cast, measures=[lighter.pk]), "promise_needs_green_channel"),
    ]
    for report, code in cases:
        assert refusal_of(lambda one=report: enforce(entry=rewarded, report=one, by=clerk)).code == code
    publication = publish_many(cast, 2, credit_list=cast.red)
    task = task_of(cast.finance, publication=publication)
    sign_task(task=task, by=clerk)
    refusal = refusal_of(lambda: feed_back(task=task, report=granted(cast), by=clerk))
    assert refusal.code == "promise_of_nobody"
    assert not Execution.objects.exists()


SANCTIONS = {"ADMINISTRATIVE", "MARKET", "INDUSTRY", "SOCIAL", "OTHER_SANCTION"}
LAWFUL = {
    ("OPEN", "keep"): "KEPT",
    ("OPEN", "break"): "BROKEN",
    ("KEPT", "reopen"): "OPEN",
    ("BROKEN", "reopen"): "OPEN",
}


@pytest.mark.parametrize("role", list(Role))
def test_every_state_and_move_by_role(cast: Cast, rewarded: Entry, role: Role) -> None:
    promise, actor = promised(cast, rewarded), actor_of(make_user(f"as-{role}", cast.finance, role))
    for state in PromiseState:
        for name in (*(move.name for move in PROMISE), "nonsense"):
            WrittenPromise.objects.filter(pk=promise.pk).update(state=state)
            target = LAWFUL.get((state, name)) if role in (Role.CLERK, Role.REVIEWER) else None
            if target:
                assert move_promise(promise=promise, name=name, by=actor, reason="理由").state == target
            else:
                with pytest.raises(DomainError) as refused:
                    move_promise(promise=promise, name=name, by=actor, reason="理由")
                assert refused.value.code in {"move_not_open", "act_not_allowed"}


def test_who_noted_it_when_and_why_is_kept(cast: Cast, rewarded: Entry) -> None:
    promise, clerk = promised(cast, rewarded), cast.actor("finance_clerk")
    assert refusal_of(lambda: move_promise(promise=promise, name="break", by=clerk)).code == "reason_missing"
    move_promise(promise=promise, name="break", by=clerk, reason="逾期未补交")
    assert (
        refusal_of(lambda: move_promise(promise=promise, name="reopen", by=clerk, reason=" ")).code == "reason_missing"
    )
    move_promise(promise=promise, name="reopen", by=clerk, reason="误记")
    move_promise(promise=promise, name="keep", by=clerk)
    told = promise.moves.values_list("name", "by__username", "unit__code", "reason")
    assert list(told) == [
        ("break", "finance-clerk", "finance", "逾期未补交"),
        ("reopen", "finance-clerk", "finance", "误记"),
        ("keep", "finance-clerk", "finance", ""),
    ]


@pytest.mark.parametrize("who", ["transport_clerk", "stranger", "clerk"])
def test_another_units_promise_is_not_there_but_read_by_whom_it_is_reported_to(
    cast: Cast, rewarded: Entry, who: str
) -> None:
    promise = promised(cast, rewarded)
    assert refusal_of(lambda: move_promise(promise=promise, name="keep", by=cast.actor(who))).status == 404
    page = signed_in(getattr(cast, who))
    assert page.get(f"/promises/{promise.pk}/").status_code == (200 if who == "clerk" else 404)
    assert page.post(f"/promises/{promise.pk}/move/", {"move": "keep"}).status_code == 404
    assert page.get("/promises/").context["total"] == 0


def test_a_promise_falls_with_its_execution(cast: Cast, rewarded: Entry) -> None:
    promise, clerk = promised(cast, rewarded), cast.actor("finance_clerk")
    cancel_execution(execution=promise.execution, by=clerk, reason="误填")
    assert refusal_of(lambda: move_promise(promise=promise, name="keep", by=clerk)).status == 404
    assert signed_in(cast.finance_clerk).get("/promises/").context["total"] == 0


def test_overdue_follows_from_the_date_alone(cast: Cast, rewarded: Entry) -> None:
    promise = promised(cast, rewarded, days=5)
    assert not [one for one in counters_for(cast.actor("finance_clerk")) if "/promises/" in one.url]
    with time_machine.travel(clock.now() + timedelta(6), tick=False):
        assert promise.is_overdue
        (counter,) = [one for one in counters_for(cast.actor("finance_clerk")) if "/promises/" in one.url]
        assert counter.count == signed_in(cast.finance_clerk).get(counter.url).context["total"] == 1
        move_promise(promise=promise, name="keep", by=cast.actor("finance_clerk"))
        assert not WrittenPromise.objects.overdue().exists()


def test_the_database_asks_what_is_missing(cast: Cast, rewarded: Entry) -> None:
    promise = promised(cast, rewarded)
    with pytest.raises(IntegrityError, match="promise_names_what_is_missing"), transaction.atomic():
        WrittenPromise.objects.filter(pk=promise.pk).update(missing="")


def test_own_rewards_by_kind_in_the_order_of_the_plan(cast: Cast) -> None:
    promotion = reward(cast, "t-promotion", MeasureCategory.PROMOTION)
    lighter = reward(cast, "t-lighter", MeasureCategory.LIGHTER_SUPERVISION)
    found = entitlements(own_measures(cast.red, cast.finance))
    assert [[measure.id for measure in one.measures] for one in found] == [
        [cast.praise.pk],
        [lighter.pk],
        [promotion.pk],
    ]
    kinds = (MeasureCategory.GREEN_CHANNEL, MeasureCategory.LIGHTER_SUPERVISION, MeasureCategory.PROMOTION)
    assert [one.label for one in found] == [kind.label for kind in kinds]
    assert all(one.in_plain_words for one in found)
    assert entitlements(own_measures(cast.black, cast.finance)) == []


def test_every_kind_of_reward_has_plain_words() -> None:
    rewards = [
        OwnMeasure(number, "测试激励", MeasureKind.REWARD, category, "BOTH", ())
        for number, category in enumerate(MeasureCategory)
        if category not in SANCTIONS
    ]
    found = entitlements(rewards)
    assert len(found) == len(rewards) == 7
    assert all(one.in_plain_words for one in found)


def test_the_desk_shows_what_a_rewarded_party_is_entitled_to(cast: Cast, rewarded: Entry, code: str) -> None:
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    shown = signed_in(cast.finance_clerk).get(f"/screenings/{screening.pk}/")
    (line,) = shown.context["lines"]
    assert [one.measures[0].id for one in line["entitlements"]] == [cast.praise.pk]
    assert not line["is_flagged"]
    assert "alert-danger" not in shown.content.decode(), "a reward is no alarm"
    black = publish_one(cast, seed=4)
    punished = screened(organisation(black.subject.code or ""), cast.actor("finance_clerk"))
    shown = signed_in(cast.finance_clerk).get(f"/screenings/{punished.pk}/")
    (line,) = shown.context["lines"]
    assert line["entitlements"] == []
    assert "alert-danger" in shown.content.decode()


def test_a_party_that_is_red_and_black_is_flagged(cast: Cast, rewarded: Entry, code: str) -> None:
    name = rewarded.subject.name
    publish_one(cast, seed=5, code=code, name=name)
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    page = signed_in(cast.finance_clerk)
    shown = page.get(f"/screenings/{screening.pk}/")
    assert {line["hit"].entry_id == rewarded.pk: line["is_flagged"] for line in shown.context["lines"]} == {
        True: True,
        False: False,
    }
    assert shown.content.decode().count("alert alert-danger") == 2  # the result and the flag
    assert page.get(f"/entries/{rewarded.pk}/execution/").context["is_flagged"]


def test_who_broke_a_promise_is_shown_to_the_unit_next_time_and_to_no_other(
    cast: Cast, rewarded: Entry, code: str
) -> None:
    promise = promised(cast, rewarded)
    move_promise(promise=promise, name="break", by=cast.actor("finance_clerk"), reason="逾期未补交")
    other_list = publish_one(cast, seed=5, code=code, name=rewarded.subject.name)
    for who, seen in (("finance_clerk", [promise]), ("transport_clerk", [])):
        screening = screened(organisation(code), cast.actor(who))
        lines = signed_in(getattr(cast, who)).get(f"/screenings/{screening.pk}/").context["lines"]
        assert [line["promises"] for line in lines] == [seen, seen], who
    page = signed_in(cast.finance_clerk)
    assert page.get(f"/entries/{other_list.pk}/execution/").context["promises"] == [promise]
    move_promise(promise=promise, name="reopen", by=cast.actor("finance_clerk"), reason="误记")
    move_promise(promise=promise, name="keep", by=cast.actor("finance_clerk"))
    assert page.get(f"/entries/{other_list.pk}/execution/").context["promises"] == []


def test_the_promise_on_the_pages(cast: Cast, rewarded: Entry) -> None:
    page = signed_in(cast.finance_clerk)
    address = f"/entries/{rewarded.pk}/execution/"
    form = {"outcome": "APPLIED", "measures": [cast.praise.pk], "performed_on": str(clock.today())}
    refused = page.post(address, {**form, "missing": "验资报告"})
    assert refused.context["form"].errors["promise_due_on"]
    due = str(clock.today() + timedelta(3))
    refused = page.post(address, {**form, "missing": "验资报告", "promise_due_on": due})
    assert refused.context["form"].errors["promise"]
    sent = {**form, "missing": "验资报告", "promise_due_on": due, "attachments": picture()}
    assert page.post(address, sent)["Location"] == f"/entries/{rewarded.pk}/"
    promise = WrittenPromise.objects.get()
    shown = page.get(f"/promises/{promise.pk}/").content.decode()
    assert "验资报告" in shown
    assert f"/executions/{promise.execution_id}/attachments/" in shown
    page.post(f"/promises/{promise.pk}/move/", {"move": "break", "reason": "逾期未补交"})
    assert "逾期未补交" in page.get(f"/promises/{promise.pk}/").content.decode()
    assert page.get("/promises/?state=BROKEN").context["total"] == 1
    assert f"/promises/{promise.pk}/" in signed_in(cast.clerk).get(f"/entries/{rewarded.pk}/").content.decode()
    for reader in (cast.clerk, cast.coordinator):
        assert signed_in(reader).get(f"/promises/{promise.pk}/").context["buttons"] == []


def test_a_unit_without_a_green_channel_is_asked_for_no_promise(cast: Cast) -> None:
    black = publish_one(cast)
    form = signed_in(cast.finance_clerk).get(f"/entries/{black.pk}/execution/").context["form"]
    assert "missing" not in form.fields


def test_the_same_by_rest(cast: Cast, rewarded: Entry, code: str, api: Connect) -> None:
    call = api(cast.finance)
    party = {"party": {"kind": "organisation", "code": code}, "matter": {"name": "施工许可"}, "purpose": "行政许可"}
    hit = call("post", "screenings/", party).json()["hits"][0]
    assert hit["measures"][0]["category"] == "GREEN_CHANNEL"
    due = str(clock.today())
    promise = {"missing": "验资报告", "wording": "承诺补交", "due_on": due}
    report = {
        "hit": hit["id"],
        "outcome": "applied",
        "measures": [cast.praise.pk],
        "performed_on": due,
        "promise": promise,
    }
    assert error_of(call("post", "executions/", {**report, "promise": {**promise, "x": 1}}))[:2] == (
        400,
        "unknown_field",
    )
    made = call("post", "executions/", report).json()
    (listed,) = call("get", f"promises/?entry={rewarded.pk}").json()["results"]
    assert (listed["id"], listed["state"], listed["moves"]) == (made["promise"], "OPEN", ["keep", "break"])
    path = f"promises/{listed['id']}/"
    assert error_of(call("post", f"{path}break/", {})) == (400, "required", "reason")
    assert call("post", f"{path}break/", {"reason": "逾期"}).json()["state"] == "BROKEN"
    assert error_of(call("post", f"{path}keep/"))[:2] == (409, "move_not_open")
    assert call("post", f"{path}reopen/", {"reason": "误记"}).json()["state"] == "OPEN"
    assert call("post", f"{path}keep/").json()["state"] == "KEPT"
    assert call("get", "promises/?state=BROKEN").json()["results"] == []
    assert call("get", "promises/?overdue=true").json()["results"] == []
    other = api(cast.transport)
    assert other("get", "promises/").json()["results"] == []
    for move in ("keep", "break", "reopen"):
        assert other("post", f"{path}{move}/", {"reason": "x"}).status_code == 404


def test_the_pages_of_promises_cost_the_same_for_one_and_for_many(cast: Cast, rewarded: Entry) -> None:
    page = signed_in(cast.finance_clerk)
    promised(cast, rewarded)

    def cost(path: str) -> int:
        page.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(path).status_code == 200
        return len(captured)

    paths = ("/promises/", f"/entries/{rewarded.pk}/execution/", f"/entries/{rewarded.pk}/")
    few = [cost(path) for path in paths]
    for seed in range(3):
        promised(cast, rewarded)
        promised(
            cast, publish_one(cast, credit_list=cast.red, seed=20 + seed, code=uscc(Random(seed)), dishonesty_class="")
        )
    assert [cost(path) for path in paths] == few


def test_a_cancelled_answer_may_be_given_again_with_another_promise(cast: Cast, rewarded: Entry, code: str) -> None:
    hit = screened(organisation(code), cast.actor("finance_clerk")).hits.get()
    clerk = cast.actor("finance_clerk")
    first = answer_hit(hit=hit, report=granted(cast), by=clerk)
    cancel_execution(execution=first, by=clerk, reason="误填")
    answer_hit(hit=hit, report=not_applied(), by=clerk)
    assert WrittenPromise.objects.visible_to(clerk).count() == 0
