"""Mails about messages: one a unit and morning whoever sends it, what is urgent at once, to whom the unit says."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from catalog.models import CalendarDay
from jinan_credit.accounts.enums import MailTo, Role
from jinan_credit.accounts.events import TEST
from jinan_credit.accounts.models import StaffMessage, Unit, User
from jinan_credit.accounts.services.staff_messages import mark_read, send_test, tell_staff
from jinan_credit.exchange.models import DailyMail
from jinan_credit.exchange.services.daily_mail import mail_daily
from jinan_credit.exchange.services.urgent_mail import MOST_ATTEMPTS, mail_urgent
from jinan_credit.kernel import clock
from sanctions import events
from sanctions.models import UnitTask
from sanctions.services.unit_tasks import sign_task
from tests.cast import Cast, make_cast, make_user, publish_one
from tests.exchange.mailbox import mail_server

SMTP = "django.core.mail.backends.smtp.EmailBackend"
MONDAY = datetime(2025, 11, 3, 0, tzinfo=UTC)
"""8 o'clock in Jinan."""


def on(moment: datetime = MONDAY, **later: int) -> time_machine.travel:
    return time_machine.travel(moment + timedelta(**later), tick=False)


@pytest.fixture
def with_mail(settings: Settings) -> Settings:
    settings.EMAIL_HOST = "127.0.0.1"
    settings.DEFAULT_FROM_EMAIL = "credit@example.org"
    settings.SITE_ADDRESS = "https://credit.example.org"
    return settings


@pytest.fixture
def reached(cast: Cast, with_mail: Settings) -> Cast:
    """The finance office has a contact address, nobody else."""
    Unit.objects.filter(pk=cast.finance.pk).update(contact_email="finance@example.org")
    return cast


@pytest.fixture
def published(reached: Cast) -> Iterator[Cast]:
    """On Sunday evening; it is Monday morning, eight o'clock."""
    with on(hours=-12):
        publish_one(reached)
    with on():
        yield reached


def bodies() -> list[str]:
    return [str(sent.body) for sent in mail.outbox]


# Every morning -------------------------------------------------------------------------------------------------------


def test_the_mail_says_what_is_due_and_what_is_new(published: Cast) -> None:
    assert mail_daily() == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.cc, sent.bcc) == (["finance@example.org"], [], [])
    assert sent.subject == "信用济南：测试财政局，2025-11-03"
    task = UnitTask.objects.get(unit=published.finance)
    assert f"{task.publication.number}（测试黑名单，变更1条）：请于{task.due_on}前签收。" in sent.body
    assert f"https://credit.example.org/tasks/of/{task.publication_id}/" in sent.body
    assert "待签收：逾期0件，即将到期1件" in sent.body
    assert "https://credit.example.org/messages/" in sent.body


def test_one_a_day_and_nothing_twice(published: Cast) -> None:
    assert [mail_daily() for _time in range(3)] == [1, 0, 0]
    with on(days=1):
        mail_daily()
        assert "请于" not in bodies()[-1], "what was named is not named again"
        assert "待签收：" in bodies()[-1], "what is due stays due"
        sign_task(task=UnitTask.objects.get(unit=published.finance), by=published.actor("finance_clerk"))
    with on(days=2):
        send = len(mail.outbox)
        UnitTask.objects.update(feedback_due_on=None)
        assert mail_daily() == 0, "nothing to say"
    assert len(mail.outbox) == send


def test_what_is_late_is_said(published: Cast) -> None:
    with on(days=7):
        mail_daily()
    assert "待签收：逾期1件，即将到期0件" in bodies()[0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one(with_mail: Settings) -> None:
    cast = make_cast()
    with on(hours=-12):
        publish_one(cast)
    Unit.objects.update(contact_email="unit@example.org")
    barrier = threading.Barrier(4)
    sent = list[int]()

    def beat() -> None:
        try:
            barrier.wait(10)
            sent.append(mail_daily())
        finally:
            connection.close()

    with on():
        threads = [threading.Thread(target=beat) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sum(sent) == len(mail.outbox) == 3
    assert DailyMail.objects.filter(is_sent=True).count() == 3
    assert DailyMail.objects.count() == 5


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        (datetime(2025, 11, 2, 23, 29, tzinfo=UTC), 0),  # 7:29 on Monday
        (datetime(2025, 11, 2, 23, 31, tzinfo=UTC), 1),
        (datetime(2025, 11, 3, 8, 0, tzinfo=UTC), 1),  # 16:00: after an outage
        (datetime(2025, 11, 8, 2, 0, tzinfo=UTC), 0),  # Saturday
        (datetime(2025, 10, 3, 2, 0, tzinfo=UTC), 0),  # a holiday
        (datetime(2025, 10, 11, 2, 0, tzinfo=UTC), 1),  # a Saturday that is worked
    ],
)
def test_on_working_days_in_the_morning(reached: Cast, moment: datetime, count: int) -> None:
    with on(moment, hours=-10):
        tell_staff(events.CASE_ADOPTED, units=[reached.finance], link="/cases/1/")
    with on(moment):
        assert mail_daily() == count


