"""The units' systems pass by what concerns a browser alone; the answers say the same as on the long way."""

from typing import Any

import pytest
from django.test import Client

LONG_WAY_ONLY = ("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options")


@pytest.mark.django_db
def test_a_call_needs_no_session_and_sets_no_cookie(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        refused = client.post("/api/v1/screenings/", {}, "application/json", headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (401, "not_authenticated")
    assert (refused["Content-Language"], refused["X-Content-Type-Options"]) == ("en", "nosniff")
    assert int(refused["Content-Length"]) == len(refused.content)
    assert not refused.cookies
    assert [name for name in LONG_WAY_ONLY if refused.has_header(name)] == []


@pytest.mark.django_db
def test_pages_go_the_long_way(client: Client) -> None:
    page = client.get("/")
    assert [name for name in LONG_WAY_ONLY if not page.has_header(name)] == []
    docs = client.get("/api/docs/")
    assert docs.has_header("Content-Security-Policy")


@pytest.mark.django_db
def test_an_unknown_address_is_not_found(client: Client) -> None:
    for call in (client.get, client.post):
        unknown = call("/api/v1/nothing/")
        assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_call_without_its_last_slash_is_told_the_address(client: Client, method: str) -> None:
    """A redirect would be followed with GET, and its answer taken for that of the call."""
    refused = getattr(client, method)("/api/v1/screenings?a=1", headers={"Accept-Language": "en"})
    assert refused.status_code == 404
    (error,) = refused.json()["errors"]
    assert (refused.json()["type"], error["code"], error["attr"]) == ("client_error", "not_found", None)
    assert error["detail"].endswith("/api/v1/screenings/")
    assert refused["Cache-Control"] == "private, no-store"
    assert client.get("/api/v1/screenings").status_code == 301
