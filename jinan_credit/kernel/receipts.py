"""The receipt of a public form: a number to quote, and a secret that is shown once and kept only as a keyed hash."""

import secrets
from datetime import date
from hmac import compare_digest

from jinan_credit.kernel import crypto
from jinan_credit.kernel.identifiers import normalise_code

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is mistaken when read aloud: 0 O 1 I L
_PREFIX, _DAY = 2, 10


def new_receipt_number(prefix: str, on: date) -> str:
    """`YY-20261124-7F3K9Q`: kind (two letters), day of receipt, six random characters."""
    return f"{prefix}-{on:%Y%m%d}-{_random(6)}"


def new_secret() -> str:
    """Twelve random characters (59 bits) in three groups."""
    return "-".join(_random(4) for _ in range(3))


def normalise_receipt_number(raw: str) -> str:
    """One spelling of a typed number: tolerant of spaces, case, width and missing hyphens."""
    code = normalise_code(raw)
    return f"{code[:_PREFIX]}-{code[_PREFIX:_DAY]}-{code[_DAY:]}"


def secret_hash(number: str, secret: str) -> str:
    return crypto.blind_index("receipt", number, normalise_code(secret))


def is_secret_of(number: str, secret: str, stored_hash: str) -> bool:
    """Compared in constant time."""
    return compare_digest(secret_hash(number, secret), stored_hash)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
