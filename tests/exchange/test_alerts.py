"""Alerts: raised once a level and spell, ended by catching up, told by mail, shown to whom they concern."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from catalog.models import RuleProfile
from jinan_credit.accounts.models import StaffMessage, Unit, User
from jinan_credit.exchange.enums import EndpointState, Via
from jinan_credit.exchange.models import Backlog, Cursor, DeliveryAlert, Endpoint, WatchMark
from jinan_credit.exchange.panels import counters
from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.selectors import open_alerts
from jinan_credit.exchange.services.alert_mail import mail_alerts
from jinan_credit.exchange.services.alerting import watch
from jinan_credit.exchange.services.cursors import rewind
from jinan_credit.exchange.services.endpoints import pause_endpoint
from jinan_credit.exchange.services.epochs import start_new_epoch
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.models import CreditList, Publication
from tests.cast import Cast, make_cast, make_user, publish_one
from tests.exchange.conftest import Peer, client_of, connect
from tests.exchange.mailbox import mail_server
from tests.exchange.test_pages import signed_in, text

MakePeer = Callable[..., Peer]
LEVELS = [15, 240, 1440]


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    """The clock stands still and goes on when told. The first look of all has been."""
    with time_machine.travel(clock.now(), tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def later(cast: Cast, travel: time_machine.Traveller) -> Callable[..., None]:
    """`later(minutes=16)`: that much time passes, with a look at every minute of the first and last two."""
    watch()

    def pass_time(**length: float) -> None:
        left = timedelta(**length)
        steps = [timedelta(minutes=1)] * 4
        for step in [*steps[:2], left - sum(steps, timedelta()), *steps[2:]]:
            travel.shift(step)
            watch()

    return pass_time


Later = Callable[..., None]


def levels(*, is_open: bool = True) -> list[int]:
    return sorted(DeliveryAlert.objects.filter(ended_at__isnull=is_open).values_list("level", flat=True))


def fails(cast: Cast, make_peer: MakePeer) -> datetime:
    """The finance office's system fails; a change is published. Gives when."""
    connect(make_peer(*[(500, {})] * 50), cast.finance)
    publish_one(cast)
    push()
    return clock.now()


# Raised and ended -------------------------------------------------------------------------------------------------


def test_an_alert_of_each_level_is_raised_once(cast: Cast, make_peer: MakePeer, later: Later) -> None:
    published_at = fails(cast, make_peer)
    later(minutes=14)
    assert levels() == []
    later(minutes=6)
    (alert,) = DeliveryAlert.objects.all()
    assert (alert.unit, alert.level, alert.behind_from) == (cast.finance, 15, published_at)
    assert (alert.lists, alert.changes_behind, alert.error) == (1, 1, "HTTP 500")
    later(hours=4)
    assert levels() == [15, 240]
    later(hours=24)
    assert levels() == LEVELS
    later(days=30)
    assert levels() == LEVELS
    assert Endpoint.objects.get().state == EndpointState.ACTIVE


def test_alerts_end_when_the_unit_has_caught_up_and_a_new_spell_raises_new_ones(
    cast: Cast, make_peer: MakePeer, later: Later
) -> None:
    peer = make_peer((500, {}))
    connect(peer, cast.finance)
    publish_one(cast)
    push()
    later(hours=5)
    assert levels() == [15, 240]
    push()
    later(minutes=5)
    assert levels() == []
    assert not Backlog.objects.exists()
    peer.replies += [(500, {})]
    publish_one(cast, seed=2)
    push()
    later(minutes=20)
    assert levels() == [15]
    assert levels(is_open=False) == [15, 240]


def test_a_unit_that_is_never_idle_has_caught_up_all_the_same(
    cast: Cast, make_peer: MakePeer, later: Later, travel: time_machine.Traveller
) -> None:
    fails(cast, make_peer)
    later(minutes=20)
    Endpoint.objects.update(url=make_peer().url)
    Cursor.objects.update(next_attempt_at=clock.now())
    push()
    for seed in (2, 3):
        travel.shift(50)
        publish_one(cast, seed=seed)
        travel.shift(10)
        watch()
        assert Backlog.objects.count() == 1
        push()
    assert levels() == []


def test_new_units_and_new_lists_wait_from_their_own_beginning(
    cast: Cast, make_peer: MakePeer, later: Later, travel: time_machine.Traveller
) -> None:
    publish_one(cast)
    travel.shift(timedelta(days=400))
    watch()
    connect(make_peer(), cast.finance)
    registered_at = clock.now()
    later(minutes=14)
    assert levels() == []
    later(minutes=20)
    (alert,) = DeliveryAlert.objects.all()
    assert alert.level == 15
    assert registered_at <= alert.behind_from <= registered_at + timedelta(minutes=1)


