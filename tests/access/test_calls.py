"""Each call of the API with each scope, without a token, and about another unit's row.

The calls are those of the URL conf; the schema must know the same. A call without a line in `table.CALLS` fails.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from jinan_credit.accounts.actors import ACTS_OF_SCOPE, SYSTEM
from jinan_credit.accounts.models import ApiClient
from jinan_credit.accounts.permissions import call_rows
from jinan_credit.accounts.services.clients import change_client, register_client
from tests.access.requests import missing, nameless, undone
from tests.access.samples import Sample, foreign_bodies, samples_of
from tests.access.table import CALLS, lines_of
from tests.cast import Cast

ROWS = {f"{method} {address}": (scope, whose) for method, address, scope, whose in lines_of(CALLS)}
ABOUT_A_ROW = [call for call, (_scope, whose) in ROWS.items() if whose != "-"]
BY_A_CONNECTION_OF_ITS_OWN = {"GET /api/v1/snapshot/<slug:code>/"}
"""It does not see what a test has not committed; that the own unit gets it is tested with the feed."""

SENDING = [call for call in ROWS if not call.startswith("GET")]

Send = Callable[..., Any]
"""`send(call, address, body)` as one unit's client with one scope."""

Connect = Callable[[str, str], Send]
Tokens = dict[tuple[str, str], str]
Samples = dict[str, Sample]


def test_every_call_has_a_line() -> None:
    calls = {f"{method} {row.address}": row.scope for row in call_rows() for method in row.methods}

    assert set(calls) - set(ROWS) == set(), "add a line to CALLS in tests/access/table.py"
    assert set(ROWS) - set(calls) == set(), "there is no such call any more: take its line out of tests/access/table.py"
    assert {call: scope for call, (scope, _whose) in ROWS.items()} == calls


def test_the_schema_knows_every_call() -> None:
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    known = {f"{method.upper()} {nameless(path)}" for path, methods in paths.items() for method in methods}

    assert known == {nameless(call) for call in ROWS}


@pytest.mark.parametrize("call", ROWS)
def test_another_scope_is_refused(samples: Samples, connect: Connect, call: str) -> None:
    scope, whose = ROWS[call]
    for other in sorted(set(ACTS_OF_SCOPE) - {scope}):
        send = connect(whose, other)
        with undone() as changed:
            answer = send(call, samples[call].address, samples[call].body)
        assert (answer.status_code, changed) == (403, []), f"{call} with {other}"


@pytest.mark.parametrize("call", ROWS)
def test_without_a_token_nothing_is_answered(
    city: Cast, samples: Samples, tokens: Tokens, client: Client, call: str
) -> None:
    """Nor with one in the address, nor for a person who is signed in."""
    scope, whose = ROWS[call]
    token, address = tokens[whose, scope], samples[call].address
    client.force_login(city.finance_clerk, backend="django.contrib.auth.backends.ModelBackend")
    in_address = f"{address}{'&' if '?' in address else '?'}access_token={token}"
    tries = [
        (address, ""),
        (address, "Bearer no-such-token"),
        (address, f"Basic {token}"),
        (in_address, ""),
        (in_address, f"Bearer {token}"),
    ]
    for tried, authorization in tries:
        with undone() as changed:
            answer = client.generic(
                call.partition(" ")[0], tried, content_type="application/json", HTTP_AUTHORIZATION=authorization
            )
        assert (answer.status_code, changed) == (401, []), f"{tried} {authorization}"


@pytest.mark.parametrize("call", ABOUT_A_ROW)
def test_another_units_row_is_like_none(samples: Samples, connect: Connect, call: str) -> None:
    """The own unit reaches it; a stranger gets the answer of what was never there, and changes nothing."""
    scope, whose = ROWS[call]
    address, body = samples[call].address, samples[call].body
    own, stranger = connect(whose, scope), connect("stranger", scope)

    if call not in BY_A_CONNECTION_OF_ITS_OWN:
        with undone():
            assert own(call, address, body).status_code not in (401, 403, 404), "the own unit does not reach its sample"
    with undone() as changed:
        answer = stranger(call, address, body)
    with undone():
        never = stranger(call, missing(address), body)

    assert (answer.status_code, changed) == (404, [])
    assert answer.content == never.content


@pytest.mark.parametrize("call", SENDING)
def test_fields_that_are_not_known_are_refused(samples: Samples, connect: Connect, call: str) -> None:
    scope, whose = ROWS[call]
    ours = connect(whose, scope)

    with undone() as changed:
        answer = ours(call, samples[call].address, {**samples[call].body, "no_such_field": "1"})

    assert (answer.status_code, changed) == (400, [])
    assert ("unknown_field", "no_such_field") in [(one["code"], one["attr"]) for one in answer.json()["errors"]]


