"""What a case is, and what it has to work with: a list of its own that the receiver follows, and a look at the copy."""

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.feed import BUCKETS, Batch, Feed, digest_of, message
from conformance.sender import Answer, Sender

PATIENCE = 5
"""How long a Retry-After is waited for, in seconds, and how often."""


class Failed(Exception):
    """The receiver does not keep to the contract; the sentence says in what."""


class Unseen(Exception):
    """Neither kept nor broken as far as can be seen from outside; the sentence says why."""


@dataclass(frozen=True)
class Case:
    name: str
    promise: str
    run: "Callable[[Talk], None]"


def case(name: str, promise: str) -> "Callable[[Callable[[Talk], None]], Case]":
    """Makes a function a case: its name, and what holds when it passes."""
    return lambda run: Case(name, promise, run)


@dataclass(frozen=True)
class Options:
    code: str = ""
    digest_url: str = ""
    warn_after: float = 5.0


class Talk:
    """The sender's side of one case."""

    def __init__(self, sender: Sender, feed: Feed, options: Options) -> None:
        self.sender, self.options = sender, options
        self._feed, self.is_open = feed, False
        self._sums, self._count = [0] * BUCKETS, 0

    @property
    def feed(self) -> Feed:
        """The list. From the first look at it the receiver follows it."""
        if not self.is_open:
            self.is_open = True
            self._open()
        return self._feed

    def _open(self) -> None:
        """From the list's start, or from where the receiver says that its copy stands."""
        answer = self.offer(self.feed.fresh())
        if answer.status == 409 and (stands := read_position(answer.said.get("expected"))):
            self.feed.epoch, self.feed.seq = stands
        elif answer.is_taken:
            self.feed.seq += 1
        try:
            self.deliver(self.feed.fresh())
        except Failed as failed:
            raise Failed(f"Not even a first good batch is taken: {failed}") from failed
        self.feed.held.clear()
        if self.options.digest_url:
            _at, self._count, self._sums = self._look()

    # Sending

    def post(self, body: bytes, message_id: str, **how: Any) -> Answer:
        """One message; again after a while if the receiver asks for that. `how`: signature, age, headers."""
        for _ in range(PATIENCE):
            answer = self.sender.post(body, message_id, **how)
            if not _waited(answer):
                break
        return answer

    def offer(self, batch: Batch, **how: Any) -> Answer:
        return self.post(batch.body, batch.message_id, **how)

    def deliver(self, batch: Batch) -> None:
        """Send a batch until all of it is taken, as the service does: in halves after 413, in parts after `acked`."""
        while self.feed.seq < batch.last:
            part = batch.after(self.feed.seq)
            answer = self.offer(part)
            while answer.status == 413 and len(part.changes) > 1:
                part = part.half()
                answer = self.offer(part)
            if not answer.is_taken:
                raise Failed(f"A good batch of {len(part.changes)} changes was answered {answer}.")
            self.feed.move(part, taken_up_to(answer, part))

    def finish(self, batch: Batch, answer: Answer) -> None:
        """A batch was answered as it should be: note what was taken of it, send what is left."""
        rest = batch.after(self.feed.seq)
        self.feed.move(rest, max(rest.first, taken_up_to(answer, batch)))
        if self.feed.seq < batch.last:
            self.deliver(batch)

    def begin_anew(self) -> None:
        """A new epoch: the receiver loads a snapshot, or lets its copy go and takes the list from its start."""
        epoch = secrets.token_hex(4)
        snapshot = f"/api/v1/snapshot/{self.feed.code}/"
        answer = self.tell("list.resync", list=self.feed.code, epoch=epoch, snapshot=snapshot)
        if answer.status in (429, 503) and answer.headers.get("retry-after"):
            raise Unseen("It says that it is loading; whether that ends well is seen with the real service only.")
        if not answer.is_taken:
            raise Failed(f"list.resync was answered {answer}.")
        named = answer.said.get("acked")
        acked = (epoch, 0) if named is None else read_position(named)
        if acked is None or acked[0] != epoch:
            raise Failed(f"list.resync to epoch {epoch} was answered with acked {named!r}.")
        self.feed.begin_anew(*acked)
        self._sums, self._count = [0] * BUCKETS, 0

    def tell(self, kind: str, **data: str) -> Answer:
        """Send a message that carries no changes, under an id of its own."""
        return self.sender.post(message(kind, data), f"{self.feed.code}-{kind}-{secrets.token_hex(6)}")

    def expect_refused(self, answer: Answer, what: str) -> None:
        if not answer.is_refused:
            raise Failed(f"{what} was answered {answer}; it must be refused, with 401 say.")

    def expect_place(self, answer: Answer, what: str) -> None:
        """A 409 that names where the receiver stands."""
        if answer.status != 409:
            raise Failed(f"{what} was answered {answer}; it must be 409 with the position of the copy.")
        if answer.said.get("expected") != self.feed.position:
            raise Failed(f"{what} was answered {answer}; the copy stands at {self.feed.position}.")

    # Looking

    def compare(self, or_else: str = "") -> None:
        """The copy holds what it must, no more. Without a digest to look at: Unseen, if told what then stays unseen."""
        if not self.options.digest_url:
            if or_else:
                raise Unseen(f"{or_else} is not visible from outside: give --digest-url.")
            return
        at, count, sums = self._look()
        wanted = [(mine + base) % 2**256 for mine, base in zip(digest_of(self.feed.held), self._sums, strict=True)]
        if at != self.feed.position:
            raise Failed(f"The copy says that it stands at {at}; it must stand at {self.feed.position}.")
        if (count, sums) != (self._count + len(self.feed.held), wanted):
            raise Failed("The copy does not hold what it was sent: its digest differs.")

    @property
    def is_gone(self) -> bool:
        """Whether the copy of the list is no more."""
        try:
            return self._look()[1] == 0
        except Failed as failed:
            return isinstance(failed.__cause__, urllib.error.HTTPError) and failed.__cause__.code == 404

    @property
    def _digest_address(self) -> str:
        return self.options.digest_url.rstrip("/") + f"/{self.feed.code}"

    def _look(self) -> tuple[str, int, list[int]]:
        try:
            with urllib.request.urlopen(self._digest_address, timeout=60) as answer:
                found = json.loads(answer.read())
            return found["at"], found["count"], [int(bucket, 16) for bucket in found["buckets"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Failed(f"The digest of the copy could not be read: {error!r}") from error


def read_position(text: object) -> tuple[str, int] | None:
    """Epoch and number of a position, `epoch:number`."""
    epoch, colon, digits = text.partition(":") if isinstance(text, str) else ("", "", "")
    if not (epoch and len(epoch) <= 8 and colon and digits.isascii() and digits.isdigit() and len(digits) <= 18):
        return None
    return epoch, int(digits)


def taken_up_to(answer: Answer, batch: Batch) -> int:
    """All, unless `acked` names a place within the batch."""
    acked = read_position(answer.said.get("acked"))
    is_within = acked is not None and acked[0] == batch.epoch and batch.first < acked[1] <= batch.last
    return acked[1] if acked and is_within else batch.last


def _waited(answer: Answer) -> bool:
    """Whether the receiver asked to be tried again soon, and was given that time."""
    after = answer.headers.get("retry-after", "")
    if answer.status not in (429, 503) or not after.isdigit() or int(after) > PATIENCE:
        return False
    time.sleep(int(after))
    return True
