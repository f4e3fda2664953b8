"""The keys of the seals: one signs, it and older ones verify. A database holds none of them."""

import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_BLOCK = re.compile(r"-----BEGIN (PRIVATE|PUBLIC) KEY-----.*?-----END \1 KEY-----", re.DOTALL)


@dataclass(frozen=True)
class SealKeys:
    private: Ed25519PrivateKey | None
    public: dict[str, Ed25519PublicKey]
    """By the name that a line of the file says."""

    def sign(self, content: bytes) -> tuple[str, bytes]:
        """The key's name and the signature."""
        assert self.private is not None
        return name_of(self.private.public_key()), self.private.sign(content)

    def verifies(self, name: str, signature: bytes, content: bytes) -> bool:
        if name not in self.public:
            return False
        try:
            self.public[name].verify(signature, content)
        except InvalidSignature:
            return False
        return True

    @property
    def pem(self) -> bytes:
        """The public keys, to be published."""
        return b"".join(key.public_bytes(*_AS_PEM) for key in self.public.values())


_AS_PEM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def read_keys(pem: str) -> SealKeys:
    """Of a PEM text: at most one private key, which signs, and public ones. ValueError for keys of another kind."""
    private, public = None, {}
    for block in _BLOCK.finditer(pem):
        encoded = block.group().encode()
        if block.group(1) == "PRIVATE":
            read = serialization.load_pem_private_key(encoded, password=None)
            if not isinstance(read, Ed25519PrivateKey) or private is not None:
                raise ValueError("one private key, of Ed25519")
            private, key = read, read.public_key()
        else:
            loaded = serialization.load_pem_public_key(encoded)
            if not isinstance(loaded, Ed25519PublicKey):
                raise ValueError("public keys of Ed25519")
            key = loaded
        public[name_of(key)] = key
    return SealKeys(private, public)


def name_of(key: Ed25519PublicKey) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(*_RAW))
    return digest.finalize().hex()[:16]
