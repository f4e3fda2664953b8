"""Before anything is sent to an address it must answer a challenge, so that nobody registers what is not his."""

import hmac
import json
import secrets

from django.utils.translation import gettext_lazy as _

from jinan_credit.exchange import batches, transport
from jinan_credit.exchange.addresses import CheckedAddress
from jinan_credit.exchange.certificates import Trust
from jinan_credit.exchange.error_words import in_words
from jinan_credit.kernel.errors import DomainError


def challenge(address: CheckedAddress, trust: Trust) -> None:
    """`challenge_failed` unless the address answers 200 with the token that it is sent."""
    token = secrets.token_urlsafe(32)
    answer = transport.post(
        transport.Letter(address, ("Content-Type: application/json",), batches.challenge_body(token), trust)
    )
    if answer.error or answer.status != 200:
        raise DomainError(
            "challenge_failed",
            _("The address did not answer the challenge. %(why)s")
            % {"why": in_words(answer.error) or f"HTTP {answer.status}"},
            field="url",
        )
    if not hmac.compare_digest(_answered_token(answer.body), token.encode()):
        raise DomainError(
            "challenge_failed",
            _("The address answered the challenge with another token than it was sent."),
            field="url",
        )


def _answered_token(body: bytes) -> bytes:
    try:
        return str(json.loads(body)["token"]).encode()
    except (KeyError, TypeError, ValueError, RecursionError):
        return b""
