"""Who took data away and has not confirmed the removals since (rule 12)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit, User
from jinan_credit.exchange.copies import stale_copies
from jinan_credit.exchange.models import Download, OfflineCopy
from jinan_credit.exchange.models.download import TAKES_OUT
from jinan_credit.exchange.panels import counters
from jinan_credit.exchange.services.cursors import make_cursors
from jinan_credit.exchange.services.downloads import confirm_download
from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.kernel import clock
from lists.enums import ChangeOp
from lists.models import Change, CreditList, Entry
from lists.services.feed import shorten_feeds
from lists.services.stays import lift_stay, stay_entry
from tests.cast import Cast, publish_many
from tests.exchange.conftest import Call
from tests.exchange.test_api import at, remove
from tests.exchange.test_downloads import take
from tests.exchange.test_pages import signed_in, text

Connect = Callable[..., Call]
URL = "/push/stale-copies/"


def found(cast: Cast, who: str = "coordinator") -> list[tuple[str, int, int, int]]:
    """(unit, taken up to, confirmed up to, removals) of each row."""
    rows: list[Any] = list(stale_copies(cast.actor(who)))
    return [(row.unit.code, row.to_seq, row.confirmed_seq, row.removal_count) for row in rows]


def remove_first(cast: Cast) -> None:
    remove(cast, Entry.objects.filter(state="PUBLISHED").order_by("pk")[0])


def confirm(cast: Cast, download: Download) -> None:
    confirm_download(download=download, by=cast.actor("finance_clerk"))


def test_a_removal_after_the_download_makes_the_copy_stale_until_it_is_confirmed(cast: Cast) -> None:
    publish_many(cast, 3)
    assert found(cast) == []
    first = take(cast, 0)
    assert found(cast) == [], "nothing was removed"
    remove_first(cast)
    assert found(cast) == [("finance", 3, 0, 1)]
    confirm(cast, first)
    assert found(cast) == [("finance", 3, 3, 1)]
    second = take(cast, 3)
    assert found(cast) == [("finance", 4, 3, 1)], "taken is not confirmed"
    confirm(cast, second)
    assert found(cast) == []


def test_removals_are_counted_as_the_feed_holds_them(cast: Cast) -> None:
    publish_many(cast, 4)
    take(cast, 0)
    staying, *leaving = Entry.objects.order_by("pk")[:3]
    given = {"made_by": cast.clerk, "by": cast.actor("reviewer"), "reason": "order of a court"}
    stay_entry(entry=staying, **given)
    for entry in leaving:
        remove(cast, entry)
    lift_stay(entry=staying, **given)
    in_feed = Change.objects.filter(op=ChangeOp.REMOVE)
    assert found(cast) == [("finance", 4, 0, in_feed.count())] == [("finance", 4, 0, 3)]
    assert set(in_feed.values_list("publication__kind", flat=True)) == set(TAKES_OUT)
    assert not Change.objects.filter(op=ChangeOp.UPSERT, publication__kind__in=TAKES_OUT).exists()


def test_since_when_is_the_oldest_removal_or_the_day_the_data_was_taken(cast: Cast, time_machine: Any) -> None:
    publish_many(cast, 3)
    remove_first(cast)
    time_machine.move_to(clock.now() + timedelta(days=10), tick=False)
    taken_at = take(cast, 0).at
    time_machine.move_to(clock.now() + timedelta(days=3), tick=False)
    remove_first(cast)
    (row,) = stale_copies(cast.actor("coordinator"))
    assert row.stale_since == taken_at
    confirm(cast, Download.objects.get())
    (row,) = stale_copies(cast.actor("coordinator"))
    assert row.stale_since == Change.objects.latest("changed_at").changed_at
    time_machine.move_to(clock.now() + timedelta(days=5), tick=False)
    page = signed_in(cast.coordinator).get(URL)
    assert [row.get_cell("days") for row in page.context["table"].rows] == ["5"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("profile", list(DataProfile))
def test_a_snapshot_is_known_whatever_the_data_profile(cast: Cast, api: Connect, profile: str) -> None:
    Unit.objects.filter(pk=cast.finance.pk).update(data_profile=profile)
    publish_many(cast, 3)
    remove_first(cast)
    call = api(cast.finance)
    b"".join(call("get", "snapshot/TBLACK/").streaming_content)
    assert found(cast) == [], "what was gone already is not in it"
    remove_first(cast)
    assert found(cast) == [("finance", 4, 0, 1)]
    call("post", "feed/TBLACK/ack/", {"cursor": at(cast, 5)})
    assert found(cast) == []


def test_pulling_without_acknowledging_makes_a_stale_copy(cast: Cast, api: Connect) -> None:
    publish_many(cast, 3)
    remove_first(cast)
    call = api(cast.finance)
    call("get", f"feed/TBLACK/?since={at(cast, 0)}&limit=2")
    call("get", f"feed/TBLACK/?since={at(cast, 0)}&limit=1")
    assert found(cast) == [("finance", 2, 0, 1)]
    call("post", "feed/TBLACK/ack/", {"cursor": at(cast, 4)})
    assert found(cast) == []


def test_a_copy_of_an_epoch_that_is_over_is_stale_until_it_is_replaced(cast: Cast) -> None:
    publish_many(cast, 3)
    confirm(cast, take(cast, 0))
    assert found(cast) == []
    start_new_epoch(lists=CreditList.objects.all())
    assert found(cast) == [("finance", 3, 0, 0)]
    assert "the whole copy must be replaced" in text(signed_in(cast.coordinator), URL)
    anew = take(cast, 0)
    assert found(cast) == [("finance", 3, 0, 0)], "taken, not worked in"
    confirm(cast, anew)
    assert found(cast) == []


def test_the_counter_equals_the_list_it_opens(cast: Cast) -> None:
    publish_many(cast, 3)
    for who in ("finance_clerk", "transport_clerk"):
        take(cast, 0, who)
    remove_first(cast)
    for who, units in (
        ("coordinator", ["finance", "transport"]),
        ("finance_clerk", ["finance"]),
        ("transport_clerk", ["transport"]),
        ("stranger", []),
    ):
        (counter,) = [one for one in counters(cast.actor(who)) if one.url == URL]
        assert sorted(row[0] for row in found(cast, who)) == units
        page = signed_in(getattr(cast, who)).get(counter.url)
        assert counter.count == len(page.context["table"].rows) == len(units)
    assert "has confirmed all removals" in text(signed_in(cast.stranger), URL)


def test_the_longest_stale_comes_first(cast: Cast, time_machine: Any) -> None:
    publish_many(cast, 3)
    take(cast, 0, "transport_clerk")
    remove_first(cast)
    time_machine.move_to(clock.now() + timedelta(days=2))
    take(cast, 0)
    assert [row[0] for row in found(cast)] == ["transport", "finance"]


def test_without_the_right_nothing_is_shown(cast: Cast) -> None:
    nobody = User.objects.create_user("nobody", unit=cast.finance)
    assert signed_in(nobody).get(URL).status_code == 403
    assert signed_in(cast.auditor).get(URL).status_code == 403


def test_the_report_costs_the_same_for_1_10_and_100_units(cast: Cast) -> None:
    publish_many(cast, 3)
    remove_first(cast)
    epoch, now = cast.black.head.epoch, clock.now()
    actor, client, counts = cast.actor("coordinator"), signed_in(cast.coordinator), []
    assert actor.acts
    for begin, end in ((0, 1), (1, 10), (10, 100)):
        units = Unit.objects.bulk_create(
            Unit(code=f"unit{n}", name=f"unit {n}", kind="ADMINISTRATION") for n in range(begin, end)
        )
        OfflineCopy.objects.bulk_create(
            OfflineCopy(unit=unit, credit_list=cast.black, epoch=epoch, from_seq=0, to_seq=3, first_at=now, last_at=now)
            for unit in units
        )
        with CaptureQueriesContext(connection) as queries:
            assert len(stale_copies(actor)) == end
        assert len(queries) == 1
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_a_copy_of_a_list_that_no_longer_concerns_the_unit_must_go(cast: Cast) -> None:
    publish_many(cast, 2)
    clerk = signed_in(cast.finance_clerk)
    confirm(cast, take(cast, 0))
    copy = OfflineCopy.objects.get()
    assert "still concerns" in clerk.post(f"/push/copies/{copy.pk}/deleted/", follow=True).content.decode()
    cast.ban.responsibilities.filter(unit=cast.finance).delete()
    make_cursors()
    assert found(cast) == [("finance", 2, 2, 0)]
    assert "the whole copy must go" in text(signed_in(cast.coordinator), URL)
    assert "no longer concerns your unit" in text(clerk, "/push/downloads/")
    assert signed_in(cast.transport_clerk).post(f"/push/copies/{copy.pk}/deleted/").status_code == 404
    clerk.post(f"/push/copies/{copy.pk}/deleted/")
    assert found(cast) == []
    assert OfflineCopy.objects.get().deleted_by == cast.finance_clerk


def test_an_old_file_is_confirmed_also_when_the_feed_has_been_shortened(cast: Cast, time_machine: Any) -> None:
    publish_many(cast, 2)
    first = take(cast, 0)
    publish_many(cast, 2, seed=9)
    time_machine.move_to(clock.now() + timedelta(days=400))
    assert shorten_feeds() == 1
    confirm(cast, first)
    confirm(cast, take(cast, 2))
    assert found(cast) == []
