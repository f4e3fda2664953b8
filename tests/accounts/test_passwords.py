"""The two profiles of rules for passwords, by the page that changes one and by the administration."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from tests.accounts.conftest import PASSWORD

CHANGE = "/accounts/password/change/"


@pytest.fixture
def wang(make_user):
    return make_user("wangxiaoming", Role.CLERK)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def change(user: User, new: str) -> bool:
    """Whether the person can change his password to this one."""
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
    user.refresh_from_db()
    client_of(user).post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    user.refresh_from_db()
    return user.check_password(new)


@pytest.mark.parametrize(
    ("password", "asvs", "djbh"),
    [
        ("quiet harbour", True, False),  # long, of two kinds
        ("quiet-harb1", False, True),  # eleven characters of three kinds
        ("qUi3t-h1", False, False),
        ("安静的港湾在夜里很安静呢", True, False),
        ("安静的港湾Harbour7", True, True),
        ("password1234", False, False),
        ("wangxiaoming", False, False),
        ("Wangxiaoming1", False, False),
    ],
)
@pytest.mark.parametrize("profile", ["asvs", "djbh"])
def test_what_a_password_must_be(settings, wang, profile, password, asvs, djbh):
    settings.PASSWORD_RULES = profile

    assert change(wang, password) == {"asvs": asvs, "djbh": djbh}[profile]


@pytest.mark.parametrize(("profile", "remembered"), [("asvs", 1), ("djbh", 5)])
def test_the_last_ones_do_not_come_back(settings, wang, profile, remembered):
    settings.PASSWORD_RULES = profile
    used = [f"Number-{number}-of-the-harbour" for number in range(7)]
    for number, password in enumerate(used):
        with time_machine.travel(clock.now() + timedelta(days=number), tick=False):
            assert change(wang, password)

    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        assert [change(wang, password) for password in used[-remembered:]] == [False] * remembered
    with time_machine.travel(clock.now() + timedelta(days=11), tick=False):
        assert change(wang, used[-remembered - 1])


def test_they_are_kept_as_hashes(wang):
    change(wang, "Number-1-of-the-harbour")

    kept = wang.password_records.first().password
    assert kept == User.objects.get(pk=wang.pk).password
    assert "harbour" not in kept


def test_an_old_password_opens_nothing_but_its_change(settings, wang):
    settings.PASSWORD_RULES = "djbh"

    with time_machine.travel(clock.now() + timedelta(days=89), tick=False):
        assert client_of(wang).get("/workbench/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        client = client_of(wang)
        assert client.get("/workbench/").headers["Location"] == CHANGE
        assert client.post("/messages/read/").headers["Location"] == CHANGE
        new = "Another-harbour-7"
        client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert client.get("/workbench/").status_code == 200


def test_asvs_forces_no_change(settings, wang):
    settings.PASSWORD_RULES = "asvs"

    with time_machine.travel(clock.now() + timedelta(days=1000), tick=False):
        assert client_of(wang).get("/workbench/").status_code == 200


@pytest.mark.parametrize(("profile", "words"), [("asvs", ("12",)), ("djbh", ("10", "3", "5"))])
def test_the_page_says_the_rules(settings, wang, profile, words):
    settings.PASSWORD_RULES = profile

    page = client_of(wang).get(CHANGE, headers={"Accept-Language": "en"}).content.decode()
    rules = page.split("password1_helptext")[1].split("</ul>")[0]

    assert all(word in rules for word in words)
    assert "<li></li>" not in rules


def test_the_security_administrator_is_bound_by_them_too(guard, wang):
    address = reverse("admin:auth_user_password_change", args=[wang.pk])

    client_of(guard).post(address, {"usable_password": "true", "password1": "short", "password2": "short"})

    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)


GIVEN, OWN = "Number-1-of-the-harbour", "Number-2-of-the-harbour"


def sign_in(password: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.post("/accounts/login/", {"login": "wangxiaoming", "password": password})
    return client


def give(guard, wang):
    address = reverse("admin:auth_user_password_change", args=[wang.pk])
    client_of(guard).post(address, {"usable_password": "true", "password1": GIVEN, "password2": GIVEN})


def test_a_password_that_another_person_set_opens_nothing_but_its_change(guard, wang):
    give(guard, wang)
    client = sign_in(GIVEN)

    for page in ("/workbench/", "/my-account/", "/messages/", "/admin/"):
        assert client.get(page).url == CHANGE
    assert "Another person set your password" in client.get(CHANGE).content.decode()
    assert client.post(CHANGE, {"oldpassword": GIVEN, "password1": GIVEN, "password2": GIVEN}).status_code == 200
    assert client.get("/workbench/").url == CHANGE

    client.post(CHANGE, {"oldpassword": GIVEN, "password1": OWN, "password2": OWN})

    assert client.get("/workbench/").status_code == 200
    assert sign_in(OWN).get("/workbench/").status_code == 200


def test_who_is_signed_in_is_asked_too(guard, wang):
    client = client_of(wang)
    assert client.get("/workbench/").status_code == 200
    hashed = wang.password

    give(guard, wang)
    User.objects.filter(pk=wang.pk).update(password=hashed)  # else the session ends with the password

    assert client.get("/workbench/").url == CHANGE


def test_a_new_account_begins_with_a_password_to_be_changed(guard, unit):
    fields = {"username": "wangxiaoming", "usable_password": "true", "password1": GIVEN, "password2": GIVEN}
    client_of(guard).post(reverse("admin:accounts_user_add"), {**fields, "display_name": "王小明", "unit": unit.pk})

    assert sign_in(GIVEN).get("/workbench/").url == CHANGE


def test_so_does_one_that_a_command_set(wang, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: GIVEN)
    call_command("changepassword", "wangxiaoming")

    assert sign_in(GIVEN).get("/workbench/").url == CHANGE


def test_without_a_password_there_is_nothing_to_change(guard, wang):
    give(guard, wang)
    wang.refresh_from_db()
    wang.set_unusable_password()
    wang.save()

    assert client_of(wang).get("/workbench/").status_code == 200


def test_a_hash_that_is_made_anew_is_no_other_password(wang, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", *settings.PASSWORD_HASHERS]

    assert sign_in(PASSWORD).get("/workbench/").status_code == 200
    wang.refresh_from_db()
    assert wang.password.startswith("argon2")
    assert not wang.must_change_password


def test_a_superuser_made_by_whoever_installs_has_chosen_his_own(db):
    User.objects.create_superuser("wangxiaoming", password=OWN)

    assert sign_in(OWN).get("/workbench/").status_code == 200


def test_the_administration_has_no_other_page_to_choose_one(guard):
    assert client_of(guard).get(reverse("admin:password_change")).url == CHANGE
