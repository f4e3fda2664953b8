"""A unit's own system reads the memoranda that were circulated to it, and confirms their receipt."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import CalendarDay, MemorandumReceipt, MemorandumVersion
from catalog.services.memoranda import circulate_version, confirm_receipt, revise_memorandum, take_back_version
from catalog.services.receipt_days import settle_receipts
from catalog.touches import of_day
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import last_known_year
from tests.cast import Cast
from tests.lists.browser import signed_in
from tests.sanctions.test_api import Connect, error_of


@pytest.fixture
def version(cast: Cast) -> MemorandumVersion:
    coordinator = cast.actor("coordinator")
    revision = revise_memorandum(cast.ban.version.memorandum, note="国家修订", by=coordinator)
    return circulate_version(revision, by=coordinator)


def own(cast: Cast) -> MemorandumReceipt:
    return MemorandumReceipt.objects.get(unit=cast.finance)


def test_the_system_of_the_unit_reads_and_confirms(cast: Cast, version: MemorandumVersion, api: Connect) -> None:
    call = api(cast.finance, "feedback")
    (line,) = call("get", "memorandum-receipts/").json()["results"]
    assert (line["id"], line["memorandum"], line["version"], line["state"]) == (own(cast).pk, 900, 2, "CIRCULATED")
    assert (line["received_at"], line["due_on"], line["note"]) == (None, str(own(cast).due_on), "国家修订")
    read = call("get", f"memorandum-receipts/{line['id']}/").json()
    assert {one["code"]: one["bases"] for one in read["measures"]} == {
        "t-ban": ["《测试法》第一条"],
        "t-praise": ["《测试法》第一条"],
    }
    path = f"memorandum-receipts/{line['id']}/confirm/"
    assert error_of(call("post", path, {"x": 1}))[:2] == (400, "unknown_field")
    first = call("post", path, **{"Idempotency-Key": "k"})
    assert (first.status_code, first.json()["received_at"] is not None) == (200, True)
    assert call("post", path, **{"Idempotency-Key": "k"}).content == first.content
    assert error_of(call("post", path))[:2] == (409, "already_received")
    kept = own(cast)
    assert (kept.received_by, kept.officer) == (None, "测试财政局 system")
    memorandum = reverse("memorandum", args=[900, 2])
    assert "测试财政局 system" in signed_in(cast.coordinator).get(memorandum).content.decode()
    assert (
        reverse("receipt_confirm", args=[kept.pk]) not in signed_in(cast.finance_clerk).get(memorandum).content.decode()
    )


def test_another_units_receipt_is_not_there(cast: Cast, version: MemorandumVersion, api: Connect) -> None:
    for unit in (cast.transport, cast.stranger_unit):
        call, pk = api(unit, "feedback"), own(cast).pk
        assert pk not in [one["id"] for one in call("get", "memorandum-receipts/").json()["results"]]
        assert call("get", f"memorandum-receipts/{pk}/").status_code == 404
        assert call("post", f"memorandum-receipts/{pk}/confirm/").status_code == 404
    assert own(cast).received_at is None
    assert api(cast.finance, "screening")("get", "memorandum-receipts/").status_code == 403


def test_what_was_taken_back_is_not_confirmed(cast: Cast, version: MemorandumVersion, api: Connect) -> None:
    take_back_version(version, by=cast.actor("coordinator"), reason="有单位提出意见")
    call = api(cast.finance, "feedback")
    assert call("get", "memorandum-receipts/").json()["results"] == []
    refused = call("post", f"memorandum-receipts/{own(cast).pk}/confirm/")
    assert error_of(refused)[:2] == (409, "circulation_over")


def test_the_database_asks_for_one_who_confirmed(cast: Cast, version: MemorandumVersion, api: Connect) -> None:
    api(cast.finance, "feedback")
    system = cast.finance.api_clients.get()
    at: dict[str, Any] = {"received_at": clock.now()}
    for wrong in (at, {**at, "received_by": cast.finance_clerk, "received_by_client": system}):
        with pytest.raises(IntegrityError, match="names_time_and_person"), transaction.atomic():
            MemorandumReceipt.objects.filter(pk=own(cast).pk).update(**wrong)


def test_a_list_costs_the_same_for_one_and_for_two(cast: Cast, version: MemorandumVersion, api: Connect) -> None:
    call = api(cast.finance, "feedback")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            call("get", "memorandum-receipts/")
        return len(captured)

    cost()
    one = cost()
    own_receipt = own(cast)
    MemorandumReceipt.objects.create(
        circulation=cast.ban.version.moves.create(
            name="circulate", from_state="DRAFT", to_state="CIRCULATED", at=clock.now()
        ),
        unit=cast.finance,
        due_on=own_receipt.due_on,
    )
    assert len(call("get", "memorandum-receipts/").json()["results"]) == 2
    assert cost() == one


def test_a_provisional_day_is_counted_anew_when_the_holiday_plan_is_known(cast: Cast) -> None:
    year = last_known_year()
    with time_machine.travel(date(year, 12, 30), tick=False):
        revision = revise_memorandum(cast.ban.version.memorandum, note="国家修订", by=cast.actor("coordinator"))
        circulate_version(revision, by=cast.actor("coordinator"))
        confirmed = confirm_receipt(
            MemorandumReceipt.objects.get(unit=cast.transport), by=cast.actor("transport_clerk")
        )
        page = reverse("memorandum", args=[900, 2])
        assert own(cast).due_is_provisional
        for reader in (cast.finance_clerk, cast.coordinator):
            assert "due-provisional" in signed_in(reader).get(page).content.decode()
        assert settle_receipts() == 0  # nothing new is known
        january = [date(year + 1, 1, 1) + timedelta(days=n) for n in range(31)]
        CalendarDay.objects.bulk_create(CalendarDay(on=day, is_working=day.day > 19, source="test") for day in january)
        assert [touch.count for touch in of_day(CalendarDay.objects.earliest("on"), cast.actor("coordinator"))] == [1]
        assert settle_receipts() == 1
        assert (own(cast).due_on, own(cast).due_is_provisional) == (date(year + 1, 1, 23), False)
        assert "due-provisional" not in signed_in(cast.finance_clerk).get(page).content.decode()
        assert settle_receipts() == 0
        before = confirmed.due_on
        confirmed.refresh_from_db()
        assert confirmed.due_on == before