@pytest.mark.parametrize("call", [call for call in ROWS if call.startswith("GET")])
def test_parameters_that_are_not_known_are_refused(samples: Samples, connect: Connect, call: str) -> None:
    scope, whose = ROWS[call]
    address = samples[call].address
    answer = connect(whose, scope)(call, f"{address}{'&' if '?' in address else '?'}no_such_field=1")

    assert answer.status_code == 400
    assert [(one["code"], one["attr"]) for one in answer.json()["errors"]] == [("unknown_field", "no_such_field")]


def test_another_units_row_in_the_body_is_like_none(city: Cast, connect: Connect) -> None:
    """What a stranger names inside of what he sends."""
    for call, address, body, never_there in foreign_bodies(city):
        stranger = connect("stranger", ROWS[call][0])
        with undone() as changed:
            answer = stranger(call, address, body)
        with undone():
            never = stranger(call, address, {**body, **never_there})
        assert answer.status_code in (400, 404), f"{call}: {answer.content.decode()}"
        assert (changed, answer.content) == ([], never.content), call


@pytest.mark.parametrize("call", [call for call in ROWS if call.startswith("GET") and ROWS[call][1] == "-"])
def test_lists_show_own_rows_only(samples: Samples, connect: Connect, call: str) -> None:
    """A unit that has no part in anything is shown nothing, whatever it filters and orders by."""
    address = samples[call].address
    stranger = connect("stranger", ROWS[call][0])
    for query in ("", "?ordering=-id", "?unit=finance", "?list=TBLACK", "?state=SIGNED", "?search=济南"):
        answer = stranger(call, f"{address}{query}")
        if answer.status_code in (400, 404):
            continue
        assert answer.status_code == 200, f"{address}{query}: {answer.content.decode()}"
        said = answer.json()
        assert (said["results"] if isinstance(said, dict) else said) == [], f"{address}{query}"


def test_a_withdrawn_client_is_dead_at_its_next_call(city: Cast, connect: Connect) -> None:
    ours, call = connect("finance", "feedback"), "GET /api/v1/tasks/"
    assert ours(call, "/api/v1/tasks/").status_code == 200

    client = ApiClient.objects.get(name="system of finance")
    change_client(client, name=client.name, scopes=client.scopes, is_active=False, by=SYSTEM)

    assert ours(call, "/api/v1/tasks/").status_code == 401


# Calling ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tokens(filled_once: Cast, django_db_blocker: object) -> Tokens:
    """A token for each unit and scope, given by the token endpoint. A call that names no row is finance's."""
    found = {}
    units = {"finance": filled_once.finance, "court": filled_once.court, "stranger": filled_once.stranger_unit}
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for code, unit in units.items():
            registered, secret = register_client(unit, f"system of {code}", list(ACTS_OF_SCOPE), by=SYSTEM)
            basic = base64.b64encode(f"{registered.client_id}:{secret}".encode()).decode()
            for scope in ACTS_OF_SCOPE:
                answer = Client().post(
                    "/o/token/",
                    {"grant_type": "client_credentials", "scope": scope},
                    headers={"Authorization": f"Basic {basic}"},
                )
                found[code, scope] = answer.json()["access_token"]
    return found | {("-", scope): found["finance", scope] for scope in ACTS_OF_SCOPE}


@pytest.fixture(scope="module")
def samples(filled_once: Cast, django_db_blocker: object) -> Samples:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        return samples_of(ROWS, filled_once)


@pytest.fixture
def connect(city: Cast, tokens: Tokens) -> Connect:
    client = Client()

    def connected(whose: str, scope: str) -> Send:
        def send(call: str, address: str, body: dict[str, Any] | None = None) -> Any:
            method, headers = call.partition(" ")[0], {"HTTP_AUTHORIZATION": f"Bearer {tokens[whose, scope]}"}
            if method == "GET":
                return client.get(address, **headers)
            if any(isinstance(value, UploadedFile) for value in (body or {}).values()):
                return client.post(address, _from_the_start(body or {}), **headers)
            return client.generic(method, address, json.dumps(body or {}), "application/json", **headers)

        return send

    return connected


def _from_the_start(body: dict[str, Any]) -> dict[str, Any]:
    for value in body.values():
        if isinstance(value, UploadedFile):
            value.seek(0)
    return body
