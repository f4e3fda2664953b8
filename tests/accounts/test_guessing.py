"""Whoever guesses learns nothing: known and unknown users cost the same work and say the same."""

import re
import statistics
import time

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from tests.accounts.conftest import PASSWORD


class CountedHasher(Argon2PasswordHasher):
    """The production hash, counting how often it is worked out."""

    worked = 0

    def encode(self, password: str, salt: str) -> str:
        CountedHasher.worked += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountedHasher.worked += 1
        return super().verify(password, encoded)


@pytest.fixture
def production_hash(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountedHasher"]
    hashers.get_hashers.cache_clear()
    hashers.get_hashers_by_algorithm.cache_clear()
    yield
    hashers.get_hashers.cache_clear()
    hashers.get_hashers_by_algorithm.cache_clear()


by_the_production_hash = pytest.mark.usefixtures("production_hash")


@pytest.fixture
def people(make_user) -> dict[str, User]:
    some = {name: make_user(name, Role.CLERK) for name in ("known", "gone", "sso")}
    User.objects.filter(username="gone").update(is_active=False)
    some["sso"].set_unusable_password()
    some["sso"].save()
    return some


def guess(name: str, password: str = "wrong", address: str = "10.0.0.1") -> tuple[str, int, float]:
    CountedHasher.worked = 0
    begun = time.perf_counter()
    answer = Client().post("/accounts/login/", {"login": name, "password": password}, REMOTE_ADDR=address)
    took = time.perf_counter() - begun
    page = re.sub(r"csrf\S+|value=\"\w{64}\"|X-CSRFToken[^}]*", "", answer.content.decode()).replace(name, "NAME")
    page = re.sub(r"<code>[0-9a-f-]{36}</code>", "", page)
    return f"{answer.status_code} {page}", CountedHasher.worked, took


@by_the_production_hash
@pytest.mark.parametrize("name", ["known", "gone", "sso"])
def test_a_wrong_password_says_the_same_and_costs_the_same(people, name):
    said, worked, _took = guess(name)
    of_nobody, work_of_nobody, _took = guess("nobody")

    assert said == of_nobody
    assert worked == work_of_nobody == 1


@by_the_production_hash
def test_the_right_password_of_a_disabled_user_says_no_more(people):
    assert guess("gone", PASSWORD)[0] == guess("nobody", PASSWORD)[0]


@by_the_production_hash
def test_it_takes_the_same_time(people):
    """Medians of alternating tries: without the hash an answer would come in a fraction of the time."""
    guess("known"), guess("nobody")
    times: dict[str, list[float]] = {"known": [], "nobody": []}
    for number in range(5):
        for name, took in times.items():
            took.append(guess(name, address=f"10.0.1.{number}")[2])
    known, nobody = (statistics.median(took) for took in times.values())

    assert 0.5 < known / nobody < 2


def test_a_lock_says_the_same_of_known_and_unknown(people):
    known, nobody = ([guess(name)[0] for _try in range(6)] for name in ("known", "nobody"))

    assert known == nobody
    assert known[5].startswith("429")


def test_spaces_around_a_name_begin_no_new_count(people):
    for name in ("known", " known", "known ", "\tknown", "known"):
        guess(name)

    assert guess("known", PASSWORD)[0].startswith("429")


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP", "HTTP_FORWARDED"])
def test_no_header_moves_the_lock(people, header):
    for number in range(6):
        Client().post("/accounts/login/", {"login": "known", "password": "x"}, **{header: f"192.0.2.{number}"})
    answer = Client().post("/accounts/login/", {"login": "known", "password": PASSWORD}, **{header: "192.0.2.99"})

    assert answer.status_code == 429


def test_nor_do_they_lock_another_address(people):
    for _try in range(6):
        Client().post(
            "/accounts/login/",
            {"login": "known", "password": "x"},
            REMOTE_ADDR="10.0.0.1",
            HTTP_X_FORWARDED_FOR="10.0.0.2",
        )
    answer = Client().post("/accounts/login/", {"login": "known", "password": PASSWORD}, REMOTE_ADDR="10.0.0.2")

    assert answer.status_code == 302