def test_a_unit_that_asks_for_the_past_again_waits_from_then_on(
    cast: Cast, make_peer: MakePeer, later: Later, travel: time_machine.Traveller
) -> None:
    actor, _id, _secret = client_of(cast.finance)
    connect(make_peer(), cast.finance)
    publish_one(cast)
    push()
    travel.shift(timedelta(days=400))
    watch()
    cursor = Cursor.objects.get(unit=cast.finance, credit_list=cast.black)
    rewind(code=cast.black.code, to=Position(cursor.epoch, 0), by=actor)
    later(minutes=14)
    assert levels() == []
    push()
    travel.shift(timedelta(minutes=1))
    watch()
    start_new_epoch(lists=CreditList.objects.all())
    later(minutes=14)
    assert levels() == []
    later(minutes=6)
    assert levels() == [15]


def test_asking_for_the_past_again_does_not_hide_a_delay(cast: Cast, make_peer: MakePeer, later: Later) -> None:
    fails(cast, make_peer)
    publish_one(cast, seed=2)
    Cursor.objects.filter(credit_list=cast.black).update(seq=1)
    later(minutes=12)
    Cursor.objects.filter(credit_list=cast.black).update(seq=0)
    later(minutes=6)
    assert levels() == [15]


def test_a_paused_or_gone_address_is_told_of(cast: Cast, make_peer: MakePeer, later: Later) -> None:
    actor, _id, _secret = client_of(cast.finance)
    connect(make_peer(), cast.finance)
    connect(make_peer((410, {})), cast.transport)
    pause_endpoint(by=actor, reason="maintenance")
    publish_one(cast)
    push()
    later(minutes=20)
    assert {alert.unit for alert in DeliveryAlert.objects.all()} == {cast.finance, cast.transport}


@pytest.mark.parametrize("values", [{"via": Via.PULL}, {"ended_at": clock.now(), "told_ended_at": clock.now()}])
def test_who_fetches_or_is_no_longer_concerned_is_not_told_of(
    cast: Cast, make_peer: MakePeer, later: Later, values: dict[str, object]
) -> None:
    fails(cast, make_peer)
    later(minutes=20)
    assert levels() == [15]
    Cursor.objects.update(**values)
    later(minutes=20)
    assert levels() == []


def test_an_end_that_is_not_heard_alarms_too(cast: Cast, make_peer: MakePeer, later: Later) -> None:
    fails(cast, make_peer)
    later(minutes=1)
    Cursor.objects.update(ended_at=clock.now())
    later(minutes=14)
    assert levels() == []
    later(minutes=2)
    assert levels() == [15]


def test_the_levels_are_those_of_the_rules(cast: Cast, make_peer: MakePeer, later: Later) -> None:
    RuleProfile.objects.filter(code="delivery-alert").update(parameters={"after_minutes": [30]})
    fails(cast, make_peer)
    later(minutes=20)
    assert levels() == []
    later(minutes=20)
    assert levels() == [30]
    RuleProfile.objects.filter(code="delivery-alert").update(code="of-another-name")
    with pytest.raises(DomainError) as refused:
        later(minutes=20)
    assert refused.value.code == "rule_profile_missing"


@pytest.mark.parametrize(("level", "words"), [(1, "1 minute"), (90, "90 minutes"), (60, "1 hour"), (1440, "24 hours")])
def test_a_level_is_said_in_words(level: int, words: str) -> None:
    with translation.override("en"):
        assert DeliveryAlert(level=level).length == words


def test_after_the_clock_was_set_back_it_is_looked_again(
    cast: Cast, make_peer: MakePeer, later: Later, travel: time_machine.Traveller
) -> None:
    fails(cast, make_peer)
    later(minutes=20)
    travel.shift(timedelta(hours=-2))
    Cursor.objects.update(via=Via.PULL)
    watch()
    assert levels() == []
    assert WatchMark.objects.get().at == clock.now()


def test_a_second_open_alert_of_a_level_is_refused_by_the_database(cast: Cast) -> None:
    now = clock.now()
    values = {"unit": cast.finance, "level": 15, "behind_from": now, "raised_at": now, "lists": 1, "changes_behind": 1}
    DeliveryAlert.objects.create(**values)
    with pytest.raises(IntegrityError, match="delivery_alert_is_open_once_a_level"), transaction.atomic():
        DeliveryAlert.objects.create(**values)
    DeliveryAlert.objects.update(ended_at=now)
    DeliveryAlert.objects.create(**values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("delivery_alert_comes_after_the_delay", {"raised_at": timedelta(hours=-1)}),
        ("delivery_alert_ends_after_it_began", {"ended_at": timedelta(hours=-1)}),
    ],
)
def test_an_alert_out_of_order_is_refused_by_the_database(
    cast: Cast, constraint: str, values: dict[str, timedelta]
) -> None:
    now = clock.now()
    times = {"behind_from": now, "raised_at": now, **{name: now + by for name, by in values.items()}}
    with pytest.raises(IntegrityError, match=constraint):
        DeliveryAlert.objects.create(unit=cast.finance, level=15, lists=1, changes_behind=1, **times)


