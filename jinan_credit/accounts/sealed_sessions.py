"""Sessions lie sealed in the database: in them waits what a person typed while he signs in again, or confirms."""

from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib.sessions.backends import db

from jinan_credit.kernel import crypto


class SessionStore(db.SessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        return crypto.seal(super().encode(session_dict))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Empty, as for one that was tampered with, where its key is withdrawn: the person signs in again."""
        try:
            return super().decode(crypto.unseal(str(session_data)))
        except (InvalidTag, KeyError, ValueError):
            return {}
