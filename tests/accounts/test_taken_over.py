"""Whoever keeps the accounts can make anybody's password his own: not without that person and the audit seeing it."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import RoleGrant, User
from jinan_credit.accounts.rate import forget_calls
from tests.accounts.conftest import PASSWORD
from tests.lists.browser import signed_in

GIVEN, OWN = "Given-by-another-17", "Chosen-by-himself-42"
SIGN_IN, CHANGE = "/accounts/login/", "/accounts/password/change/"
NOBODY_ASKED = "If you did not ask for it"


@pytest.fixture(autouse=True)
def counters_at_zero() -> None:
    forget_calls()


@pytest.fixture
def wang(make_user: Callable[..., User]) -> User:
    return make_user("wang", Role.CLERK)


@pytest.fixture
def keeper(make_user: Callable[..., User]) -> Client:
    return sign_in(make_user("keeper", Role.SECURITY_ADMIN), PASSWORD)


@pytest.fixture
def auditor(make_user: Callable[..., User]) -> Client:
    return signed_in(make_user("auditor", Role.AUDIT_ADMIN))


def sign_in(user: User, password: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.post(SIGN_IN, {"login": user.username, "password": password})
    return client


def give_password(keeper: Client, user: User) -> None:
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    answer = keeper.post(
        address, {"usable_password": "true", "password1": GIVEN, "password2": GIVEN, "set-password": "1"}
    )
    assert answer.status_code == 302, answer.content.decode()


def take_off_factors(keeper: Client, user: User) -> None:
    assert keeper.post(f"/admin/accounts/user/{user.pk}/remove-second-factors/").status_code == 302


def change_account(keeper: Client, user: User, **given: object) -> None:
    address = f"/admin/accounts/user/{user.pk}/change/"
    form = keeper.get(address).context["adminform"].form
    kept = {name: value or "" for name, value in form.initial.items() if name in form.fields}
    no_roles = {f"role_grants-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    answer = keeper.post(address, {**kept, **no_roles, **given})
    assert answer.status_code == 302, answer.content.decode()


def changes(auditor: Client, table: str) -> str:
    return auditor.get("/audit/changes/", {"table": table}, headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.django_db(transaction=True)
class TestAPasswordThatAnotherSet:
    def test_it_opens_nothing_but_the_choice_of_ones_own(self, keeper: Client, wang: User) -> None:
        give_password(keeper, wang)
        client = sign_in(wang, GIVEN)
        for address in ("/workbench/", "/entries/", "/my-account/"):
            assert client.get(address).headers["Location"] == CHANGE

        client.post(CHANGE, {"oldpassword": GIVEN, "password1": OWN, "password2": OWN})
        assert client.get("/workbench/").status_code == 200

    def test_the_person_is_told_by_whom_at_each_sign_in(self, keeper: Client, wang: User) -> None:
        give_password(keeper, wang)
        client = sign_in(wang, GIVEN)
        client.post(CHANGE, {"oldpassword": GIVEN, "password1": OWN, "password2": OWN})
        for _time in range(2):
            page = sign_in(wang, OWN).get("/workbench/").content.decode()
            assert NOBODY_ASKED in page
            assert "by keeper" in page
        assert "keeper" in client.get("/my-account/").content.decode()

    def test_the_audit_sees_who_set_whose(self, keeper: Client, auditor: Client, wang: User) -> None:
        give_password(keeper, wang)
        page = changes(auditor, "accounts_passwordrecord")
        assert "keeper" in page
        assert f"<li>user: {wang.pk}</li>" in page

    def test_what_one_chose_oneself_is_no_news(self, wang: User) -> None:
        client = sign_in(wang, PASSWORD)
        client.post(CHANGE, {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN})
        page = sign_in(wang, OWN).get("/workbench/")
        assert page.status_code == 200
        assert NOBODY_ASKED not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_factors_taken_off_are_told_and_seen(keeper: Client, auditor: Client, wang: User) -> None:
    Authenticator.objects.create(user=wang, type=Authenticator.Type.TOTP, data={"secret": "s"})
    take_off_factors(keeper, wang)
    page = sign_in(wang, PASSWORD).get("/workbench/").content.decode()
    assert "A second factor was taken off" in page
    assert "by keeper" in page

    page = changes(auditor, "mfa_authenticator")
    assert "keeper" in page
    assert "(deleted)" in page
    assert f"<del>{wang.pk}</del>" in page


@pytest.mark.django_db(transaction=True)
def test_another_account_at_the_single_sign_on_is_told(keeper: Client, wang: User) -> None:
    change_account(keeper, wang, sso_subject="not-wang")
    page = sign_in(wang, PASSWORD).get("/workbench/").content.decode()
    assert "The account at the single sign-on was changed" in page
    assert "by keeper" in page


@pytest.mark.django_db(transaction=True)
def test_a_role_that_was_withdrawn_is_seen(keeper: Client, auditor: Client, wang: User) -> None:
    grant = RoleGrant.objects.get(user=wang)
    role = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "0-id": grant.pk, "0-user": wang.pk, "0-DELETE": "on"}
    change_account(keeper, wang, **{f"role_grants-{name}": value for name, value in role.items()})
    assert not RoleGrant.objects.filter(user=wang).exists()

    page = changes(auditor, "accounts_rolegrant")
    assert "keeper" in page
    assert "(deleted)" in page
    assert "<del>Clerk</del>" in page
