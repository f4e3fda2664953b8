"""Jinan Credit's REST interface, as a unit's own system uses it."""

import base64
import json
import time
import urllib.request
from typing import Any

from tests.chaos.copies import Copy
from tests.chaos.journal import Position

_WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Service:
    """Jinan Credit as this unit's client sees it."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._token, self._ends_at = "", 0.0

    def get(self, path: str) -> Any:
        request = urllib.request.Request(self._copy.setting("base") + path)
        request.add_header("Authorization", f"Bearer {self._fresh_token()}")
        return _WITHOUT_PROXY.open(request, timeout=4)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(self._copy.setting("base") + path, data=json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {self._fresh_token()}")
        request.add_header("Content-Type", "application/json")
        with _WITHOUT_PROXY.open(request, timeout=10) as answer:
            return json.load(answer)

    def snapshot(self, path: str) -> tuple[Position, list[dict[str, Any]]]:
        with self.get(path) as answer:
            lines = [json.loads(line) for line in answer]
            if len(lines) != int(answer.headers["Feed-Count"]):
                raise ValueError("the snapshot broke off")
            return Position.read(answer.headers["Feed-Cursor"]), lines

    def digest(self, code: str) -> dict[str, Any]:
        with self.get(f"/api/v1/digest/{code}/") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def forget_token(self) -> None:
        """After a restore the service knows no token that it gave out since."""
        self._ends_at = 0.0

    def _fresh_token(self) -> str:
        if time.monotonic() >= self._ends_at:
            client = f"{self._copy.setting('client_id')}:{self._copy.setting('client_secret')}"
            request = urllib.request.Request(
                self._copy.setting("base") + "/o/token/", data=b"grant_type=client_credentials&scope=feed"
            )
            request.add_header("Authorization", f"Basic {base64.b64encode(client.encode()).decode()}")
            with _WITHOUT_PROXY.open(request, timeout=4) as answer:
                granted = json.load(answer)
            self._token, self._ends_at = granted["access_token"], time.monotonic() + 60
        return self._token
