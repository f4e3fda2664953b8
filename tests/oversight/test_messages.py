"""The inbox of messages: whose they are, who has read what, by which ways a unit is told, and what telling costs."""

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Act, MailTo, Role
from jinan_credit.accounts.events import TEST, EventKind, Whose, declare_event, event_kinds
from jinan_credit.accounts.models import StaffMessage, StaffReading, Unit, User
from jinan_credit.accounts.services.staff_messages import mark_read, send_test, set_ways, tell_staff
from jinan_credit.accounts.workbench import counters_for
from jinan_credit.exchange.models import DailyMail
from jinan_credit.exchange.services.office_sending import body_of
from jinan_credit.exchange.services.purging import purge_messages
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.models import Publication
from sanctions import events as of_sanctions
from tests.cast import Cast, make_cast, make_user, publish_many, publish_one

SignIn = Callable[[User], Client]


def seen(client: Client, query: str = "") -> list[int]:
    answer = client.get(f"/messages/{query}")
    assert answer.status_code == 200
    return [row.record.pk for row in answer.context["table"].rows]


def unread(cast: Cast, name: str) -> int:
    return next(one.count for one in counters_for(cast.actor(name)) if "unread=yes" in one.url)


# Whose they are -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["auditor", "clerk", "coordinator"])
def test_the_kinds_are_offered_to_whoever_may_open_them(cast: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast, name))
    is_offered = reverse("message_kinds") in client.get("/messages/").content.decode()
    assert is_offered == (client.get(reverse("message_kinds")).status_code == 200)


