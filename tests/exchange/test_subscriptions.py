"""Units that follow a list without answering for a measure: other platforms, other regions (P §四(五))."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jinan_credit.accounts.models import Unit
from jinan_credit.exchange.copies import stale_copies
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.selectors import cooperations, followed_lists
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, NotAllowed
from lists.models import Subscription
from lists.selectors import cooperating_units, lists_for_unit, told_units
from lists.services.subscriptions import begin_subscription, end_subscription
from lists.services.synthetic import citizen_number
from lists.views.publishing import effect_of_publishing
from sanctions.enums import Outcome, ScreeningResult
from sanctions.models import DutiesStamp, Screening, UnitTask
from sanctions.services.executions import Report, answer_hit
from tests.cast import Cast, publish_many, publish_one
from tests.exchange.conftest import Call, Peer, client_of, connect
from tests.exchange.test_api import at
from tests.exchange.test_pages import signed_in, text

BASIS = "测〔2026〕9号"


@pytest.fixture
def platform(cast: Cast) -> Unit:
    return Unit.objects.create(
        code="platform", name="测试平台", kind="PLATFORM", data_profile="MASKED", is_city_unit=False
    )


def begin(cast: Cast, unit: Unit, **more: Any) -> Subscription:
    return begin_subscription(credit_list=cast.black, unit=unit, basis=BASIS, by=cast.actor("coordinator"), **more)


def end(cast: Cast, subscription: Subscription, last_day: date | None = None) -> Subscription:
    return end_subscription(
        subscription=subscription, last_day=last_day or clock.today(), by=cast.actor("coordinator"), reason="协议终止"
    )


def assert_agree() -> None:
    one_by_one = {(unit.pk, found.pk) for unit in Unit.objects.all() for found in lists_for_unit(unit)}
    assert cooperations() == one_by_one


def test_it_is_sent_the_list_masked_and_has_no_tasks(
    cast: Cast, platform: Unit, make_peer: Callable[..., Peer]
) -> None:
    number = citizen_number(Random(5))
    publish_one(cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=number, representative="")
    begin(cast, platform)
    peer = make_peer()
    connect(peer, platform)
    publish_one(cast, seed=2)
    push()
    changes = [change for got in peer.got for change in got.body["data"]["changes"]]
    assert len(changes) == 2
    assert changes[0]["entry"]["subject"]["document_number"] is None
    assert not any(number.encode() in got.raw for got in peer.got)
    assert UnitTask.objects.exists()
    assert not UnitTask.objects.filter(unit=platform).exists()


def test_it_pulls_what_there_is_with_no_measures(cast: Cast, platform: Unit, api: Callable[..., Call]) -> None:
    publish_many(cast, 3)
    call = api(platform)
    assert call("get", "lists/").json() == []
    assert call("get", "feed/TBLACK/").status_code == 404
    begin(cast, platform)
    (found,) = call("get", "lists/").json()
    assert (found["code"], found["measures"]) == ("TBLACK", [])
    assert len(call("get", "feed/TBLACK/").json()["data"]["changes"]) == 3
    assert call("get", "digest/TBLACK/").json()["count"] == 3
    assert call("get", "feed/TRED/").status_code == 404


def test_it_screens_by_the_list_and_answers_that_it_has_no_measure(
    cast: Cast, platform: Unit, api: Callable[..., Call]
) -> None:
    entry = publish_one(cast)
    call = api(platform, "screening", "feedback")
    asked = {
        "party": {"kind": "organisation", "code": entry.subject.code},
        "matter": {"code": "1", "name": "归集核对", "reference": "1"},
        "purpose": "核对",
    }
    stamp = DutiesStamp.objects.get().stamp
    assert call("post", "screenings/", asked).json()["result"] == ScreeningResult.UNKNOWN.lower()
    begin(cast, platform)
    assert DutiesStamp.objects.get().stamp != stamp
    answer = call("post", "screenings/", asked).json()
    assert answer["result"] == ScreeningResult.HIT.lower()
    assert answer["hits"][0]["measures"] == []
    hit = Screening.objects.get(pk=answer["id"]).hits.get()
    report = Report(outcome=Outcome.NOT_APPLIED, performed_on=clock.today(), reason="本单位没有措施")
    answer_hit(hit=hit, report=report, by=client_of(platform, "screening", "feedback")[0])


def test_what_is_told_one_by_one_is_told_in_one_go(cast: Cast, platform: Unit, time_machine: Any) -> None:
    assert_agree()
    tomorrow = clock.today() + timedelta(days=1)
    begin(cast, platform)
    begin(cast, cast.stranger_unit, valid_from=tomorrow)
    assert_agree()
    assert (platform.pk, cast.black.pk) in cooperations()
    assert (cast.stranger_unit.pk, cast.black.pk) not in cooperations()
    platform.valid_to, platform.successor = platform.valid_from, cast.commission
    platform.save()
    assert_agree()
    assert (cast.commission.pk, cast.black.pk) in cooperations()
    assert [found.code for found in followed_lists(cast.commission)] == ["TBLACK"]
    time_machine.move_to(clock.start_of(tomorrow))
    assert_agree()
    assert (cast.stranger_unit.pk, cast.black.pk) in cooperations()


def test_the_last_day_counts_then_its_copy_is_stale_until_it_has_heard_of_the_end(
    cast: Cast, platform: Unit, make_peer: Callable[..., Peer], api: Callable[..., Call], time_machine: Any
) -> None:
    publish_many(cast, 2)
    subscription = begin(cast, platform)
    peer = make_peer()
    connect(peer, platform)
    push()
    api(platform)("get", f"feed/TBLACK/?since={at(cast, 0)}")
    copies = stale_copies(cast.actor("coordinator"))
    assert not copies.all()
    end(cast, subscription)
    make_cursors()
    assert Cursor.objects.get(unit=platform).ended_at is None
    time_machine.move_to(clock.start_of(clock.today() + timedelta(days=1)))
    make_cursors()
    assert Cursor.objects.get(unit=platform).ended_at is not None
    assert [copy.unit for copy in copies.all()] == [platform]
    push()
    assert [got.body["type"] for got in peer.got] == ["list.changes", "list.ended"]
    assert not copies.all()
    begin(cast, platform)
    make_cursors()
    push()
    assert peer.got[-1].span == (0, 2)


def test_it_is_counted_where_the_page_says_who_is_told(cast: Cast, platform: Unit) -> None:
    before = effect_of_publishing(cast.black, cast.black.entries.all()).units
    begin(cast, platform)
    begin(cast, cast.finance)
    assert effect_of_publishing(cast.black, cast.black.entries.all()).units == before + 1
    assert set(told_units(cast.black)) == {*cooperating_units(cast.black), platform}
    assert platform not in cooperating_units(cast.black)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"basis": " "}, "field_missing"),
        ({"valid_from": -1}, "day_past"),
        ({"valid_from": 2, "valid_to": 1}, "last_day_too_early"),
    ],
)
def test_what_is_refused(cast: Cast, platform: Unit, given: dict[str, Any], code: str) -> None:
    today = clock.today()
    values = {name: today + timedelta(days=value) if isinstance(value, int) else value for name, value in given.items()}
    with pytest.raises(DomainError) as refused:
        begin_subscription(
            **{"credit_list": cast.black, "unit": platform, "basis": BASIS, "by": cast.actor("coordinator"), **values}
        )
    assert refused.value.code == code


def test_a_unit_subscribes_once_at_a_time_also_in_the_database(cast: Cast, platform: Unit) -> None:
    first = begin(cast, platform)
    with pytest.raises(DomainError) as refused:
        begin(cast, platform, valid_from=clock.today() + timedelta(days=9))
    assert refused.value.code == "subscribed_already"
    with pytest.raises(IntegrityError, match="unit_subscribes_to_a_list_once_on_a_day"), transaction.atomic():
        Subscription.objects.create(
            credit_list=cast.black, unit=platform, basis=BASIS, valid_from=clock.today(), made_at=clock.now()
        )
    end(cast, first)
    begin(cast, platform, valid_from=clock.today() + timedelta(days=1))


def test_an_end_has_its_day_and_its_reason(cast: Cast, platform: Unit) -> None:
    subscription = begin(cast, platform)
    by = cast.actor("coordinator")
    for last_day, reason, code in ((-1, "x", "day_past"), (0, " ", "reason_missing")):
        day = clock.today() + timedelta(days=last_day)
        with pytest.raises(DomainError) as refused:
            end_subscription(subscription=subscription, last_day=day, by=by, reason=reason)
        assert refused.value.code == code
    later = begin(cast, cast.stranger_unit, valid_from=clock.today() + timedelta(days=3))
    with pytest.raises(DomainError) as refused:
        end(cast, later)
    assert refused.value.code == "last_day_too_early"
    for broken, name in (
        ({"valid_to": subscription.valid_from - timedelta(days=1)}, "subscription_ends_after_it_begins"),
        ({"ended_at": clock.now()}, "subscription_ended_names_person_and_reason"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Subscription.objects.filter(pk=subscription.pk).update(**broken)


def test_only_the_coordinator_lets_units_subscribe(cast: Cast, platform: Unit) -> None:
    subscription = begin(cast, platform)
    for who in ("clerk", "reviewer", "stranger"):
        with pytest.raises(NotAllowed):
            begin_subscription(credit_list=cast.red, unit=platform, basis=BASIS, by=cast.actor(who))
        with pytest.raises(NotAllowed):
            end_subscription(subscription=subscription, last_day=clock.today(), by=cast.actor(who), reason="x")
        assert signed_in(getattr(cast, who)).get("/lists/TBLACK/subscriptions/new/").status_code == 403


def test_the_coordinator_does_it_on_the_page_of_the_list(cast: Cast, platform: Unit, time_machine: Any) -> None:
    browser = signed_in(cast.coordinator)
    new = "/lists/TBLACK/subscriptions/new/"
    values = {"unit": "platform", "basis": BASIS, "valid_from": clock.today().isoformat(), "valid_to": ""}
    assert browser.post(new, {**values, "basis": ""}).status_code == 400
    assert browser.post(new, values).status_code == 302
    assert browser.post(new, values).status_code == 400
    subscription = Subscription.objects.get()
    address = f"/lists/TBLACK/subscriptions/{subscription.pk}/end/"
    assert address in text(browser, "/lists/TBLACK/")
    assert platform.name in text(signed_in(cast.clerk), "/lists/TBLACK/")
    assert platform.name not in text(signed_in(cast.finance_clerk), "/lists/TBLACK/")
    assert browser.get(address).status_code == 200
    assert browser.get(f"/lists/TRED/subscriptions/{subscription.pk}/end/").status_code == 404
    assert browser.post(address, {"last_day": clock.today().isoformat(), "reason": "协议终止"}).status_code == 302
    time_machine.move_to(clock.now() + timedelta(days=1))
    browser = signed_in(cast.coordinator)
    assert browser.get(address).status_code == 302
    assert "协议终止" in text(browser, "/lists/TBLACK/")
    assert browser.get("/admin/lists/subscription/").status_code == 200


def test_the_end_of_a_subscription_takes_no_list_from_a_unit_that_cooperates(cast: Cast) -> None:
    """Nor does the page say so."""
    both, only = begin(cast, cast.finance), begin(cast, cast.stranger_unit)
    browser = signed_in(cast.coordinator)
    effects = [browser.get(f"/lists/TBLACK/subscriptions/{one.pk}/end/").context["effects"] for one in (both, only)]
    assert [len(said) for said in effects] == [1, 2]
    Subscription.objects.update(
        valid_from=clock.today() - timedelta(days=2), valid_to=clock.today() - timedelta(days=1)
    )
    sent = {unit for unit, list_id in cooperations() if list_id == cast.black.pk}
    assert cast.finance.pk in sent
    assert cast.stranger_unit.pk not in sent
