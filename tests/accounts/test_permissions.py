"""The table of permissions is what the code asks, on the page and in the docs."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.enums import Act, Role
from jinan_credit.accounts.permissions import act_rows, call_rows, kept_rows, page_rows
from jinan_credit.accounts.permissions_page import render
from tests.cast import make_user
from tests.conftest import ROOT


def test_permissions_are_documented() -> None:
    """`manage.py write_permissions` writes the page; a role, act, page or call that is not in it is not documented."""
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == render(), "run manage.py write_permissions"


def test_each_act_is_held_by_some_role() -> None:
    assert [row.act for row in act_rows() if not row.roles] == []


def test_each_act_is_asked_for_somewhere() -> None:
    """By a page or by the administration; one alone by a service, on a page that others open, too."""
    asked = {act for row in page_rows() for act in row.acts} | {row.act for row in kept_rows()}

    assert {row.act for row in act_rows()} - asked == {Act.APPROVE_REPAIRS}


def test_each_call_asks_for_a_scope_that_exists() -> None:
    scopes = set(settings.OAUTH2_PROVIDER["SCOPES"])

    assert {row.scope for row in call_rows()} == scopes


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_who_keeps_accounts_or_audits_reads_the_table(role: Role) -> None:
    client = Client()
    client.force_login(make_user("keeper", None, role))

    page = client.get(reverse("permissions")).content.decode()

    for row in act_rows():
        assert str(row.act.label) in page
    assert "/entries/&lt;uuid:pk&gt;/number/" in page
    assert "/api/v1/screenings/" in page