def test_a_unit_sees_its_own_and_a_person_what_his_roles_have_to_do_with(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    of_finance = StaffMessage.objects.get(unit=cast.finance)
    assert seen(sign_in(cast.finance_clerk)) == [of_finance.pk]
    assert of_finance.pk not in seen(sign_in(cast.transport_clerk))
    assert seen(sign_in(cast.coordinator)) == []
    assert seen(sign_in(cast.auditor)) == [], "who belongs to no unit is told nothing"
    to_review = StaffMessage.objects.get(kind="entries.to_review")
    assert to_review.pk in seen(sign_in(cast.reviewer))
    assert to_review.pk not in seen(sign_in(cast.clerk)), "the clerk of the same unit does not review"


def test_another_units_message_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    message = StaffMessage.objects.get(unit=cast.finance)
    for user in (cast.transport_clerk, cast.coordinator, cast.auditor):
        client = sign_in(user)
        assert client.post(f"/messages/{message.pk}/open/").status_code == 404
        client.post("/messages/read/", {"message": message.pk})
    assert client.post("/messages/999999/open/").status_code == 404
    assert not StaffReading.objects.exists()


def test_the_tip_off_officer_is_told_of_tip_offs_only(cast: Cast, sign_in: SignIn) -> None:
    tell_staff(of_sanctions.CASE_REPORTED, link="/cases/1/", unit="测试财政局")
    assert StaffMessage.objects.get().unit == cast.commission
    assert seen(sign_in(cast.officer)) == []
    assert len(seen(sign_in(cast.coordinator))) == 1


# Who has read what ---------------------------------------------------------------------------------------------------


def test_each_person_reads_for_himself(cast: Cast, sign_in: SignIn) -> None:
    other = make_user("other-clerk", cast.finance, Role.CLERK)
    for seed in (1, 2, 3):
        publish_one(cast, seed=seed)
    assert unread(cast, "finance_clerk") == 3
    client = sign_in(cast.finance_clerk)
    first = StaffMessage.objects.filter(unit=cast.finance).earliest("pk")
    answer = client.post(f"/messages/{first.pk}/open/")
    assert answer.url == first.link
    assert seen(client, "?unread=yes") == [pk for pk in seen(client) if pk != first.pk]
    assert unread(cast, "finance_clerk") == 2
    client.post("/messages/read/?kind=publication.to_sign")
    assert unread(cast, "finance_clerk") == 0
    assert len(seen(sign_in(other), "?unread=yes")) == 3
    assert client.post(f"/messages/{first.pk}/open/").url == first.link, "reading twice is reading"


def test_marking_all_marks_what_the_filter_leaves(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    send_test(by=cast.actor("finance_clerk"))
    client = sign_in(cast.finance_clerk)
    assert len(seen(client, "?urgent=yes")) == 1
    client.post("/messages/read/?urgent=yes")
    assert [StaffMessage.objects.get(pk=pk).kind for pk in seen(client, "?unread=yes")] == ["publication.to_sign"]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_mark_all_at_once() -> None:
    cast = make_cast()
    for seed in range(3):
        publish_one(cast, seed=seed)
    barrier, counts = threading.Barrier(4), []

    def mark() -> None:
        try:
            barrier.wait(10)
            counts.append(mark_read(messages=StaffMessage.objects.all(), by=cast.actor("finance_clerk")))
        finally:
            connection.close()

    threads = [threading.Thread(target=mark) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(counts) == 4
    assert StaffReading.objects.count() == 3


def test_the_database_refuses_a_second_reading_and_a_second_telling(cast: Cast) -> None:
    send_test(by=cast.actor("finance_clerk"))
    message = StaffMessage.objects.get()
    mark_read(messages=StaffMessage.objects.all(), by=cast.actor("finance_clerk"))
    with pytest.raises(IntegrityError, match="message_is_read_once_by_a_person"), transaction.atomic():
        StaffReading.objects.create(message=message, user=cast.finance_clerk, read_at=clock.now())
    message.pk = None
    with pytest.raises(IntegrityError, match="unit_is_told_of_an_event_once"), transaction.atomic():
        message.save(force_insert=True)


# What telling costs -------------------------------------------------------------------------------------------------


def test_a_publication_makes_a_message_a_unit_however_many_entries(cast: Cast) -> None:
    publish_many(cast, 300)
    assert StaffMessage.objects.filter(kind="publication.to_sign").count() == 2
    assert set(StaffMessage.objects.filter(unit=cast.court).values_list("kind", flat=True)) == {
        "import.checked",
        "import.finished",
        "entries.to_review",
    }


def test_telling_costs_the_same_for_two_units_and_for_sixty(cast: Cast) -> None:
    def cost(units: list[Unit]) -> int:
        with CaptureQueriesContext(connection) as queries:
            tell_staff(of_sanctions.BULLETIN_ISSUED, units=units, link="/bulletins/1/", number="1", count=3)
        return len(queries)

    two = cost([cast.finance, cast.transport])
    many = [Unit.objects.create(code=f"u{n}", name=f"单位{n}") for n in range(60)]
    assert cost(many) == two
    assert StaffMessage.objects.filter(unit__in=many).count() == 60


def test_what_is_told_again_is_told_once_and_stays_read(cast: Cast) -> None:
    def tell() -> None:
        tell_staff(of_sanctions.BULLETIN_ISSUED, units=[cast.finance], link="/b/", about="1", number="1", count=3)

    tell()
    mark_read(messages=StaffMessage.objects.all(), by=cast.actor("finance_clerk"))
    tell()
    assert StaffMessage.objects.get().readings.count() == 1


def test_an_act_that_is_undone_has_told_nobody(cast: Cast) -> None:
    with transaction.atomic():
        publish_one(cast)
        transaction.set_rollback(True)
    assert not Publication.objects.exists()
    assert not StaffMessage.objects.exists()


def test_a_value_that_the_words_need_may_not_lack(cast: Cast) -> None:
    with pytest.raises(KeyError):
        tell_staff(of_sanctions.BULLETIN_ISSUED, units=[cast.finance], link="/b/", number="1")


def test_a_code_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare_event(TEST.code, TEST.name, TEST.words, whose=Whose.OWN, act=Act.SET_WAYS)


def test_a_kind_that_was_given_up_is_shown_to_nobody_and_breaks_nothing(cast: Cast, sign_in: SignIn) -> None:
    old = EventKind("old.kind", TEST.name, TEST.words, Whose.OWN, Act.SET_WAYS)
    tell_staff(old, units=[cast.finance], link="/")
    assert str(StaffMessage.objects.get()) == "old.kind"
    assert seen(sign_in(cast.finance_clerk)) == []


def test_a_kind_that_says_more_since_breaks_no_old_message(cast: Cast, sign_in: SignIn) -> None:
    publish_one(cast)
    message = StaffMessage.objects.get(unit=cast.finance)
    del message.values["count"]
    message.save(update_fields=["values"])
    assert seen(sign_in(cast.finance_clerk)) == [message.pk]
    assert json.loads(body_of(message))["data"]["words"] == ""


def test_the_page_costs_the_same_for_one_message_and_many(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.finance_clerk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            seen(client)
        return len(queries)

    send_test(by=cast.actor("finance_clerk"))
    seen(client)
    one = cost()
    for number in range(20):
        tell_staff(TEST, units=[cast.finance], link="/", about=str(number))
    assert cost() == one


# By which ways ------------------------------------------------------------------------------------------------------


def test_every_kind_stands_in_one_table(cast: Cast, sign_in: SignIn) -> None:
    keeper = make_user("keeper", cast.commission, Role.SECURITY_ADMIN)
    for user in (cast.finance_clerk, cast.coordinator, keeper):
        page = sign_in(user).get("/messages/kinds/", headers={"Accept-Language": "en"}).content.decode()
        assert all(str(kind.pattern).split("‹")[0][:20] in page.replace("&#x27;", "'") for kind in event_kinds())
    chinese = sign_in(keeper).get("/messages/kinds/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "‹名单›" in chinese
    assert not re.findall(r"‹[a-z ]+›", chinese)
    assert "/messages/kinds/" in sign_in(keeper).get("/admin/").content.decode()
    assert sign_in(cast.auditor).get("/messages/kinds/").status_code == 403


def test_a_unit_says_where_its_mails_go(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.finance_clerk)
    bad = client.post("/messages/ways/", {"contact_email": "no address", "mail_to": MailTo.CONTACT})
    assert bad.status_code == 200
    assert bad.context["form"].errors
    client.post("/messages/ways/", {"contact_email": "office@example.org", "mail_to": MailTo.PERSONS})
    cast.finance.refresh_from_db()
    assert (cast.finance.contact_email, cast.finance.mail_to) == ("office@example.org", MailTo.PERSONS)
    assert not Unit.objects.exclude(pk=cast.finance.pk).exclude(contact_email="").exists()


def test_a_unit_without_an_address_is_told_that_nobody_gets_its_mails(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.finance_clerk)
    assert "alert-warning" in client.get("/messages/ways/").content.decode()
    set_ways(contact_email="office@example.org", mail_to=MailTo.CONTACT, by=cast.actor("finance_clerk"))
    assert "alert-warning" not in client.get("/messages/ways/").content.decode()
    set_ways(contact_email="", mail_to=MailTo.NOBODY, by=cast.actor("finance_clerk"))
    assert "alert-warning" not in client.get("/messages/ways/").content.decode()


def test_who_may_not_set_ways(cast: Cast, sign_in: SignIn) -> None:
    unitless = make_user("unitless", None, Role.CLERK)
    for user, code in ((cast.officer, "act_not_allowed"), (cast.auditor, "act_not_allowed"), (unitless, "no_unit")):
        client = sign_in(user)
        assert client.get("/messages/ways/").status_code == 403
        assert client.post("/messages/ways/test/").status_code == 403
        for act in (lambda by: set_ways(contact_email="", mail_to=MailTo.NOBODY, by=by), lambda by: send_test(by=by)):
            with pytest.raises(DomainError) as refused:
                act(actor_of(user))
            assert refused.value.code == code


def test_a_test_message_is_sent_once_a_minute(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.finance_clerk)
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _time in range(3):
            assert client.post("/messages/ways/test/").url == "/messages/ways/"
        assert StaffMessage.objects.filter(kind=TEST.code).count() == 1
        travel.shift(61)
        client.post("/messages/ways/test/")
    assert StaffMessage.objects.filter(kind=TEST.code).count() == 2
    assert mail.outbox == [], "there is no mail server"


def test_the_message_of_a_publication_leads_each_unit_to_its_own_task(cast: Cast, sign_in: SignIn) -> None:
    publication = publish_many(cast, 1)
    address = reverse("task_of_publication", args=[publication.pk])
    for user in (cast.finance_clerk, cast.transport_clerk):
        task = publication.unit_tasks.get(unit=user.unit)
        assert sign_in(user).get(address).url == f"/tasks/{task.pk}/"
    assert sign_in(cast.clerk).get(address).status_code == 404


# For how long -------------------------------------------------------------------------------------------------------


def test_old_messages_go_with_their_readings(cast: Cast) -> None:
    send_test(by=cast.actor("finance_clerk"))
    mark_read(messages=StaffMessage.objects.all(), by=cast.actor("finance_clerk"))
    DailyMail.objects.create(unit=cast.finance, day=clock.today())
    assert purge_messages(day=clock.today() + timedelta(days=90)) == {"messages to staff": 0, "daily mails": 0}
    assert purge_messages(day=clock.today() + timedelta(days=91)) == {"messages to staff": 1, "daily mails": 1}
    assert not StaffReading.objects.exists()
