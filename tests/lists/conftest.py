from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.services.clients import register_client
from tests.cast import Cast

Caller = Callable[..., APIClient]
SCOPES = ("entries:read", "entries:write")


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
