"""The city's single sign-on, against a real OpenID provider in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.test import Client, override_settings
from jwcrypto.jwk import JWK
from pytest_httpserver import HTTPServer

from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.models import User
from jinan_credit.accounts.rate import forget_calls
from jinan_credit.kernel import clock
from jinan_credit.settings import environment
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_second_factor import set_up_app
from tests.conftest import ROOT

BEGIN, BACK, SIGN_IN = "/accounts/sso/", "/accounts/sso/callback/", "/accounts/login/"
SECRET = "the secret of this site at the provider"
SITE = "http://site.example:8000"


@dataclass
class Provider:
    issuer: str
    subjects: dict[str, str]

    def lets_in(self, person: str, address: str) -> str:
        """Goes there as this person does and gives where he is sent back to."""
        browser = build_opener(HTTPCookieProcessor(CookieJar()), _Stay)
        for _step in range(5):
            try:
                browser.open(Request(address, headers={"X-Person": person}))
            except HTTPError as answer:
                if answer.code != 302:
                    raise
                to = answer.headers["Location"]
                address = to if to.startswith("http") else f"http://{urlsplit(address).netloc}{to}"
            if address.startswith(SITE):
                return address
        raise AssertionError(f"the provider sends nobody back: {address}")


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    folder: Path = tmp_path_factory.mktemp("city-sso")
    key = rsa.generate_private_key(65537, 2048)
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "CITY_SSO_FOLDER": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.accounts.city_sso.settings",
        "PYTHONPATH": str(ROOT),
    }
    prepare = [sys.executable, "-m", "tests.accounts.city_sso.prepare", SECRET, f"{SITE}{BACK}", f"{SITE}{SIGN_IN}"]
    made = subprocess.run(prepare, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    with (folder / "log").open("wb") as log:
        serve = [sys.executable, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
        process = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        issuer = f"http://127.0.0.1:{port}/o"
        _wait_for(f"{issuer}/.well-known/openid-configuration")
        yield Provider(issuer, json.loads(made.stdout.strip().splitlines()[-1]))
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urlopen(address, timeout=5).close()
        except URLError:
            assert time.monotonic() < until, "the provider does not start"
            time.sleep(0.2)
        else:
            return


@pytest.fixture(autouse=True)
def site(settings, provider: Provider, empty_cache: None) -> Iterator[None]:
    settings.SINGLE_SIGN_ON = {"issuer": provider.issuer, "client_id": "jinan-credit", "client_secret": SECRET}
    settings.SITE_ADDRESS = SITE
    forget_calls()
    yield
    forget_calls()


@pytest.fixture
def wang(make_user, provider: Provider) -> User:
    return make_user("wang", Role.CLERK, sso_subject=provider.subjects["wang"])


def back(address: str, **changed: str) -> str:
    """The way back, with something changed in it."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()} | changed
    return f"{BACK}?{urlencode({name: value for name, value in query.items() if value})}"


def is_in(client: Client) -> bool:
    return client.get("/workbench/").status_code == 200


def test_whoever_is_linked_gets_in(provider: Provider, wang: User) -> None:
    client = Client()
    page = client.get(f"{SIGN_IN}?next=/my-account/").content.decode()
    assert f'href="{BEGIN}?next=/my-account/"' in page
    sent = client.get(f"{BEGIN}?next=/my-account/").headers["Location"]
    answer = client.get(back(provider.lets_in("wang", sent)))

    assert answer.headers["Location"] == "/my-account/"
    assert client.session["_auth_user_id"] == str(wang.pk)
    assert is_in(client)


def test_whoever_is_linked_gets_in_while_the_cache_is_away(provider: Provider, wang: User) -> None:
    client, away = Client(), {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=away):
        sent = client.get(BEGIN).headers["Location"]
        assert client.get(back(provider.lets_in("wang", sent))).status_code == 302
    assert is_in(client)


def test_what_is_sent_has_pkce_state_and_nonce(provider: Provider, wang: User) -> None:
    first, second = (Client().get(BEGIN).headers["Location"] for _time in range(2))
    asked, other = (parse_qs(urlsplit(address).query) for address in (first, second))

    assert first.startswith(f"{provider.issuer}/authorize/?")
    assert asked["code_challenge_method"] == ["S256"]
    assert SECRET not in first
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 43
        assert asked[name] != other[name]


@pytest.mark.parametrize("person", ["stranger", "gone"])
def test_nobody_else_gets_in_and_no_account_is_made(provider: Provider, make_user, person: str) -> None:
    """Not even one who is named like a user here; a disabled one hears the same as a stranger."""
    make_user("stranger", Role.CLERK)
    make_user("gone", Role.CLERK, sso_subject=provider.subjects["gone"], is_active=False)
    before, client = User.objects.count(), Client()
    answer = client.get(back(provider.lets_in(person, client.get(BEGIN).headers["Location"])), follow=True)

    assert answer.redirect_chain[-1][0] == SIGN_IN
    assert "alert" in answer.content.decode()
    assert not is_in(client)
    assert User.objects.count() == before


