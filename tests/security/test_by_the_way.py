"""What tells more than the page does: filters that no page has, jumps to any row, calls that nobody would write."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jinan_credit.accounts.actors import ACTS_OF_SCOPE, SYSTEM
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.services.clients import register_client
from tests.cast import Cast, make_user, publish_one
from tests.lists.browser import signed_in


@pytest.fixture
def keeper(cast: Cast) -> Client:
    return signed_in(make_user("keeper", None, Role.SECURITY_ADMIN))


@pytest.mark.parametrize(
    ("rows", "query"),
    [
        ("accounts_user", "password__startswith=argon2"),
        ("accounts_user", "role_grants__granted_by__password__startswith=argon2"),
        ("accounts_user", "email__startswith=w"),
        ("accounts_apiclient", "client_secret__startswith=pbkdf2"),
    ],
)
def test_no_address_asks_for_what_the_administration_hides(keeper: Client, rows: str, query: str) -> None:
    assert keeper.get(f"{reverse(f'admin:{rows}_changelist')}?{query}").status_code == 400


def test_nor_for_sealed_numbers_and_names(cast: Cast) -> None:
    publish_one(cast)
    address = reverse("admin:lists_subject_changelist")
    for query in ("sealed_number__startswith=k1", "number_index__gt=0", "name__startswith=王"):
        assert signed_in(cast.coordinator).get(f"{address}?{query}").status_code == 400


@pytest.mark.parametrize(
    ("rows", "query"),
    [
        ("accounts_user", "is_active__exact=1"),
        ("accounts_user", "role_grants__role__exact=CLERK"),
        ("accounts_user", "unit__id__exact=1"),
        ("accounts_unit", "valid=today"),
    ],
)
def test_the_filters_that_it_shows_work(keeper: Client, rows: str, query: str) -> None:
    assert keeper.get(f"{reverse(f'admin:{rows}_changelist')}?{query}").status_code == 200


def test_no_jump_to_any_row_of_any_table(keeper: Client) -> None:
    assert keeper.get("/admin/r/1/1/").status_code == 404


@pytest.fixture
def ask(cast: Cast) -> Callable[..., Any]:
    """A call of a unit's own system, with all its scopes."""
    registered, secret = register_client(cast.finance, "its own system", list(ACTS_OF_SCOPE), by=SYSTEM)
    grant = {"grant_type": "client_credentials", "client_id": registered.client_id, "client_secret": secret}
    token = Client().post("/o/token/", grant).json()["access_token"]
    return partial(Client().generic, content_type="application/json", headers={"Authorization": f"Bearer {token}"})


def test_brackets_without_end_are_no_json(ask: Callable[..., Any]) -> None:
    answer = ask("POST", "/api/v1/screenings/", "[" * 100_000)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "parse_error"


def test_no_cache_keeps_what_a_system_is_answered(ask: Callable[..., Any]) -> None:
    came = {
        address: (answer.status_code, answer["Cache-Control"])
        for address in ("/api/v1/entries/", "/api/v1/entries/?unknown=1", "/api/v1/nothing/")
        for answer in [ask("GET", address)]
    }
    assert [status for status, _kept in came.values()] == [200, 400, 404]
    assert {kept for _status, kept in came.values()} == {"private, no-store"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "grant", ["password", "urn:ietf:params:oauth:grant-type:device_code", "authorization_code", "refresh_token", ""]
)
def test_a_system_signs_in_with_its_own_credentials_only(grant: str) -> None:
    answer = Client().post("/o/token/", {"grant_type": grant})
    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})