@pytest.mark.django_db(transaction=True)
def test_two_beats_raise_and_mail_once(make_peer: MakePeer, settings: Settings) -> None:
    cast = make_cast()
    settings.EMAIL_HOST = "127.0.0.1"
    User.objects.filter(pk=cast.coordinator.pk).update(email="desk@example.org")
    fails(cast, make_peer)
    now = clock.now()
    Publication.objects.update(published_at=now - timedelta(days=2))
    WatchMark.objects.create(at=now - timedelta(days=3))
    barrier = threading.Barrier(4)

    def beat() -> None:
        try:
            barrier.wait(10)
            watch()
            barrier.wait(10)
            mail_alerts()
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert levels() == LEVELS
    assert len(mail.outbox) == 1


def test_a_look_costs_the_same_for_one_unit_and_many(
    cast: Cast, make_peer: MakePeer, later: Later, travel: time_machine.Traveller
) -> None:
    def cost() -> int:
        """Of a look that raises an alert of each unit that is behind."""
        later(minutes=20)
        DeliveryAlert.objects.all().delete()
        StaffMessage.objects.all().delete()
        travel.shift(60)
        with CaptureQueriesContext(connection) as queries:
            watch()
        return len(queries)

    fails(cast, make_peer)
    one = cost()
    assert DeliveryAlert.objects.count() == 1
    connect(make_peer((500, {})), cast.transport)
    publish_one(cast, credit_list=cast.red, seed=3, dishonesty_class="")
    assert cost() == one
    assert DeliveryAlert.objects.count() == 2


# Told -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(cast: Cast, settings: Settings) -> Cast:
    """A city with a mail server, in which the unit has a contact and the coordinator an address."""
    settings.EMAIL_HOST = "127.0.0.1"
    settings.DEFAULT_FROM_EMAIL = "credit@example.org"
    cast.finance.contact_email = "finance@example.org"
    cast.finance.save()
    User.objects.filter(pk=cast.coordinator.pk).update(email="desk@example.org")
    return cast


