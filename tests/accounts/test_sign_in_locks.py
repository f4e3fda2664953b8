"""Locks of sign-in are on record, seen by the administrators and lifted with a reason."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import SignInLock, SignInLockLift, User
from jinan_credit.kernel import clock
from jinan_credit.oversight.selectors.access import Asked, accesses
from tests.accounts.conftest import PASSWORD

ADDRESS = "10.5.6.7"


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def try_in(name: str, password: str = "wrong", address: str = ADDRESS) -> int:
    return Client().post("/accounts/login/", {"login": name, "password": password}, REMOTE_ADDR=address).status_code


@pytest.fixture
def wang(make_user):
    return make_user("wang", Role.CLERK)


@pytest.fixture
def locked(wang):
    assert [try_in("wang") for _try in range(5)][-1] == 429
    return wang


def lift_page(user: User) -> str:
    return reverse("admin:accounts_user_lift_locks", args=[user.pk])


def test_a_lock_says_who_from_which_network_until_when(locked):
    (lock,) = SignInLock.objects.all()

    assert (lock.user, lock.unit, lock.network) == (locked, locked.unit, "10.5.6.0/24")
    assert lock.ends_at - lock.at == timedelta(minutes=15)
    assert abs(clock.now() - lock.at) < timedelta(minutes=1)


def test_of_ipv6_the_site_is_kept(wang):
    for _try in range(5):
        try_in("wang", address="2001:db8:1:2::7")

    assert SignInLock.objects.get().network == "2001:db8:1::/48"


def test_further_attempts_are_no_further_lock_and_prolong_none(locked):
    begun = clock.now()
    with time_machine.travel(begun + timedelta(minutes=10)):
        assert try_in("wang") == 429

    assert SignInLock.objects.count() == 1
    with time_machine.travel(begun + timedelta(minutes=15, seconds=5)):
        assert try_in("wang", PASSWORD) == 302


def test_of_a_name_that_nobody_bears_nothing_is_kept(unit):
    for _try in range(5):
        try_in("my password, typed into the wrong field")

    lock = SignInLock.objects.get()
    assert (lock.user, lock.unit, lock.network) == (None, None, "10.5.6.0/24")


def test_the_audit_shows_locks_and_who_lifted_them(locked, guard):
    client_of(guard).post(lift_page(locked), {"reason": "He called from his office"})

    (lock,) = accesses(Asked(kind="locks", person="wang"))
    (lift,) = accesses(Asked(kind="lifts", subject="wang"))
    assert (lock.who, lock.about) == ("wang", "10.5.6.0/24")
    assert f"{clock.in_jinan(SignInLock.objects.get().ends_at):%H:%M}" in lock.outcome
    assert (lift.who, lift.reason) == ("guard", "He called from his office")


@pytest.mark.parametrize("page", ["/access-review/", "/access-review/?locked=yes"])
def test_the_access_review_shows_the_lock_while_it_runs(locked, guard, page):
    client = client_of(guard)
    words = "Sign-in locked until"
    assert words in client.get(page).content.decode()

    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert words not in client_of(guard).get(page).content.decode()


def test_the_page_of_the_account_shows_it_and_leads_to_lifting(locked, guard):
    client, page = client_of(guard), reverse("admin:accounts_user_change", args=[locked.pk])
    shown = client.get(page).content.decode()
    assert "10.5.6.0/24" in shown
    assert lift_page(locked) in shown

    client.post(lift_page(locked), {"reason": "He called"})

    assert lift_page(locked) not in client.get(page).content.decode()


def test_who_is_released_signs_in_at_once(locked, guard):
    assert try_in("wang", PASSWORD) == 429

    answer = client_of(guard).post(lift_page(locked), {"reason": "He called"})

    assert answer.status_code == 302
    assert try_in("wang", PASSWORD) == 302
    lift = SignInLockLift.objects.get()
    assert (lift.lock.user, lift.by, lift.reason) == (locked, guard, "He called")


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_lifted(locked, guard, reason):
    assert client_of(guard).post(lift_page(locked), {"reason": reason}).status_code == 422
    assert try_in("wang", PASSWORD) == 429
    assert not SignInLockLift.objects.exists()


def test_a_lock_is_lifted_once(locked, guard):
    client = client_of(guard)
    client.post(lift_page(locked), {"reason": "He called"})

    assert client.post(lift_page(locked), {"reason": "Again"}).status_code == 422
    assert SignInLockLift.objects.count() == 1


def test_nobody_lifts_his_own(guard):
    client = client_of(guard)
    for _try in range(5):
        try_in("guard")

    assert client.post(lift_page(guard), {"reason": "It is me"}).status_code == 422
    assert not SignInLockLift.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECURITY_ADMIN])
def test_nobody_but_the_security_administrator_lifts_one(locked, make_user, role):
    answer = client_of(make_user("other", role)).post(lift_page(locked), {"reason": "x"})

    assert answer.status_code in (302, 403)
    assert not SignInLockLift.objects.exists()


def test_neither_is_ever_changed(locked, guard):
    client_of(guard).post(lift_page(locked), {"reason": "He called"})

    for rows, change in ((SignInLock.objects.all(), {"network": "x"}), (SignInLockLift.objects.all(), {"reason": "x"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_a_lock_of_a_clock_that_ran_ahead_ends_when_it_is_set_right(wang):
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert [try_in("wang") for _try in range(5)][-1] == 429
        assert try_in("wang", PASSWORD) == 429

    assert try_in("wang") == 200, "the first wrong one of its time locks nothing"
    assert try_in("wang", PASSWORD) == 302
    assert not SignInLock.objects.running(clock.now()).exists()


def test_a_lock_of_a_machine_that_is_minutes_ahead_holds(wang):
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        for _try in range(5):
            try_in("wang")

    assert try_in("wang", PASSWORD) == 429
