"""Sessions from the outside: ended by time, by their person, by the security administrator; nothing typed is lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts import unsent
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.kernel import clock
from tests.accounts.conftest import PASSWORD

SIGN_IN, CONFIRM = "/accounts/login/", "/accounts/confirm/"


@pytest.fixture
def wang(make_user):
    return make_user("wang", Role.CLERK, Role.REVIEWER)


def signed_in(name: str = "wang", address: str = "10.0.0.1", browser: str = "Firefox") -> Client:
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=browser)
    assert client.post(SIGN_IN, {"login": name, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/workbench/").status_code == 200


def later(**much: float):
    return time_machine.travel(clock.now() + timedelta(**much), tick=False)


# Ends by itself --------------------------------------------------------------------------------------------------


def test_a_session_ends_after_half_an_hour_without_use(wang):
    client = signed_in()

    with later(minutes=29):
        assert is_in(client)
    with later(minutes=58):
        assert is_in(client)
    with later(minutes=89):
        assert not is_in(client)
    assert not is_in(client), "it does not come to life again"


def test_a_session_ends_after_twelve_hours_whatever_is_done(wang):
    client, begun = signed_in(), clock.now()

    for quarter in range(1, 48):
        with time_machine.travel(begun + timedelta(minutes=15 * quarter), tick=False):
            assert is_in(client)
    with time_machine.travel(begun + timedelta(hours=12, seconds=1), tick=False):
        assert not is_in(client)


@pytest.mark.parametrize("headers", [{}, {"X-Polled": "yes"}], ids=["asked how long", "polled"])
def test_what_a_page_asks_by_itself_is_no_use(wang, headers):
    client, address = signed_in(), "/workbench/" if headers else "/session/left/"

    with later(minutes=29):
        assert client.get(address, headers=headers).status_code == 200
    with later(minutes=31):
        assert not is_in(client)


def test_the_page_says_how_long_it_lasts_and_one_may_stay(wang):
    with later(seconds=0) as begun:
        client = signed_in()
        assert 'data-session-seconds="1800"' in client.get("/workbench/").content.decode()
        begun.shift(timedelta(minutes=28))
        assert client.get("/session/left/").json() == {"seconds": 120}
        assert client.post("/session/stay/").json() == {"seconds": 1800}
    with later(minutes=57):
        assert is_in(client)


def test_the_sign_in_page_says_why(wang):
    client = signed_in()

    with later(minutes=31):
        page = client.get("/workbench/", follow=True).content.decode()

    assert "alert-warning" in page
    assert re.search("一段时间|for a while", page)


def test_a_part_of_a_page_asks_for_the_whole_page(wang):
    client = signed_in()

    with later(minutes=31):
        answer = client.get("/workbench/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Refresh"] == "true"
    assert not answer.content


# Nothing typed is lost -------------------------------------------------------------------------------------------


WAYS = {"contact_email": "new@jinan.example", "mail_to": "CONTACT"}


def test_a_form_that_came_too_late_is_sent_after_the_sign_in(wang, unit):
    client = signed_in()

    with later(minutes=31):
        answer = client.post("/messages/ways/", WAYS)
        unit.refresh_from_db()
        assert unit.contact_email == ""
        assert answer.headers["Location"] == f"{SIGN_IN}?next=%2Fsession%2Funsent%2F"
        client.post(SIGN_IN, {"login": "wang", "password": PASSWORD, "next": "/session/unsent/"})
        page = client.get("/session/unsent/").content.decode()
        unit.refresh_from_db()
        assert unit.contact_email == "", "nothing is done without the person"
        assert '<form method="post" action="/messages/ways/">' in page
        typed = dict(
            re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.split("/messages/ways/")[1])
        )
        assert {name: typed[name] for name in WAYS} == WAYS
        client.post("/messages/ways/", WAYS)

    unit.refresh_from_db()
    assert unit.contact_email == "new@jinan.example"


@pytest.mark.parametrize("before", ["/session/left/", "/workbench/", "/"])
def test_it_is_kept_too_when_the_page_had_noticed_the_end(wang, before):
    client = signed_in()

    with later(minutes=31):
        client.get(before)
        assert client.post("/messages/ways/", WAYS).headers["Location"].endswith("unsent%2F")
        client.post(SIGN_IN, {"login": "wang", "password": PASSWORD})
        assert "new@jinan.example" in client.get("/session/unsent/").content.decode()


@pytest.mark.parametrize("what", ["ended by a person", "the cookie was lost"])
def test_it_is_kept_too_however_the_session_ended(wang, what):
    client = signed_in()
    if what == "the cookie was lost":
        del client.cookies[settings.SESSION_COOKIE_NAME]
    else:
        signed_in(address="10.0.0.9").post("/my-account/sessions/end-others/")

    assert client.post("/messages/ways/", WAYS).headers["Location"].endswith("unsent%2F")
    client.post(SIGN_IN, {"login": "wang", "password": PASSWORD})
    assert "new@jinan.example" in client.get("/session/unsent/").content.decode()


def test_whoever_signed_out_leaves_nothing_of_himself(wang):
    client = signed_in()
    assert client.cookies[unsent.WHOSE]["httponly"]

    client.post("/accounts/logout/")

    assert client.cookies[unsent.WHOSE].value == ""
    assert "unsent" not in client.post("/messages/ways/", WAYS).headers["Location"]


def test_nobody_names_himself_whose_form_it_is(wang):
    client = Client()
    client.cookies[unsent.WHOSE] = str(wang.pk)

    assert "unsent" not in client.post("/messages/ways/", WAYS).headers["Location"]


def test_a_form_of_the_administration_is_kept_too(wang, guard):
    client = signed_in("guard")
    address = reverse("admin:accounts_user_end_sessions", args=[wang.pk])

    with later(minutes=31):
        client.post(address, {"typed": "here"})
        client.post(SIGN_IN, {"login": "guard", "password": PASSWORD})
        page = client.get("/session/unsent/").content.decode()

    assert f'action="{address}"' in page
    assert 'name="typed" value="here"' in page


def test_what_is_kept_lies_sealed_in_the_database(wang):
    """Also where it only waits for its person to confirm who he is."""
    client = signed_in()
    with later(minutes=16):
        client.post("/exports/new/entries/", {"reason": "number 379999199003072316"})
        assert "379999199003072316" in str(dict(client.session))
        row = Session.objects.get(session_key=client.session.session_key)
    assert db.SessionStore().decode(row.session_data) == {}


def test_a_session_whose_key_is_withdrawn_is_over(wang):
    client = signed_in()
    Session.objects.update(session_data="withdrawn.c2VhbGVk")
    assert client.get("/workbench/").headers["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("address", ["/accounts/password/change/", "/accounts/confirm/"])
def test_no_password_is_kept(wang, address):
    client = signed_in()

    with later(minutes=31):
        client.post(address, {"oldpassword": PASSWORD, "password": PASSWORD, "password1": "x", "password2": "x"})
        assert "unsent_form" not in client.session


def test_a_visitor_who_never_signed_in_is_kept_nothing(wang):
    client = Client()

    assert "unsent" not in client.post("/messages/ways/", WAYS).headers["Location"]


def test_it_is_kept_for_nobody_else(wang, make_user):
    make_user("li", Role.REVIEWER)
    client = signed_in()

    with later(minutes=31):
        client.post("/messages/ways/", WAYS)
        client.post(SIGN_IN, {"login": "li", "password": PASSWORD})
        assert client.get("/session/unsent/").status_code == 302
        client.post("/accounts/logout/")
        client.post(SIGN_IN, {"login": "wang", "password": PASSWORD})
        assert client.get("/session/unsent/").status_code == 302


def test_it_can_be_thrown_away(wang):
    client = signed_in()

    with later(minutes=31):
        client.post("/messages/ways/", WAYS)
        client.post(SIGN_IN, {"login": "wang", "password": PASSWORD})
        assert client.get("/session/unsent/").status_code == 200
        client.post("/session/unsent/")
        assert client.get("/session/unsent/").status_code == 302


def test_a_form_of_another_site_is_not_kept(wang):
    client = Client(enforce_csrf_checks=True)
    client.force_login(wang, backend="django.contrib.auth.backends.ModelBackend")
    assert is_in(client)

    with later(minutes=31):
        assert client.post("/messages/ways/", WAYS).status_code == 403
        assert client.get("/session/unsent/").status_code == 302
    assert "unsent_form" not in client.session


# Ended by a person -----------------------------------------------------------------------------------------------


def test_a_person_sees_his_sessions_and_ends_one(wang):
    here, there = signed_in(browser="Firefox"), signed_in(address="10.0.0.9", browser="Chrome 150")
    page = here.get("/my-account/sessions/").content.decode()

    assert "10.0.0.9" in page
    assert "Chrome 150" in page
    [pk] = re.findall(r"/my-account/sessions/(\d+)/end/", page)
    here.post(f"/my-account/sessions/{pk}/end/")
    assert is_in(here)
    assert not is_in(there)


def test_many_sessions_cost_no_more_queries(wang, django_assert_max_num_queries):
    first, *_others = [signed_in(browser=f"Firefox {number}") for number in range(9)]
    Session.objects.exclude(session_key=first.session.session_key).update(expire_date=clock.now())

    with django_assert_max_num_queries(14):
        page = first.get(reverse("sessions")).content.decode()

    assert "Firefox 0" in page
    assert "Firefox 8" not in page
    assert list(UserSession.objects.values_list("user_agent", flat=True)) == ["Firefox 0"]


def test_a_person_ends_all_others(wang):
    here, *others = (signed_in(address=f"10.0.0.{number}") for number in range(1, 4))

    here.post("/my-account/sessions/end-others/")

    assert is_in(here)
    assert not any(is_in(other) for other in others)


def test_nobody_ends_the_session_of_another(wang, make_user):
    make_user("li", Role.CLERK)
    of_wang, of_li = signed_in(), signed_in("li")
    pk = UserSession.objects.get(user=wang).pk

    assert of_li.post(f"/my-account/sessions/{pk}/end/").status_code == 404
    assert of_li.post("/my-account/sessions/999999/end/").status_code == 404
    assert is_in(of_wang)


def test_a_session_that_was_ended_elsewhere_is_listed_no_more(wang):
    here, there = signed_in(), signed_in(address="10.0.0.9")
    there.post("/accounts/logout/")

    assert "10.0.0.9" not in here.get("/my-account/sessions/").content.decode()


def test_a_new_password_ends_the_other_sessions(wang):
    here, there = signed_in(), signed_in(address="10.0.0.9")
    new = "another-long-pass-phrase-8"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_in(here)
    assert not is_in(there)


@pytest.mark.parametrize("act", ["end_sessions", "remove_second_factors"])
def test_the_security_administrator_ends_all_of_a_person(wang, guard, act):
    some = [signed_in(address=f"10.0.0.{number}") for number in range(1, 4)]
    admin = signed_in("guard")
    address = reverse(f"admin:accounts_user_{act}", args=[wang.pk])

    assert admin.get(address).status_code == 200
    assert all(is_in(one) for one in some), "asking does nothing"
    admin.post(address)
    assert not any(is_in(one) for one in some)
    assert is_in(admin)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECURITY_ADMIN])
@pytest.mark.parametrize("act", ["end_sessions", "remove_second_factors"])
def test_nobody_else_does(wang, make_user, role, act):
    make_user("other", role)
    of_wang = signed_in()

    answer = signed_in("other").post(reverse(f"admin:accounts_user_{act}", args=[wang.pk]))

    assert answer.status_code in (302, 403, 404)
    assert is_in(of_wang)


def test_a_disabled_person_is_out_with_the_next_request(wang):
    client = signed_in()
    User.objects.filter(pk=wang.pk).update(is_active=False)

    assert not is_in(client)


# Confirmed before sensitive acts ---------------------------------------------------------------------------------


def used_for(client: Client, minutes: int) -> None:
    """The session lives on, its sign-in grows old."""
    begun = clock.now()
    for passed in range(10, minutes + 1, 10):
        with time_machine.travel(begun + timedelta(minutes=passed), tick=False):
            assert is_in(client)


def test_a_sensitive_act_asks_who_it_is_and_then_goes_on(wang, guard):
    client = signed_in("guard")
    page = reverse("admin:accounts_user_end_sessions", args=[wang.pk])
    of_wang = signed_in()
    assert client.get(page).status_code == 200, "who has just signed in is not asked"

    used_for(client, 20)
    with later(minutes=21):
        assert is_in(of_wang)
        answer = client.post(page)
        assert answer.headers["Location"].startswith(CONFIRM)
        assert is_in(of_wang)
        wrong = client.post(CONFIRM, {"password": "wrong", "next": page})
        assert wrong.status_code == 200
        assert is_in(of_wang)
        client.post(CONFIRM, {"password": PASSWORD, "next": page})
        assert not is_in(of_wang), "what was sent went on by itself"
        assert client.get(page).status_code == 200


def test_each_sensitive_page_asks(wang, guard):
    client, admin = signed_in(), signed_in("guard")
    grant = RoleGrant.objects.get(user=wang, role=Role.CLERK)
    pages = [
        (client, "/accounts/second-factor/app/add/"),
        (client, "/accounts/second-factor/keys/add/"),
        (client, reverse("push_address")),
        (client, reverse("office_address")),
        (client, reverse("export_new")),
        (admin, reverse("admin:accounts_user_add")),
        (admin, reverse("admin:accounts_user_change", args=[wang.pk])),
        (admin, reverse("admin:auth_user_password_change", args=[wang.pk])),
        (admin, reverse("admin:accounts_apiclient_add")),
        (admin, reverse("admin:accounts_user_remove_second_factors", args=[wang.pk])),
    ]
    used_for(client, 20)
    used_for(admin, 20)

    with later(minutes=21):
        for who, page in pages:
            answer = who.get(page)
            assert answer.status_code == 302, page
            assert answer.headers["Location"].startswith(CONFIRM), page
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_guessing_at_the_confirmation_is_locked_too(wang, guard):
    client = signed_in("guard")
    for _try in range(5):
        client.post(CONFIRM, {"password": "wrong"})

    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 429


def test_after_signing_out_the_way_back_shows_nothing(wang):
    client = signed_in()
    client.get("/workbench/")
    client.post("/accounts/logout/")

    assert "wang" not in client.get("/workbench/", follow=True).content.decode()
