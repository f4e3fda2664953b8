"""Posting by libcurl: a total deadline, a pinned address, no redirects, no proxy, at most 64 KiB of answer.

One `Carrier` a thread drives any number of posts at once; a slow receiver holds up nobody but itself.
"""

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pycurl
from django.conf import settings

from jinan_credit.exchange.addresses import CheckedAddress
from jinan_credit.exchange.certificates import PUBLIC_AUTHORITIES, Trust
from jinan_credit.exchange.rules import Answer

ANSWER_CAP = 64 * 1024
CONNECT_SECONDS = 5
CONNECTIONS_KEPT = 256
USER_AGENT = "jinan-credit/1"


@dataclass(frozen=True)
class Letter:
    to: CheckedAddress
    headers: tuple[str, ...]
    body: bytes
    trust: Trust = PUBLIC_AUTHORITIES


class _Transfer:
    def __init__(self) -> None:
        self.curl = pycurl.Curl()
        self.key: Hashable = None

    def prepare(self, key: Hashable, letter: Letter) -> None:
        self.key = key
        self._answer = bytearray()
        self._retry_after = ""
        self._is_flooded = False
        curl = self.curl
        curl.reset()
        curl.setopt(pycurl.URL, letter.to.url)
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTPS | pycurl.PROTO_HTTP)
        curl.setopt(pycurl.RESOLVE, [letter.to.pin])
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.TIMEOUT_MS, int(settings.PUSH_DEADLINE_SECONDS * 1000))
        curl.setopt(pycurl.CONNECTTIMEOUT, CONNECT_SECONDS)
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.POSTFIELDS, letter.body)
        curl.setopt(
            pycurl.HTTPHEADER, [*letter.headers, f"User-Agent: {USER_AGENT}", "Expect:", "Accept: application/json"]
        )
        if letter.trust.ca:
            curl.setopt(pycurl.CAINFO_BLOB, letter.trust.ca)
        if letter.trust.certificate:
            curl.setopt(pycurl.SSLCERT_BLOB, letter.trust.certificate)
            curl.setopt(pycurl.SSLKEY_BLOB, letter.trust.key)
        curl.setopt(pycurl.WRITEFUNCTION, self._take)
        curl.setopt(pycurl.HEADERFUNCTION, self._take_header)

    def _take(self, data: bytes) -> int:
        if len(self._answer) + len(data) > ANSWER_CAP:
            self._is_flooded = True
            return 0
        self._answer += data
        return len(data)

    def _take_header(self, line: bytes) -> None:
        if line[:12].lower() == b"retry-after:":
            self._retry_after = line[12:].decode("latin-1").strip()

    def answer(self, error: str = "") -> Answer:
        if self._is_flooded:
            error = f"the answer is longer than {ANSWER_CAP} bytes"
        return Answer(
            status=self.curl.getinfo(pycurl.RESPONSE_CODE),
            body=bytes(self._answer),
            retry_after=self._retry_after,
            error=error,
            ms=int(self.curl.getinfo(pycurl.TOTAL_TIME) * 1000),
        )


class Carrier:
    def __init__(self) -> None:
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, CONNECTIONS_KEPT)
        self._idle: list[_Transfer] = []
        self._under_way: dict[pycurl.Curl, _Transfer] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    def start(self, key: Hashable, letter: Letter) -> None:
        transfer = self._idle.pop() if self._idle else _Transfer()
        transfer.prepare(key, letter)
        self._multi.add_handle(transfer.curl)
        self._under_way[transfer.curl] = transfer

    def finished(self, wait_seconds: float) -> list[tuple[Any, Answer]]:
        """What ended until now; waits up to `wait_seconds` for the first."""
        found = self._collect()
        if not found and self._under_way:
            self._multi.select(wait_seconds)
            found = self._collect()
        return found

    def drop_all(self) -> None:
        for transfer in list(self._under_way.values()):
            self._multi.remove_handle(transfer.curl)
        self._under_way.clear()

    def _collect(self) -> list[tuple[Any, Answer]]:
        self._multi.perform()
        found: list[tuple[Any, Answer]] = []
        waiting = 1
        while waiting:
            waiting, succeeded, failed = self._multi.info_read()
            found += [self._end(curl, "") for curl in succeeded]
            found += [self._end(curl, f"transport {code}: {message}") for curl, code, message in failed]
        return found

    def _end(self, curl: pycurl.Curl, error: str) -> tuple[Any, Answer]:
        transfer = self._under_way.pop(curl)
        answer = transfer.answer(error)
        self._multi.remove_handle(curl)
        self._idle.append(transfer)
        return transfer.key, answer


_local = threading.local()


def carrier() -> Carrier:
    """This thread's carrier, with the connections it still holds open."""
    if not hasattr(_local, "carrier"):
        _local.carrier = Carrier()
    found: Carrier = _local.carrier
    found.drop_all()
    return found


def post(letter: Letter) -> Answer:
    """One post, waited for."""
    courier = Carrier()
    courier.start(None, letter)
    while True:
        if ended := courier.finished(1.0):
            return ended[0][1]