def test_a_day_that_the_city_made_free(published: Cast) -> None:
    CalendarDay.objects.create(on=date(2025, 11, 3), is_working=False, source="test")
    assert mail_daily() == 0


def test_without_a_server_nothing_is_mailed_and_nothing_waits(published: Cast, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    send_test(by=published.actor("finance_clerk"))
    assert (mail_daily(), mail_urgent()) == (0, 0)
    assert not DailyMail.objects.exists()
    assert StaffMessage.objects.get(kind=TEST.code).mail_at is None


def test_to_persons_goes_what_their_roles_have_to_do_with_and_they_have_not_read(published: Cast) -> None:
    cast = published
    Unit.objects.update(mail_to=MailTo.PERSONS)
    for user, address in ((cast.finance_clerk, "clerk"), (cast.reviewer, "reviewer"), (cast.clerk, "of-court")):
        User.objects.filter(pk=user.pk).update(email=f"{address}@example.org")
    gone = make_user("gone", cast.finance, Role.CLERK)
    User.objects.filter(pk=gone.pk).update(email="gone@example.org", is_active=False)
    mail_daily()
    by_address = {sent.to[0]: sent.body for sent in mail.outbox}
    assert set(by_address) == {"clerk@example.org", "reviewer@example.org"}, "the court's clerk submitted it himself"
    assert "发布待签收" in by_address["clerk@example.org"]
    assert "提交审核：1条。" in by_address["reviewer@example.org"]
    assert all(sent.to[0] in by_address and not sent.bcc for sent in mail.outbox)
    with on(hours=2):
        tell_staff(events.CASE_ADOPTED, units=[cast.finance], link="/cases/1/")
        mark_read(messages=StaffMessage.objects.filter(kind="case.adopted"), by=cast.actor("finance_clerk"))
    with on(days=1):
        mail_daily()
    assert not any("典型案例已采纳" in body for body in bodies())


def test_to_nobody_goes_nothing(published: Cast) -> None:
    Unit.objects.update(mail_to=MailTo.NOBODY)
    send_test(by=published.actor("finance_clerk"))
    assert (mail_daily(), mail_urgent(), mail.outbox) == (0, 0, [])


def test_a_unit_that_begins_to_read_mails_gets_no_old_ones(published: Cast) -> None:
    with on(days=21):
        mail_daily()
    assert "发布待签收" not in bodies()[0]


def test_many_messages_are_named_in_part(reached: Cast) -> None:
    with on():
        for _time in range(25):
            tell_staff(events.CASE_ADOPTED, units=[reached.finance], link="/cases/1/")
    with on(hours=1):
        mail_daily()
    (body,) = bodies()
    assert body.count("典型案例已采纳") == 20
    assert "另有5条。" in body
    with on(days=1):
        assert mail_daily() == 0


def test_a_message_whose_transaction_ended_late_is_named_next_morning(published: Cast) -> None:
    mail_daily()
    with on(minutes=-30):
        tell_staff(events.CASE_ADOPTED, units=[published.finance], link="/cases/1/")
    with on(days=1):
        mail_daily()
    assert bodies()[-1].count("典型案例已采纳") == 1
    assert "发布待签收" not in bodies()[-1]


def test_a_server_that_is_down_loses_nothing(published: Cast, with_mail: Settings) -> None:
    with_mail.EMAIL_BACKEND = SMTP
    with_mail.EMAIL_PORT = 1
    send_test(by=published.actor("finance_clerk"))
    assert (mail_daily(), mail_urgent()) == (0, 0)
    assert mail_daily() == 0, "not again at once"
    with on(minutes=6), mail_server() as server:
        with_mail.EMAIL_PORT = server.port
        assert (mail_daily(), mail_urgent()) == (1, 1)
        assert [to for to, _mail in server.mails] == [["finance@example.org"]] * 2


def test_a_clock_that_ran_ahead_holds_up_no_mail(published: Cast, with_mail: Settings) -> None:
    with_mail.EMAIL_BACKEND = SMTP
    with_mail.EMAIL_PORT = 1
    with on(hours=2):
        assert mail_daily() == 0
    with on(minutes=1), mail_server() as server:
        with_mail.EMAIL_PORT = server.port
        assert mail_daily() == 1


def test_an_address_that_is_refused_stops_nobody_else(published: Cast, with_mail: Settings) -> None:
    Unit.objects.filter(pk=published.transport.pk).update(contact_email="transport@example.org")
    for unit in (published.finance, published.transport):
        tell_staff(TEST, units=[unit], link="/messages/")
    with_mail.EMAIL_BACKEND = SMTP
    with mail_server("finance@example.org") as server:
        with_mail.EMAIL_PORT = server.port
        assert (mail_urgent(), mail_daily()) == (1, 1)
        assert [to for to, _mail in server.mails] == [["transport@example.org"]] * 2
    assert list(DailyMail.objects.filter(is_sent=False).values_list("unit__code", flat=True)) == ["finance"]


def test_a_morning_costs_the_same_for_each_unit(published: Cast) -> None:
    def cost(units: int) -> int:
        for number in range(units):
            code = f"u{Unit.objects.count()}"
            unit = Unit.objects.create(code=code, name=f"单位{code}", contact_email=f"u{number}@example.org")
            make_user(code, unit, Role.CLERK)
            tell_staff(events.CASE_ADOPTED, units=[unit], link="/cases/1/")
        with CaptureQueriesContext(connection) as queries:
            assert mail_daily() == units
        return len(queries)

    mail_daily()
    five, ten = cost(5), cost(10)
    assert ten - five == 5 * EACH


EACH = 8
"""Queries a mail: claimed in a transaction, its roles, what went before, what is new, and that it went out."""


# At once -------------------------------------------------------------------------------------------------------------


def test_what_is_urgent_is_mailed_at_once_and_only_once(published: Cast) -> None:
    send_test(by=published.actor("finance_clerk"))
    assert [mail_urgent() for _time in range(2)] == [1, 0]
    (sent,) = mail.outbox
    assert sent.to == ["finance@example.org"]
    assert sent.subject == "信用济南：测试消息"
    assert "https://credit.example.org/messages/ways/" in sent.body
    mail_daily()
    assert "测试消息" not in bodies()[-1], "who was told at once is not told again"


def test_an_urgent_mail_to_persons_shows_none_of_them_another(published: Cast) -> None:
    cast = published
    Unit.objects.filter(pk=cast.finance.pk).update(mail_to=MailTo.PERSONS)
    other = make_user("other", cast.finance, Role.REVIEWER, Role.CLERK)
    User.objects.filter(pk=other.pk).update(email="b@example.org")
    User.objects.filter(pk=cast.finance_clerk.pk).update(email="a@example.org")
    send_test(by=cast.actor("finance_clerk"))
    mail_urgent()
    (sent,) = mail.outbox
    assert (sent.to, sent.bcc) == ([], ["a@example.org", "b@example.org"])
    assert "a@example.org" not in str(sent.message())


def test_what_cannot_be_mailed_at_once_is_given_up_and_named_in_the_morning(
    published: Cast, with_mail: Settings
) -> None:
    with_mail.EMAIL_BACKEND, with_mail.EMAIL_PORT = SMTP, 1
    send_test(by=published.actor("finance_clerk"))
    for hours in range(MOST_ATTEMPTS + 2):
        with on(hours=12 * hours + 1):
            assert mail_urgent() == 0
    message = StaffMessage.objects.get(kind=TEST.code)
    assert (message.mail_at, message.mail_attempts, message.mailed_at) == (None, MOST_ATTEMPTS, None)
    with_mail.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with on(days=4):
        mail_daily()
    assert "测试消息" in bodies()[0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_mail_what_is_urgent_once(with_mail: Settings) -> None:
    cast = make_cast()
    Unit.objects.update(contact_email="unit@example.org")
    for number in range(6):
        tell_staff(TEST, units=[cast.finance], link="/", about=str(number))
    barrier = threading.Barrier(4)

    def beat() -> None:
        try:
            barrier.wait(10)
            mail_urgent()
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(mail.outbox) == 6
    assert not StaffMessage.objects.filter(mailed_at=None).exists()


def test_the_database_keeps_one_mail_a_day(cast: Cast) -> None:
    DailyMail.objects.create(unit=cast.finance, day=clock.today())
    with pytest.raises(IntegrityError, match="daily_mail_goes_out_once_a_day"), transaction.atomic():
        DailyMail.objects.create(unit=cast.finance, day=clock.today())
    with pytest.raises(IntegrityError, match="daily_mail_sent_has_ended"), transaction.atomic():
        DailyMail.objects.update(is_sent=True)
    DailyMail.objects.create(unit=cast.finance, user=cast.finance_clerk, day=clock.today())
