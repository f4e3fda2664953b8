"""Floods by machines: the limit is exact over parallel calls, and nobody else notices."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from jinan_credit.accounts import rate
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.api.views import TOKENS_PER_MINUTE
from jinan_credit.accounts.services.clients import register_client
from tests.accounts.test_clients import token_of
from tests.cast import Cast

LIMIT = 5
DEAD = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _counters() -> None:
    rate.forget_calls()


def test_twenty_times_the_limit_gets_exactly_the_limit(cast: Cast, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = LIMIT
    flooding, quiet = (_token(cast, name) for name in ("flooding", "quiet"))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(_call, [flooding] * LIMIT * 20))

    assert Counter(status for status, _wait in answers) == {200: LIMIT, 429: LIMIT * 19}
    assert all(0 < int(wait) <= 60 for status, wait in answers if status == 429)
    assert _call(quiet)[0] == 200, "another client of the same unit"


def test_without_redis_this_process_counts(cast: Cast, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = LIMIT
    token = _token(cast, "flooding")
    settings.REDIS_URL = DEAD
    rate._shared.cache_clear()
    try:
        assert Counter(_call(token)[0] for _ in range(LIMIT * 2)) == {200: LIMIT, 429: LIMIT}
    finally:
        rate._shared.cache_clear()


def test_who_guesses_a_secret_is_stopped_and_other_clients_are_not(cast: Cast) -> None:
    guessed, _secret = register_client(cast.finance, "guessed", ["feed"], by=SYSTEM)
    other, secret = register_client(cast.finance, "other", ["feed"], by=SYSTEM)
    answers = [token_of(Client(), guessed, f"guess {number}").status_code for number in range(TOKENS_PER_MINUTE + 5)]

    assert Counter(answers) == {401: TOKENS_PER_MINUTE, 429: 5}
    assert token_of(Client(), other, secret).status_code == 200


def _token(cast: Cast, name: str) -> str:
    client, secret = register_client(cast.finance, name, ["feed"], by=SYSTEM)
    return str(token_of(Client(), client, secret).json()["access_token"])


def _call(token: str) -> tuple[int, str]:
    try:
        answer = Client().get("/api/v1/lists/", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.get("Retry-After", "")
    finally:
        connection.close()