def test_the_contact_and_the_coordinator_are_told_by_a_real_server(
    told: Cast, make_peer: MakePeer, later: Later, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    fails(told, make_peer)
    later(hours=5)
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert mail_alerts() == 1
        assert mail_alerts() == 0
    ((recipients, message),) = server.mails
    assert recipients == ["finance@example.org", "desk@example.org"]
    assert (message["From"], message["To"], message["Bcc"]) == ("credit@example.org", "finance@example.org", None)
    assert message["Subject"].strip() == "信用济南：测试财政局数据副本滞后已超过4小时"
    assert message.get_content_type() == "text/plain"
    body = message.get_content()
    assert "HTTP 500" in body
    assert f"{clock.in_jinan(DeliveryAlert.objects.all()[0].behind_from):%Y-%m-%d %H:%M}" in body
    assert all(alert.mailed_at for alert in DeliveryAlert.objects.all())


def test_a_dead_mail_server_loses_nothing(
    told: Cast, make_peer: MakePeer, later: Later, settings: Settings, travel: time_machine.Traveller
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    fails(told, make_peer)
    later(minutes=20)
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
    assert mail_alerts() == 0
    Cursor.objects.update(via=Via.PULL)
    later(minutes=4)
    assert mail_alerts() == 0
    travel.shift(timedelta(minutes=2))
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert mail_alerts() == 1
    assert "期间已补齐" in server.mails[0][1].get_content()


def test_a_clock_that_ran_ahead_holds_up_no_mail(
    told: Cast, make_peer: MakePeer, later: Later, settings: Settings, travel: time_machine.Traveller
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    fails(told, make_peer)
    later(minutes=20)
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
    travel.shift(timedelta(hours=2))
    assert mail_alerts() == 0
    travel.shift(timedelta(hours=-2))
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert mail_alerts() == 1


def test_an_address_that_is_refused_holds_up_nobody(
    told: Cast, make_peer: MakePeer, later: Later, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    User.objects.update(email="")
    Unit.objects.filter(pk=told.transport.pk).update(contact_email="transport@example.org")
    fails(told, make_peer)
    connect(make_peer(), told.transport)
    later(minutes=20)
    with mail_server("finance@example.org") as server:
        settings.EMAIL_PORT = server.port
        assert mail_alerts() == 1
    assert [recipients for recipients, _message in server.mails] == [["transport@example.org"]]


def test_an_address_that_is_none_holds_up_nobody(told: Cast, make_peer: MakePeer, later: Later) -> None:
    User.objects.update(email="")
    Unit.objects.filter(pk=told.finance.pk).update(contact_email="finance\n@example.org")
    Unit.objects.filter(pk=told.transport.pk).update(contact_email="transport@example.org")
    fails(told, make_peer)
    connect(make_peer(), told.transport)
    later(minutes=20)
    assert mail_alerts() == 1
    assert [letter.recipients() for letter in mail.outbox] == [["transport@example.org"]]


def test_without_a_coordinators_address_his_unit_is_told(told: Cast, make_peer: MakePeer, later: Later) -> None:
    User.objects.update(email="")
    told.commission.contact_email = "commission@example.org"
    told.commission.save()
    former = make_user("former", told.commission)
    User.objects.filter(pk=former.pk).update(email="former@example.org")
    fails(told, make_peer)
    later(minutes=20)
    mail_alerts()
    assert mail.outbox[0].recipients() == ["finance@example.org", "commission@example.org"]


def test_what_nobody_can_be_told_of_waits_and_old_alerts_are_no_news(
    cast: Cast, make_peer: MakePeer, later: Later, settings: Settings
) -> None:
    fails(cast, make_peer)
    later(minutes=20)
    User.objects.filter(pk=cast.coordinator.pk).update(email="desk@example.org")
    assert mail_alerts() == 0
    settings.EMAIL_HOST = "127.0.0.1"
    User.objects.update(email="")
    assert mail_alerts() == 0
    Cursor.objects.update(via=Via.PULL)
    later(days=2)
    User.objects.filter(pk=cast.coordinator.pk).update(email="desk@example.org")
    assert mail_alerts() == 0
    assert not mail.outbox


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "PAUSED", "pause_reason": "x", "is_gone": True}, "410"),
        ({"state": "PAUSED", "pause_reason": "x"}, "人工暂停"),
        ({}, "是否正常运行"),
    ],
)
def test_the_mail_says_what_to_do(
    told: Cast, make_peer: MakePeer, later: Later, values: dict[str, object], words: str
) -> None:
    fails(told, make_peer)
    Endpoint.objects.update(**values)
    later(minutes=20)
    mail_alerts()
    assert words in mail.outbox[0].body


def test_what_a_receiver_answered_smuggles_nothing_into_the_mail(told: Cast, make_peer: MakePeer, later: Later) -> None:
    connect(make_peer((200, {"acked": "to: all\r\n\r\n37010219900101123X"})), told.finance)
    publish_one(told)
    push()
    later(minutes=20)
    mail_alerts()
    assert "37010219900101123X" in DeliveryAlert.objects.get().error
    assert "acked to: all … takes nothing" in mail.outbox[0].body


# Seen -------------------------------------------------------------------------------------------------------------


def test_alerts_are_seen_by_the_unit_and_the_coordinator_alone(cast: Cast, make_peer: MakePeer, later: Later) -> None:
    fails(cast, make_peer)
    later(hours=5)
    for user in (cast.coordinator, cast.finance_clerk):
        page = text(signed_in(user), "/push/")
        assert "for more than 4 hours" in page
        assert "for more than 15 minutes" not in page
    assert "for more than" in text(signed_in(cast.coordinator), f"/push/units/{cast.finance.code}/")
    assert "for more than" not in text(signed_in(cast.transport_clerk), "/push/")
    readers = ("coordinator", "finance_clerk", "transport_clerk")
    assert [counters(cast.actor(name))[1].count for name in readers] == [1, 1, 0]
    assert open_alerts(cast.actor("auditor")) == []


def test_push_loop_raises_alerts_without_celery(cast: Cast, make_peer: MakePeer, later: Later) -> None:
    fails(cast, make_peer)
    later(minutes=12)
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=True):
        call_command("push_loop", "--once", stdout=StringIO())
        assert levels() == [15]
        RuleProfile.objects.filter(code="delivery-alert").update(code="of-another-name")
        WatchMark.objects.all().delete()
        WatchMark.objects.create(at=clock.now() - timedelta(hours=1))
        errors = StringIO()
        call_command("push_loop", "--once", stdout=StringIO(), stderr=errors)
        assert "delivery-alert" in errors.getvalue()
