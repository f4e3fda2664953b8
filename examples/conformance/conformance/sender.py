"""Posts messages as the service does: Standard Webhooks, no redirects, a deadline, at most 64 KiB of answer."""

import base64
import contextlib
import hmac
import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

DEADLINE = 10.0
ANSWER_CAP = 64 * 1024
READ_CAP = 16 * ANSWER_CAP
"""Somewhat more is read than the service would, so that the other cases can still be judged."""


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 and an error when nothing whole did."""

    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_refused(self) -> bool:
        """Refused as something that was not written by the service: no other meaning of the contract."""
        return 400 <= self.status < 500 and self.status not in (409, 410, 413, 422, 429)

    @property
    def said(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def __str__(self) -> str:
        return self.error or f"{self.status} {self.body[:100].decode(errors='replace')}".strip()


class Sender:
    def __init__(self, url: str, secret: str) -> None:
        self._to = urllib.parse.urlsplit(url)
        self._key = key_of(secret)
        self.answers: list[Answer] = []

    def _sign(self, message_id: str, timestamp: int, body: bytes) -> str:
        signed = f"{message_id}.{timestamp}.".encode() + body
        return "v1," + base64.b64encode(hmac.digest(self._key, signed, "sha256")).decode()

    def post(
        self, body: bytes, message_id: str, *, signature: str = "{}", signs: bytes = b"", age: int = 0, **headers: str
    ) -> Answer:
        """One message. `signature` is what is put around the good one, or instead of it; `signs` another body that was
        signed; `age` in seconds, negative in the future.
        """
        timestamp = int(time.time()) - age
        signature = signature.format(self._sign(message_id, timestamp, signs or body))
        signed = {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signature}
        return self.post_bare(body, **signed, **headers)

    def post_bare(self, body: bytes, **headers: str) -> Answer:
        answer = self._exchange(body, {"Content-Type": "application/json", **headers})
        self.answers.append(answer)
        return answer

    def _exchange(self, body: bytes, headers: dict[str, str]) -> Answer:
        begun = time.monotonic()
        connection = self._connect()
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a 413 may come before all is sent
                connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            received = bytearray()
            while len(received) < READ_CAP and (piece := response.read1(READ_CAP)):
                received += piece
                if time.monotonic() - begun > DEADLINE:
                    raise TimeoutError
        except TimeoutError:
            return Answer(seconds=time.monotonic() - begun, error=f"no whole answer within {DEADLINE:.0f} seconds")
        except (OSError, http.client.HTTPException) as error:
            return Answer(seconds=time.monotonic() - begun, error=f"no answer: {error!r}")
        finally:
            connection.close()
        lower = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, bytes(received), lower, time.monotonic() - begun)

    def _connect(self) -> http.client.HTTPConnection:
        of_scheme = http.client.HTTPSConnection if self._to.scheme == "https" else http.client.HTTPConnection
        return of_scheme(self._to.hostname or "", self._to.port, timeout=DEADLINE)

    @property
    def _path(self) -> str:
        return urllib.parse.urlunsplit(("", "", self._to.path or "/", self._to.query, ""))


def key_of(secret: str) -> bytes:
    """Raises ValueError unless it is `whsec_` and base64."""
    prefix, _, encoded = secret.partition("_")
    key = base64.b64decode(encoded, validate=True)
    if prefix != "whsec" or not key:
        raise ValueError("a signing secret is written whsec_ and base64")
    return key
