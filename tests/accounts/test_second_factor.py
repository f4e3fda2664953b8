"""The second factor, from the outside: each code once, secrets sealed, nobody without who needs one."""

import base64
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.core.cache import caches
from django.test import Client

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.rate import forget_calls
from jinan_credit.kernel import clock
from tests.accounts.conftest import PASSWORD

SIGN_IN, CODE, FACTORS = "/accounts/login/", "/accounts/login/code/", "/accounts/second-factor/"
APP, CODES = f"{FACTORS}app/add/", f"{FACTORS}codes/"


@pytest.fixture(autouse=True)
def counters_at_zero():
    forget_calls()
    yield
    forget_calls()


@pytest.fixture
def wang(make_user: Callable[..., User]) -> User:
    return make_user("wang", Role.REVIEWER)


def sign_in(name: str = "wang") -> tuple[Client, str]:
    client = Client()
    answer = client.post(SIGN_IN, {"login": name, "password": PASSWORD})
    return client, answer.headers.get("Location", "")


def code_of(secret: str, ago: int = 0) -> str:
    interval = int(clock.now().timestamp()) // 30 - ago
    return HOTP(base64.b32decode(secret), 6, SHA1()).generate(interval).decode()


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Its secret, and the recovery codes that are shown once."""
    page = client.get(APP).content.decode()
    secret = re.search(r'<code class="typed-secret">([A-Z2-7]+)</code>', page)[1]
    answer = client.post(APP, {"code": code_of(secret)})
    assert answer.headers["Location"] == CODES
    codes = re.findall(r"<li><code>(\d{8})</code></li>", client.get(CODES).content.decode())
    assert len(codes) == 10
    return secret, codes


def later(**much: float):
    return time_machine.travel(clock.now() + timedelta(**much), tick=False)


def is_in(client: Client) -> bool:
    return client.get("/workbench/").status_code == 200


def test_password_and_code_lead_in(wang):
    secret, _codes = set_up_app(sign_in()[0])

    with later(minutes=2):
        client, asked = sign_in()
        assert asked == CODE
        assert not is_in(client)
        answer = client.post(CODE, {"code": code_of(secret)})

        assert answer.headers["Location"] == "/workbench/"
        assert is_in(client)


def test_a_wrong_code_does_not(wang):
    secret, _codes = set_up_app(sign_in()[0])

    with later(minutes=2):
        client, _asked = sign_in()
        wrong = f"{(int(code_of(secret)) + 1) % 10**6:06}"
        answer = client.post(CODE, {"code": wrong})

        assert answer.status_code == 200
        assert "error-summary" in answer.content.decode()
        assert not is_in(client)


@pytest.mark.parametrize("flushed", [False, True], ids=["as it is", "cache lost meanwhile"])
def test_a_code_of_the_app_works_once(wang, empty_cache, flushed):
    secret, _codes = set_up_app(sign_in()[0])

    with later(minutes=2):
        code = code_of(secret)
        first, second = sign_in()[0], sign_in()[0]
        first.post(CODE, {"code": code})
        if flushed:
            caches["default"].clear()
        second.post(CODE, {"code": code})

        assert is_in(first)
        assert not is_in(second)


def test_an_older_code_is_dead_once_a_newer_one_was_used(wang):
    secret, _codes = set_up_app(sign_in()[0])

    with later(minutes=2):
        first, second = sign_in()[0], sign_in()[0]
        first.post(CODE, {"code": code_of(secret)})
        second.post(CODE, {"code": code_of(secret, ago=1)})

        assert is_in(first)
        assert not is_in(second)


def test_the_code_of_the_set_up_is_used(wang):
    secret, _codes = set_up_app(sign_in()[0])

    client, _asked = sign_in()
    client.post(CODE, {"code": code_of(secret)})

    assert not is_in(client)


def test_a_clock_that_is_half_a_minute_slow_is_forgiven_and_no_more(wang):
    secret, _codes = set_up_app(sign_in()[0])

    with later(minutes=5):
        late, lost = sign_in()[0], sign_in()[0]
        lost.post(CODE, {"code": code_of(secret, ago=2)})
        late.post(CODE, {"code": code_of(secret, ago=1)})

        assert is_in(late)
        assert not is_in(lost)


def test_a_recovery_code_works_once(wang):
    _secret, codes = set_up_app(sign_in()[0])

    first, second = sign_in()[0], sign_in()[0]
    first.post(CODE, {"code": codes[3]})
    second.post(CODE, {"code": codes[3]})

    assert is_in(first)
    assert not is_in(second)


def test_recovery_codes_are_shown_once_and_new_ones_end_the_old(wang):
    client, _asked = sign_in()
    _secret, codes = set_up_app(client)

    assert codes[0] not in client.get(CODES).content.decode()
    client.post(f"{CODES}new/")
    new = re.findall(r"<li><code>(\d{8})</code></li>", client.get(CODES).content.decode())
    assert len(new) == 10
    assert not set(new) & set(codes)
    another, _asked = sign_in()
    another.post(CODE, {"code": codes[0]})
    assert not is_in(another)


def test_five_wrong_codes_stop_the_guessing(wang):
    _secret, codes = set_up_app(sign_in()[0])

    with later(minutes=2):
        answers = []
        for _try in range(6):
            client, _asked = sign_in()
            answers.append(client.post(CODE, {"code": "00000000"}, REMOTE_ADDR="10.1.1.1").status_code)
        client, _asked = sign_in()
        right = client.post(CODE, {"code": codes[0]})

        assert answers == [200] * 5 + [429]
        assert right.status_code == 429
        assert not is_in(client)


def test_a_right_code_ends_the_count(wang):
    _secret, codes = set_up_app(sign_in()[0])

    for number in range(3):
        client, _asked = sign_in()
        for _try in range(3):
            client.post(CODE, {"code": "00000000"})
        client.post(CODE, {"code": codes[number]})
        assert is_in(client)


def test_the_step_cannot_be_skipped_or_taken_by_another(wang, make_user):
    make_user("liu", Role.REVIEWER)
    set_up_app(sign_in()[0])
    stranger_codes = set_up_app(sign_in("liu")[0])[1]

    client, _asked = sign_in()
    assert client.get("/my-account/").status_code == 302
    client.post(CODE, {"code": stranger_codes[0]})
    assert not is_in(client)
    assert Client().get(CODE).headers["Location"] == SIGN_IN


def test_secrets_lie_sealed(wang):
    secret, codes = set_up_app(sign_in()[0])

    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)
    assert all(
        row["secret"].startswith("k")
        for row in Authenticator.objects.filter(type="totp").values_list("data", flat=True)
    )


# Who needs one ---------------------------------------------------------------------------------------------------


@pytest.fixture
def reviewers_need_one(settings):
    settings.SECOND_FACTOR_ROLES = [Role.REVIEWER]


@pytest.mark.usefixtures("reviewers_need_one")
def test_whoever_needs_one_sets_it_up_before_anything_else(wang):
    client, asked = sign_in()

    assert asked == "/workbench/"
    for page in ("/workbench/", "/entries/", "/my-account/", "/admin/", "/"):
        assert client.get(page).headers["Location"] == FACTORS
    assert client.post("/messages/read/").headers["Location"] == FACTORS
    page = client.get(FACTORS).content.decode()
    assert "alert-" in page
    set_up_app(client)
    assert is_in(client)


@pytest.mark.usefixtures("reviewers_need_one")
def test_others_need_none(make_user):
    make_user("li", Role.CLERK)

    assert is_in(sign_in("li")[0])


@pytest.mark.usefixtures("reviewers_need_one")
def test_a_role_granted_in_between_asks_at_the_next_request(make_user):
    from jinan_credit.accounts.actors import SYSTEM
    from jinan_credit.accounts.services.roles import grant_role

    li = make_user("li", Role.CLERK)
    client, _asked = sign_in("li")
    assert is_in(client)
    grant_role(li, Role.REVIEWER, by=SYSTEM)

    assert not is_in(client)


@pytest.mark.usefixtures("reviewers_need_one")
def test_the_last_one_of_whoever_needs_it_stays(wang):
    client, _asked = sign_in()
    set_up_app(client)

    client.post(f"{FACTORS}app/remove/")

    assert Authenticator.objects.filter(user=wang, type="totp").exists()


def test_who_needs_none_may_remove_it(wang):
    client, _asked = sign_in()
    set_up_app(client)

    client.post(f"{FACTORS}app/remove/")

    assert not Authenticator.objects.filter(user=wang).exists()
    assert sign_in()[1] == "/workbench/"
