"""The city's single sign-on by OpenID Connect: authorization code with PKCE, state and nonce.

Whom its signed ID token names is looked up by the subject that the security administrator has written into an account.
Nothing is made or changed by it.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from jwcrypto.common import JWException
from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT
from redis.exceptions import RedisError

from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError

SECONDS = 10
MOST_BYTES = 65_536
KEPT_SECONDS = 3600
PATIENCE_SECONDS = 600
CLOCKS_DIFFER_SECONDS = 60
_LOCAL = ("http://127.0.0.1:", "http://localhost:")
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Attempt:
    """What this site remembers between sending somebody away and his return."""

    state: str
    nonce: str
    verifier: str
    begun: int
    next: str
    is_again: bool = False
    """He is signed in, and says once more who he is before a sensitive act."""

    @classmethod
    def begin(cls, next: str, *, is_again: bool) -> "Attempt":  # noqa: A002 - as the sign-in names it
        state, nonce, verifier = (secrets.token_urlsafe(48) for _name in range(3))
        return cls(state, nonce, verifier, int(clock.now().timestamp()), next, is_again)


class _RedirectRefused(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


_opener = build_opener(_RedirectRefused)


def is_known_there(user: Any) -> bool:
    return bool(settings.SINGLE_SIGN_ON and user.is_authenticated and user.sso_subject)


def is_known_there_alone(user: Any) -> bool:
    """He has neither password nor second factor here."""
    return is_known_there(user) and not get_reauthentication_flows(user)


def note_confirmed_there(request: HttpRequest) -> None:
    record_authentication(request, request.user, method="sso", reauthenticated=True)


def confirmed_there_lately(request: HttpRequest) -> bool:
    said = [one["at"] for one in get_authentication_records(request, request.user) if one["method"] == "sso"]
    return bool(said) and clock.now().timestamp() - said[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def address_of_sign_in(attempt: Attempt) -> str:
    """Where the person is sent."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "scope": "openid",
        "client_id": settings.SINGLE_SIGN_ON["client_id"],
        "redirect_uri": return_address(),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if attempt.is_again:
        query |= {"prompt": "login", "max_age": "0"}
    return f"{_configuration()['authorization_endpoint']}?{urlencode(query)}"


def address_of_sign_out() -> str:
    """Where a person signs out of the single sign-on itself; empty where it has no such place."""
    place = _configuration().get("end_session_endpoint", "")
    query = {
        "client_id": settings.SINGLE_SIGN_ON["client_id"],
        "post_logout_redirect_uri": f"{settings.SITE_ADDRESS}{reverse('account_login')}",
    }
    return f"{place}?{urlencode(query)}" if place.startswith(("https://", *_LOCAL)) else ""


def return_address() -> str:
    return f"{settings.SITE_ADDRESS}{reverse('sso_finish')}"


def user_of_return(attempt: Attempt, answer: Mapping[str, str]) -> User:
    """Who has come back. Refusals: `sso_failed`; `sso_unknown` for one who has no active account here."""
    age = int(clock.now().timestamp()) - attempt.begun
    if not constant_time_compare(answer.get("state", ""), attempt.state) or not 0 <= age <= PATIENCE_SECONDS:
        raise _failed("state")
    if answer.get("iss", settings.SINGLE_SIGN_ON["issuer"]) != settings.SINGLE_SIGN_ON["issuer"]:
        raise _failed("issuer of the answer")
    if "code" not in answer:
        raise _failed(answer.get("error", "no code"))
    claims = _claims(_id_token(attempt, answer["code"]), attempt.nonce)
    if attempt.is_again and not _is_since(claims.get("auth_time"), attempt.begun):
        raise _failed("auth_time")
    user = User.objects.filter(sso_subject=str(claims["sub"]), is_active=True).exclude(sso_subject="").first()
    if user is None:
        log.warning("sso_unknown")
        raise DomainError(
            "sso_unknown",
            _("Your account at the city's single sign-on opens no account here. Ask your security administrator."),
        )
    return user


def _id_token(attempt: Attempt, code: str) -> str:
    """Exchanges the code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": return_address(),
        "client_id": settings.SINGLE_SIGN_ON["client_id"],
        "client_secret": settings.SINGLE_SIGN_ON["client_secret"],
        "code_verifier": attempt.verifier,
    }
    return str(_fetched(_configuration()["token_endpoint"], urlencode(form).encode()).get("id_token", ""))


def _is_since(auth_time: Any, begun: int) -> bool:
    """Whether he said who he is after he was sent there: to be asked again is for the provider to hold to."""
    return isinstance(auth_time, int) and auth_time >= begun - CLOCKS_DIFFER_SECONDS


def _claims(token: str, nonce: str) -> dict[str, Any]:
    """Of an ID token that is signed by the issuer, for this site, for this attempt, and not over."""
    expected = {"iss": settings.SINGLE_SIGN_ON["issuer"], "aud": settings.SINGLE_SIGN_ON["client_id"]}
    keys = JWKSet.from_json(json.dumps(_fetched(_configuration()["jwks_uri"])))
    try:
        checked = JWT(
            jwt=token, key=keys, algs=ALGORITHMS, check_claims={**expected, "nonce": nonce, "exp": None, "sub": None}
        )
        claims: dict[str, Any] = json.loads(checked.claims)
    except (JWException, ValueError, TypeError, KeyError) as error:
        raise _failed(f"ID token: {type(error).__name__}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if several and claims.get("azp") != expected["aud"]:
        raise _failed("azp")
    return claims


def _configuration() -> dict[str, Any]:
    """What the issuer publishes of itself; kept for an hour, and asked for each time while the cache is away."""
    issuer = settings.SINGLE_SIGN_ON["issuer"]
    name = f"sso:{issuer}"
    known: dict[str, Any] | None = None
    with suppress(RedisError):
        known = cache.get(name)
    if known is None:
        known = _fetched(f"{issuer}/.well-known/openid-configuration")
        if known.get("issuer", "").rstrip("/") != issuer:
            raise _failed("issuer of the configuration")
        with suppress(RedisError):
            cache.set(name, known, KEPT_SECONDS)
    return known


def _fetched(address: str, form: bytes | None = None) -> dict[str, Any]:
    if not address.startswith(("https://", *_LOCAL)):
        raise _failed("address without TLS")
    request = Request(address, form, {"Accept": "application/json"})  # noqa: S310 - the scheme is looked at above
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            body = json.loads(answer.read(MOST_BYTES))
    except (OSError, ValueError) as error:
        raise _failed(f"{type(error).__name__} at {address}") from error
    if not isinstance(body, dict):
        raise _failed(f"no object at {address}")
    return body


def _failed(why: str) -> DomainError:
    log.warning("sso_failed", why=why)
    return DomainError("sso_failed", _("The city's single sign-on did not confirm who you are. Try again."))
