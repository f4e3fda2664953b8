"""The initiating unit's own system: what it reads, what it may hand in, and what it may not."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oauth2_provider.models import get_access_token_model
from rest_framework.test import APIClient

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.services.clients import register_client, withdraw_client
from lists.enums import EntryState, ImportStatus
from lists.models import Entry, ListImport
from lists.services.entries import draft_entry
from lists.services.imports import check_import, run_import
from tests.cast import Cast, company_values, publish_many, publish_one
from tests.lists.browser import signed_in
from tests.lists.files import code, row, xlsx

Caller = Callable[..., APIClient]
SCOPES = ("entries:read", "entries:write")
ENTRIES = "/api/v1/entries/"
IMPORTS = "/api/v1/imports/"


@pytest.fixture
def caller(cast: Cast, client: Any) -> Caller:
    """A unit's system, signed in by its token."""

    def sign_in(unit: Unit, *scopes: str) -> APIClient:
        registered, secret = register_client(unit, "系统", scopes or SCOPES, by=SYSTEM)
        answer = client.post(
            "/o/token/",
            {"grant_type": "client_credentials", "client_id": registered.client_id, "client_secret": secret},
        )
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
        return api

    return sign_in


def codes_of(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def test_a_unit_reads_its_drafts_and_what_concerns_it(cast: Cast, caller: Caller) -> None:
    published = publish_one(cast)
    draft = draft_entry(credit_list=cast.black, values=company_values(Random(7)), by=cast.actor("clerk"))
    own = caller(cast.court).get(ENTRIES).json()["results"]
    assert [found["id"] for found in own] == [str(draft.pk), str(published.pk)]
    assert own[1]["in_force"] is True
    assert own[1]["entry"]["subject"]["code"] == published.subject.code
    assert own[1]["entry"]["term"]["to"] == published.term_to.isoformat()
    cooperating = caller(cast.finance)
    assert [found["id"] for found in cooperating.get(ENTRIES).json()["results"]] == [str(published.pk)]
    assert cooperating.get(f"{ENTRIES}{published.pk}/").status_code == 200
    assert cooperating.get(f"{ENTRIES}{draft.pk}/").status_code == 404
    stranger = caller(cast.stranger_unit)
    assert stranger.get(ENTRIES).json()["results"] == []
    assert stranger.get(f"{ENTRIES}{published.pk}/").status_code == 404


def test_a_masked_unit_reads_no_document_number(cast: Cast, caller: Caller) -> None:
    number = "379999199003072316"
    entry = publish_one(
        cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=number, name="测某某", representative=""
    )
    assert caller(cast.court).get(f"{ENTRIES}{entry.pk}/").json()["entry"]["subject"]["document_number"] == number
    cast.finance.data_profile = "MASKED"
    cast.finance.save()
    answer = caller(cast.finance).get(f"{ENTRIES}{entry.pk}/")
    assert answer.json()["entry"]["subject"]["document_number"] is None
    assert number not in answer.content.decode()


def test_filters_and_what_is_refused(cast: Cast, caller: Caller) -> None:
    entry = publish_one(cast)
    api = caller(cast.court)
    for query, count in (
        ({"list": cast.black.code}, 1),
        ({"list": cast.red.code}, 0),
        ({"state": "PUBLISHED"}, 1),
        ({"state": "DRAFT"}, 0),
        ({"code": entry.subject.code.lower()}, 1),
        ({"code": code(99)}, 0),
    ):
        assert len(api.get(ENTRIES, query).json()["results"]) == count, query
    for query, error in (
        ({"lists": "X"}, ("unknown_field", "lists")),
        ({"state": "GONE"}, ("invalid_choice", "state")),
        ({"code": "379999199003072316"}, ("bad_code", "code")),
        ({"limit": "501"}, ("max_value", "limit")),
    ):
        answer = api.get(ENTRIES, query)
        assert answer.status_code == 400
        assert codes_of(answer) == [error]


def test_pages_by_key_at_a_constant_cost(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    publish_many(cast, 1)
    costs = []
    for count in (1, 10, 100):
        publish_many(cast, count, seed=count + 1)
        with CaptureQueriesContext(connection) as queries:
            assert api.get(ENTRIES).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] == costs[2]
    seen: list[str] = []
    address: str | None = f"{ENTRIES}?limit=50"
    while address:
        page = api.get(address).json()
        seen += [found["id"] for found in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 112


def test_scopes_and_withdrawn_clients(cast: Cast, caller: Caller) -> None:
    reader = caller(cast.court, "entries:read")
    assert reader.post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart").status_code == 403
    writer = caller(cast.court, "entries:write")
    assert writer.get(ENTRIES).status_code == 403
    assert APIClient().get(ENTRIES).status_code == 401
    token = get_access_token_model().objects.latest("pk")
    withdraw_client(token.application, by=SYSTEM)
    assert writer.post(IMPORTS, {}, format="multipart").status_code == 401


def test_an_import_becomes_drafts_and_no_more(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    answer = api.post(
        IMPORTS, {"list": cast.black.code, "file": xlsx(row(1), row(2), row(3, 失信程度="?"))}, format="multipart"
    )
    assert answer.status_code == 202
    started = answer.json()
    assert started["status"] == ImportStatus.CHECKING
    address = f"{IMPORTS}{started['id']}/"
    assert api.post(f"{address}confirm/", {}, format="json").status_code == 409
    check_import(started["id"])
    checked = api.get(address).json()
    assert (checked["status"], checked["rows"], checked["new"], checked["wrong"]) == ("CHECKED", 3, 2, 1)
    assert [(kind["column"], kind["code"]) for kind in checked["errors"]] == [("失信程度", "unknown_word")]
    assert checked["errors"][0]["first"][0]["row"] == 4
    assert caller(cast.finance).get(address).status_code == 404
    assert caller(cast.finance).post(f"{address}confirm/", {}, format="json").status_code == 404
    assert api.post(f"{address}confirm/", {"publish": True}, format="json").status_code == 400
    assert api.post(f"{address}confirm/", {}, format="json").status_code == 202
    run_import(started["id"])
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.DRAFT}
    assert Entry.objects.filter(made_by=None, made_by_client__isnull=False).count() == 2


def test_what_an_import_refuses(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)

    def hand_in(**data: Any) -> Any:
        return api.post(IMPORTS, data, format="multipart")

    assert codes_of(hand_in(list="NOSUCH", file=xlsx(row(1)))) == [("does_not_exist", "list")]
    assert codes_of(hand_in(list=cast.black.code)) == [("required", "file")]
    assert codes_of(hand_in(list=cast.black.code, file=xlsx(row(1)), publish="1")) == [("unknown_field", "publish")]
    foreign = caller(cast.finance).post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart")
    assert foreign.status_code == 403
    assert codes_of(foreign) == [("not_initiating_unit", None)]
    assert api.post(IMPORTS, {"list": cast.black.code}, format="json").status_code == 415
    assert not ListImport.objects.exists()


def test_the_same_key_has_one_effect(cast: Cast, caller: Caller) -> None:
    api = caller(cast.court)
    content = xlsx(row(1)).getvalue()

    def hand_in(content: bytes, key: str) -> Any:
        file = xlsx()
        file.seek(0)
        file.truncate()
        file.write(content)
        file.seek(0)
        return api.post(
            IMPORTS, {"list": cast.black.code, "file": file}, format="multipart", headers={"Idempotency-Key": key}
        )

    first, second = hand_in(content, "a"), hand_in(content, "a")
    assert first.json() == second.json()
    assert ListImport.objects.count() == 1
    assert hand_in(xlsx(row(2)).getvalue(), "a").status_code == 422
    check_import(first.json()["id"])
    known = hand_in(content, "b")
    assert known.status_code == 409
    assert codes_of(known) == [("file_known", "file")]


def test_page_of_imports_names_the_client(cast: Cast, caller: Caller) -> None:
    caller(cast.court).post(IMPORTS, {"list": cast.black.code, "file": xlsx(row(1))}, format="multipart")
    list_import = ListImport.objects.get()
    check_import(list_import.pk)
    clerk = signed_in(cast.clerk)
    assert "系统" in clerk.get(reverse("imports")).content.decode()
    assert clerk.get(reverse("import", args=[list_import.pk])).status_code == 200
