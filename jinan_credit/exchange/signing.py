"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.` and the exact bytes sent."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def signatures(keys: list[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """One `v1,…` a key, separated by spaces: while keys change hands either one verifies."""
    return " ".join(_signature(key, f"{message_id}.{timestamp}.".encode(), body) for key in keys)


def _signature(key: bytes, head: bytes, body: bytes) -> str:
    digest = hmac.new(key, head, hashlib.sha256)
    digest.update(body)
    return f"v1,{base64.b64encode(digest.digest()).decode()}"