@pytest.mark.parametrize(
    "changed",
    [{"state": "x" * 64}, {"state": ""}, {"code": "x" * 30}, {"code": ""}, {"iss": "https://another.example"}],
    ids=["another state", "no state", "another code", "no code", "another issuer"],
)
def test_a_changed_return_leads_nowhere(provider: Provider, wang: User, changed: dict[str, str]) -> None:
    client = Client()
    returned = provider.lets_in("wang", client.get(BEGIN).headers["Location"])

    assert client.get(back(returned, **changed)).headers["Location"] == SIGN_IN
    assert not is_in(client)


def test_a_return_counts_once_and_only_where_it_was_begun(provider: Provider, wang: User) -> None:
    client, other = Client(), Client()
    returned = back(provider.lets_in("wang", client.get(BEGIN).headers["Location"]))
    other.get(BEGIN)

    assert other.get(returned).headers["Location"] == SIGN_IN
    assert not is_in(other)
    client.get(returned)
    assert is_in(client)
    client.post("/accounts/logout/")
    client.get(returned)
    assert not is_in(client)


@pytest.mark.parametrize("name", ["nonce", "verifier"])
def test_nonce_and_verifier_are_checked(provider: Provider, wang: User, name: str) -> None:
    """What this site remembers of the attempt is not what the provider got."""
    client = Client()
    returned = back(provider.lets_in("wang", client.get(BEGIN).headers["Location"]))
    session = client.session
    session["sso_attempt"] = session["sso_attempt"] | {name: "y" * 64}
    session.save()

    assert client.get(returned).headers["Location"] == SIGN_IN
    assert not is_in(client)


def test_a_token_for_another_site_does_not_count(provider: Provider, wang: User, settings) -> None:
    client = Client()
    returned = back(provider.lets_in("wang", client.get(BEGIN).headers["Location"]))
    settings.SINGLE_SIGN_ON = {**settings.SINGLE_SIGN_ON, "client_id": "another"}

    assert client.get(returned).headers["Location"] == SIGN_IN
    assert not is_in(client)


def test_a_token_that_another_signed_does_not_count(provider: Provider, wang: User, httpserver: HTTPServer) -> None:
    """The keys of the issuer are others than those that signed."""
    client = Client()
    returned = back(provider.lets_in("wang", client.get(BEGIN).headers["Location"]))
    known = caches["default"].get(f"sso:{provider.issuer}")
    another = JWK.generate(kty="RSA", size=2048, use="sig", alg="RS256", kid=_kid(known["jwks_uri"]))
    httpserver.expect_request("/keys").respond_with_json({"keys": [another.export_public(as_dict=True)]})
    elsewhere = httpserver.url_for("/keys").replace("localhost", "127.0.0.1")
    caches["default"].set(f"sso:{provider.issuer}", known | {"jwks_uri": elsewhere})

    assert client.get(returned).headers["Location"] == SIGN_IN
    assert not is_in(client)


def _kid(address: str) -> str:
    with urlopen(address, timeout=5) as answer:
        return json.load(answer)["keys"][0]["kid"]


def test_when_it_is_away_the_password_leads_in(provider: Provider, wang: User, settings) -> None:
    settings.SINGLE_SIGN_ON = {**settings.SINGLE_SIGN_ON, "issuer": "http://127.0.0.1:9"}
    client = Client()

    assert client.get(BEGIN).headers["Location"] == SIGN_IN
    client.post(SIGN_IN, {"login": "wang", "password": PASSWORD})
    assert is_in(client)


def test_a_foreign_address_is_never_gone_to(provider: Provider, wang: User) -> None:
    client = Client()
    sent = client.get(f"{BEGIN}?next=//evil.example/").headers["Location"]

    assert client.get(back(provider.lets_in("wang", sent))).headers["Location"] == "/workbench/"


def test_the_second_factor_is_asked_for_here_too(provider: Provider, wang: User) -> None:
    first = Client()
    first.post(SIGN_IN, {"login": "wang", "password": PASSWORD})
    set_up_app(first)
    client = Client()
    answer = client.get(back(provider.lets_in("wang", client.get(BEGIN).headers["Location"])))

    assert answer.headers["Location"] == "/accounts/login/code/"
    assert not is_in(client)


OTHERS = "/my-account/sessions/end-others/"


@pytest.fixture
def signed_in_long_ago(provider: Provider, wang: User) -> Client:
    """By the single sign-on, with neither password nor second factor here."""
    wang.set_unusable_password()
    wang.save()
    client = Client()
    client.get(back(provider.lets_in("wang", client.get(BEGIN).headers["Location"])))
    session = client.session
    session["signed_in_at"] -= 3600
    session.save()
    return client


