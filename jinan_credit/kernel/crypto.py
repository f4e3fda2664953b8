"""Sealing of personal numbers and the blind index by which they are still found.

A sealed value is `kid.base64(nonce + ciphertext + tag)`: the key's id travels with the value, so keys can be
rotated. The blind index is a keyed hash with a key of its own, never a bare hash of a number.
Providers: SM4-GCM with HMAC-SM3 (the national algorithms), AES-GCM with HMAC-SHA256.
"""

import base64
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

_CIPHERS = {"SM4": algorithms.SM4, "AES": algorithms.AES}
_HASHES = {"SM3": hashes.SM3, "SHA256": hashes.SHA256}
_NONCE, _TAG = 12, 16
INDEX = "(index)"


@dataclass(frozen=True)
class _Key:
    provider: str
    secret: bytes


@lru_cache(maxsize=64)
def _key(kid: str) -> _Key:
    spec = settings.FIELD_KEYS["keys"][kid]
    return _Key(spec["provider"], base64.b64decode(spec["key"]))


@lru_cache(maxsize=1)
def _keyed_hash() -> hmac.HMAC:
    spec = settings.FIELD_KEYS["index"]
    return hmac.HMAC(base64.b64decode(spec["key"]), _HASHES[spec["provider"]]())


def new_hash(provider: str) -> hashes.Hash:
    """Of a provider by its name: SM3 or SHA256."""
    return hashes.Hash(_HASHES[provider]())


def hash_of(provider: str, *parts: bytes) -> bytes:
    digest = new_hash(provider)
    for part in parts:
        digest.update(part)
    return digest.finalize()


def seal(clear: str) -> str:
    """Encrypt under the current key. The empty string stays empty."""
    if not clear:
        return ""
    kid = settings.FIELD_KEYS["current"]
    key, nonce = _key(kid), os.urandom(_NONCE)
    encryptor = Cipher(_CIPHERS[key.provider](key.secret), modes.GCM(nonce)).encryptor()
    body = encryptor.update(clear.encode()) + encryptor.finalize()
    return f"{kid}.{base64.b64encode(nonce + body + encryptor.tag).decode()}"


def unseal(sealed: str) -> str:
    """Decrypt; raises cryptography's InvalidTag when the value was tampered with, KeyError for an unknown key."""
    if not sealed:
        return ""
    kid, _, encoded = sealed.partition(".")
    key, raw = _key(kid), base64.b64decode(encoded)
    nonce, body, tag = raw[:_NONCE], raw[_NONCE:-_TAG], raw[-_TAG:]
    decryptor = Cipher(_CIPHERS[key.provider](key.secret), modes.GCM(nonce, tag)).decryptor()
    return (decryptor.update(body) + decryptor.finalize()).decode()


def key_check(kid: str) -> str:
    """Tells whether two files hold the same key under this id, and nothing else of it. KeyError for an unknown key.

    `INDEX` stands for the key of the blind index.
    """
    spec = settings.FIELD_KEYS["index"] if kid == INDEX else settings.FIELD_KEYS["keys"][kid]
    keyed = hmac.HMAC(base64.b64decode(spec["key"]), hashes.SHA256())
    keyed.update(f"which key is this: {spec['provider']}".encode())
    return keyed.finalize().hex()[:16]


def blind_index(*parts: str) -> str:
    """64 hex digits by which a sealed value is found again. Equal parts give equal digits."""
    digest = _keyed_hash().copy()
    digest.update("\x1f".join(parts).encode())
    return digest.finalize().hex()
