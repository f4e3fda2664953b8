from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import NoReverseMatch, reverse

from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from tests.pages.conftest import PASSWORD


def sign_in(client: Client, username: str, password: str = PASSWORD, address: str = "10.0.0.1", **extra):
    return client.post("/accounts/login/", {"login": username, "password": password}, REMOTE_ADDR=address, **extra)


def text(response) -> str:
    return response.content.decode()


def test_the_right_password_leads_to_the_workbench(client: Client, clerk: User) -> None:
    answer = sign_in(client, "wangfang")

    assert answer.status_code == 302
    assert answer.url == reverse("workbench")
    assert client.session["_auth_user_id"] == str(clerk.pk)


def test_the_page_asked_for_comes_after_the_sign_in(client: Client, clerk: User) -> None:
    asked = client.get("/my-account/")

    assert asked.status_code == 302
    assert asked.url == "/accounts/login/?next=/my-account/"
    page = text(client.get(asked.url))
    assert '<input type="hidden" name="next" value="/my-account/">' in page
    answer = client.post("/accounts/login/", {"login": "wangfang", "password": PASSWORD, "next": "/my-account/"})
    assert answer.url == "/my-account/"


def test_a_foreign_address_is_never_gone_to(client: Client, clerk: User) -> None:
    answer = client.post("/accounts/login/", {"login": "wangfang", "password": PASSWORD, "next": "//example.org/"})

    assert answer.url == reverse("workbench")


def test_a_wrong_password_looks_the_same_for_known_and_unknown_users(client: Client, clerk: User) -> None:
    known = sign_in(client, "wangfang", "wrong")
    unknown = sign_in(Client(), "wangfanh", "wrong")

    assert known.status_code == unknown.status_code == 200
    assert "error-summary" in text(known)
    assert _without_tokens(text(known), "wangfang") == _without_tokens(text(unknown), "wangfanh")


def _without_tokens(page: str, username: str) -> list[str]:
    page = page.replace(username, "NAME")
    return [line for line in page.splitlines() if "csrf" not in line.lower()]


def test_the_session_key_changes_with_the_sign_in(client: Client, clerk: User) -> None:
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before

    sign_in(client, "wangfang")

    assert client.session.session_key != before
    assert "_auth_user_id" not in type(session)(before)


def test_five_wrong_passwords_lock_this_user_at_this_address(client: Client, clerk: User) -> None:
    for _ in range(4):
        assert sign_in(client, "wangfang", "wrong").status_code == 200
    fifth = sign_in(client, "wangfang", "wrong")
    right = sign_in(client, "wangfang")

    assert fifth.status_code == right.status_code == 429
    assert "15分钟" in text(right) or "15 minutes" in text(right)
    assert "_auth_user_id" not in client.session


def test_the_lock_does_not_hold_for_the_user_elsewhere(client: Client, clerk: User) -> None:
    for _ in range(6):
        sign_in(client, "wangfang", "wrong")

    assert sign_in(Client(), "wangfang", address="10.0.0.2").status_code == 302


def test_the_lock_does_not_hold_for_others_at_the_address(client: Client, clerk: User, make_person) -> None:
    make_person("liqiang")
    for _ in range(6):
        sign_in(client, "wangfang", "wrong")

    assert sign_in(Client(), "liqiang").status_code == 302


def test_a_forwarded_address_is_not_believed(client: Client, clerk: User) -> None:
    for number in range(5):
        sign_in(client, "wangfang", "wrong", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")

    assert sign_in(client, "wangfang", HTTP_X_FORWARDED_FOR="192.0.2.99").status_code == 429


def test_the_lock_ends_after_a_quarter_of_an_hour(client: Client, clerk: User) -> None:
    for _ in range(5):
        sign_in(client, "wangfang", "wrong")

    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert sign_in(client, "wangfang").status_code == 302


def test_an_unknown_user_is_locked_alike(client: Client, db: None) -> None:
    answers = [sign_in(client, "nobody-here", "wrong").status_code for _ in range(6)]

    assert answers == [200, 200, 200, 200, 429, 429]


def test_signing_out_ends_the_session(signed_in: Client) -> None:
    key = signed_in.session.session_key
    asked = signed_in.get("/accounts/logout/")
    answer = signed_in.post("/accounts/logout/")

    assert asked.status_code == 200
    assert answer.url == reverse("account_login")
    stolen = Client()
    stolen.cookies["sessionid"] = key
    assert stolen.get("/workbench/").status_code == 302


def test_no_cache_keeps_what_a_signed_in_person_saw(signed_in: Client) -> None:
    assert "no-store" in signed_in.get("/workbench/").headers["Cache-Control"]
    assert "no-store" in signed_in.get("/no-such-page/picture.css").headers["Cache-Control"]


def test_a_disabled_user_is_out_with_the_next_request(signed_in: Client, clerk: User) -> None:
    assert signed_in.get("/workbench/").status_code == 200
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    assert signed_in.get("/workbench/").status_code == 302


def test_a_disabled_user_cannot_sign_in(client: Client, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    sign_in(client, "wangfang")

    assert "_auth_user_id" not in client.session


def test_a_person_changes_his_password(signed_in: Client, clerk: User) -> None:
    fields = {"oldpassword": PASSWORD, "password1": "另一个-long-enough-pass", "password2": "另一个-long-enough-pass"}
    short = signed_in.post("/accounts/password/change/", {**fields, "password1": "short", "password2": "short"})
    answer = signed_in.post("/accounts/password/change/", fields)

    assert short.status_code == 200
    assert 'id="id_password1_error"' in text(short) or 'id="id_password2_error"' in text(short)
    assert answer.url == reverse("my_account")
    clerk.refresh_from_db()
    assert clerk.check_password("另一个-long-enough-pass")


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email", "account_set_password"])
def test_nobody_signs_up_and_no_mail_opens_an_account(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_administration_has_no_sign_in_of_its_own(client: Client, db: None) -> None:
    asked = client.get("/admin/", follow=True)

    assert asked.redirect_chain[-1] == ("/accounts/login/?next=/admin/", 302)


def test_somebody_without_the_role_stands_before_the_administration(signed_in: Client) -> None:
    answer = signed_in.get("/admin/", follow=True)

    assert answer.status_code == 403
    assert "notice-page" in text(answer)


def test_an_administrator_enters(client: Client, make_person) -> None:
    client.force_login(make_person("zhaolei", "COORDINATOR"), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/workbench/").content.decode().count('href="/admin/"') == 2
    assert client.get("/admin/").status_code == 200
