import base64
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.core.files.base import File
from django.test import Client

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.services.clients import register_client
from lists.models import FeedHead
from lists.services.synthetic import citizen_number, uscc
from sanctions.enums import PartyKind
from sanctions.models import Screening, UnitTask
from sanctions.rules import Matter, Party
from sanctions.services.screenings import screen
from tests.cast import Cast, make_cast

MATTER = Matter(name="政府采购", code="CG-1", reference="2026-11")
Call = Callable[..., Any]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def code() -> str:
    return uscc(Random(77))


@pytest.fixture
def number() -> str:
    return citizen_number(Random(78))


def organisation(code: str = "", name: str = "") -> Party:
    return Party(kind=PartyKind.ORGANISATION, code=code, name=name)


def person(number: str = "", name: str = "", document_type: str = "CITIZEN") -> Party:
    return Party(kind=PartyKind.PERSON, document_number=number, document_type=document_type, name=name)


def screened(party: Party, by: Actor, **more: Any) -> Screening:
    return screen(party=party, matter=MATTER, purpose="采购资格审查", by=by, **more)


def positions() -> dict[str, str]:
    return {head.credit_list.code: head.cursor for head in FeedHead.objects.select_related("credit_list")}


def task_of(unit: Unit, **conditions: Any) -> UnitTask:
    return UnitTask.objects.get(unit=unit, **conditions)


@pytest.fixture
def api(cast: Cast, client: Client) -> Callable[..., Call]:
    """`api(unit, scopes)(method, path, body)`: the REST interface as a unit's own system sees it. A body with a file in
    it is sent as a form."""

    def connect(unit: Unit, *scopes: str) -> Call:
        registered, secret = register_client(unit, f"{unit} system", scopes or ("screening", "feedback"), by=SYSTEM)
        basic = base64.b64encode(f"{registered.client_id}:{secret}".encode()).decode()
        token = client.post(
            "/o/token/", {"grant_type": "client_credentials"}, HTTP_AUTHORIZATION=f"Basic {basic}"
        ).json()["access_token"]

        def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
            has_file = isinstance(body, dict) and any(isinstance(value, File) for value in body.values())
            return getattr(client, method)(
                f"/api/v1/{path}",
                *([] if method == "get" else [{} if body is None else body]),
                **({} if method == "get" or has_file else {"content_type": "application/json"}),
                headers={"Authorization": f"Bearer {token}", **headers},
            )

        return call

    return connect
