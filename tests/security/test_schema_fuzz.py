"""The whole API by its own description, with thousands of calls that nobody would write.

No call finds a fault of ours, and none an answer that the description does not know.
"""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.requests import ManagedCookiesSession

from jinan_credit.accounts.actors import ACTS_OF_SCOPE, SYSTEM
from jinan_credit.accounts.services.clients import register_client
from sanctions.models import Execution, Screening, UnitTask
from tests.accounts.test_clients import token_of
from tests.cast import Cast
from tests.e2e.samples import fill

pytestmark = pytest.mark.slow
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CALLS_OF_AN_OPERATION, CALLS_OF_A_SCOPE = 100, 2
FEWEST_CALLS = 5_000


def test_no_call_finds_a_fault(
    live_server: LiveServer, cast: Cast, record_property: Callable[[str, str], None]
) -> None:
    fill(cast)
    answers, faults = Counter[int](), list[str]()
    schema = schemathesis.openapi.from_url(f"{live_server.url}/api/schema/?format=json")
    for scope in ACTS_OF_SCOPE:
        alone = _call_everything(schema, cast, [scope], CALLS_OF_A_SCOPE, faults)
        assert alone[403] > alone[200], "most of the API is closed to one scope"
        answers += alone
    answers += _call_everything(schema, cast, list(ACTS_OF_SCOPE), CALLS_OF_AN_OPERATION, faults)
    assert not faults, "\n".join(faults)
    record_property("figures", f"{answers.total():,} calls: {dict(sorted(answers.items()))}")
    assert answers.total() >= FEWEST_CALLS


def _call_everything(
    schema: OpenApiSchema, cast: Cast, scopes: list[str], calls: int, faults: list[str]
) -> Counter[int]:
    """Through a real server, half of the calls about what there is. Gives how often each status was answered."""
    registered, secret = register_client(cast.finance, "fuzz", scopes, by=SYSTEM)
    headers = {"Authorization": ""}

    def sign_in() -> None:
        headers["Authorization"] = f"Bearer {token_of(Client(), registered, secret).json()['access_token']}"

    sign_in()
    known, answers, dice = _known_ids(cast), Counter[int](), random.Random(1)
    session = ManagedCookiesSession()  # one connection for all calls: a new one costs as much as a call
    for operation in (found.ok() for found in schema.get_all_operations()):

        def call(case: Any) -> None:
            if dice.random() < 0.5:
                case.path_parameters.update(
                    {name: dice.choice(known[name]) for name in case.path_parameters if name in known}
                )
            if "wait" in (case.query or {}):
                case.query["wait"] = 0
            answer = case.call(headers=headers, session=session)
            if answer.status_code == 401:  # a token lives ten minutes
                sign_in()
                answer = case.call(headers=headers, session=session)
            answers[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        try:
            given(case=operation.as_strategy())(call_settings(calls)(call))()
        except (Failure, FailureGroup) as failure:
            faults.append(str(failure))
    session.close()
    return answers


def call_settings(calls: int) -> settings:
    return settings(
        max_examples=calls,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _known_ids(cast: Cast) -> dict[str, list[str]]:
    models = (UnitTask, Screening, Execution)
    return {
        "code": [cast.black.code, cast.red.code],
        "id": [str(one.pk) for model in models for one in model.objects.filter(unit=cast.finance)[:5]],
    }
