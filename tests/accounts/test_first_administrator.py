"""The first account: made on the machine, once; it makes the others."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User

PASSWORD = "柳絮-quiet-harbour-7"


def make(monkeypatch: pytest.MonkeyPatch, name: str = "guard", password: str = PASSWORD) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    call_command("first_administrator", name, stdout=io.StringIO())


def test_it_opens_the_administration(db: None, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    make(monkeypatch)
    guard = User.objects.get()
    assert guard.check_password(PASSWORD)
    assert guard.roles == {Role.SECURITY_ADMIN}
    client.force_login(guard, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/accounts/user/add/").status_code == 200


def test_it_is_made_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make(monkeypatch)
    with pytest.raises(CommandError):
        make(monkeypatch, "second")
    User.objects.update(is_active=False)
    with pytest.raises(CommandError):
        make(monkeypatch, "guard")
    make(monkeypatch, "second")
    assert User.objects.get(username="second").roles == {Role.SECURITY_ADMIN}


def test_its_password_is_held_to_the_rules(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError):
        make(monkeypatch, password="short")
    assert not User.objects.exists()