def asked_again(client: Client) -> str:
    """Where the provider is told to ask again, before a sensitive act."""
    sent = client.post(OTHERS).headers["Location"]
    assert sent == f"{BEGIN}?next={quote(OTHERS, safe='')}"
    return client.get(sent).headers["Location"]


def test_before_a_sensitive_act_he_says_there_once_more_who_he_is(
    provider: Provider, signed_in_long_ago: Client
) -> None:
    sent = asked_again(signed_in_long_ago)
    asked = parse_qs(urlsplit(sent).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])

    answer = signed_in_long_ago.get(back(provider.lets_in("wang", sent)))

    assert answer.headers["Location"] == "/my-account/sessions/", "what waited is done"
    assert signed_in_long_ago.post(OTHERS).headers["Location"] == "/my-account/sessions/", "for a while"


def test_adding_a_second_factor_is_one(provider: Provider, signed_in_long_ago: Client) -> None:
    assert signed_in_long_ago.get("/accounts/second-factor/app/add/").headers["Location"].startswith(BEGIN)


def test_another_person_who_comes_back_confirms_nothing(
    provider: Provider, signed_in_long_ago: Client, wang: User, make_user
) -> None:
    make_user("gone", Role.CLERK, sso_subject=provider.subjects["gone"])
    signed_in_long_ago.get(back(provider.lets_in("gone", asked_again(signed_in_long_ago))))

    assert signed_in_long_ago.post(OTHERS).headers["Location"].startswith(BEGIN)
    assert signed_in_long_ago.session["_auth_user_id"] == str(wang.pk)


def test_that_he_is_signed_in_there_is_not_enough(provider: Provider, signed_in_long_ago: Client) -> None:
    """By the provider's own word he said it before he was asked."""
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        answer = signed_in_long_ago.get(back(provider.lets_in("wang", asked_again(signed_in_long_ago))))

        assert answer.headers["Location"] == "/my-account/"
        assert signed_in_long_ago.post(OTHERS).headers["Location"].startswith(BEGIN)


def test_whoever_has_a_password_here_is_asked_for_that(provider: Provider, wang: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.get(back(provider.lets_in("wang", client.get(BEGIN).headers["Location"])))
    session = client.session
    session["signed_in_at"] -= 3600
    session.save()
    asked = client.post(OTHERS).headers["Location"]

    assert asked.startswith("/accounts/confirm/")
    assert f'href="{BEGIN}?next=' in client.get(asked).content.decode()


def test_signing_out_leads_to_the_sign_out_there(provider: Provider, wang: User) -> None:
    client = Client()
    client.get(back(provider.lets_in("wang", client.get(BEGIN).headers["Location"])))
    answer = client.post("/accounts/logout/")
    address = answer.headers["Refresh"].removeprefix("0; url=")

    assert not is_in(client)
    assert address.startswith(f"{provider.issuer}/logout/?")
    assert escape(address) in answer.content.decode()
    with pytest.raises(HTTPError) as there:
        build_opener(_Stay).open(address, timeout=5)
    assert there.value.headers["Location"].startswith(f"{SITE}{SIGN_IN}"), "it knows this site and the way back"


def test_whoever_came_by_a_password_is_not_led_there(provider: Provider, wang: User) -> None:
    client = Client()
    client.post(SIGN_IN, {"login": "wang", "password": PASSWORD})

    assert client.post("/accounts/logout/").headers["Location"] == SIGN_IN


def test_nor_where_there_is_no_such_place(provider: Provider, wang: User) -> None:
    client = Client()
    sent = client.get(BEGIN).headers["Location"]
    name = f"sso:{provider.issuer}"
    caches["default"].set(name, {**caches["default"].get(name), "end_session_endpoint": ""})
    client.get(back(provider.lets_in("wang", sent)))

    assert client.post("/accounts/logout/").headers["Location"] == SIGN_IN
    assert not is_in(client)


def test_without_one_there_is_neither_link_nor_way(settings, db) -> None:
    settings.SINGLE_SIGN_ON = {}

    assert BEGIN not in Client().get(SIGN_IN).content.decode()
    assert Client().get(BEGIN).status_code == 404
    assert Client().get(BACK).status_code == 404


def test_a_person_has_one_account(make_user, wang: User) -> None:
    with pytest.raises(IntegrityError, match="nobody_shares_a_subject"):
        make_user("second", Role.CLERK, sso_subject=wang.sso_subject)


def test_the_settings_want_tls_and_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "http://sso.jinan.example")
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER"):
        environment.read()
    monkeypatch.setenv("OIDC_ISSUER", "https://sso.jinan.example/")
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_ID"):
        environment.read()
    monkeypatch.setenv("OIDC_CLIENT_ID", "jinan-credit")
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_SECRET_FILE"):
        environment.read()
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    read = environment.read().single_sign_on
    assert read == {"issuer": "https://sso.jinan.example", "client_id": "jinan-credit", "client_secret": SECRET}
