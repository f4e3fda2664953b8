"""Who needs a second factor, who has one, and whether a code is right: each works once.

The factors themselves are rows of allauth.mfa. Its secrets are sealed (adapter.py), its recovery codes are marked as
used in their row. A code of an authenticator app is good for its half minute and the one beside it; the last one that
was taken is remembered, so neither it nor an older one is taken again, whatever becomes of the cache.
"""

import base64

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.conf import settings
from django.db import transaction

from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock, crypto

SECONDS = 30
DIGITS = 6
AROUND = (-1, 0, 1)
"""Clocks of telephones are not exact: the half minute before and after is taken too."""

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(user: User) -> bool:
    """By his roles, as the settings say."""
    return not user.roles.isdisjoint(settings.SECOND_FACTOR_ROLES)


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def interval_now() -> int:
    return int(clock.now().timestamp()) // SECONDS


def interval_of(secret: str, code: str, after: int = 0) -> int | None:
    """Of which half minute the code of an authenticator app is; None for a wrong one, or one not later than `after`."""
    typed = "".join(code.split()).encode()
    of_secret = HOTP(base64.b32decode(secret, casefold=True), DIGITS, SHA1())  # noqa: S303 - as RFC 6238 has it
    found = None
    for interval in (interval_now() + step for step in AROUND):
        if bytes_eq(of_secret.generate(interval), typed) and interval > after:
            found = interval
    return found


@transaction.atomic
def factor_of_code(user: User, code: str) -> Authenticator | None:
    """The factor of which this is a code that was not used yet; it is used now. The row is locked meanwhile."""
    codes = Authenticator.objects.select_for_update().filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    for factor in codes.order_by("-type"):
        if factor.type == Authenticator.Type.TOTP:
            interval = interval_of(crypto.unseal(factor.data["secret"]), code, factor.data.get("last_interval", 0))
            if interval is not None:
                factor.data["last_interval"] = interval
                factor.save(update_fields=["data"])
                return factor
        elif factor.wrap().validate_code(code):
            return Authenticator.objects.get(pk=factor.pk)
    return None


def remember_first_code(factor: Authenticator) -> None:
    """The code with which an app was set up is used, and so is every one that was shown before."""
    factor.data["last_interval"] = interval_now() + max(AROUND)
    factor.save(update_fields=["data"])
