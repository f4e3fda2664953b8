"""The words in which a copy tells what it holds and what it was sent."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class What(StrEnum):
    """What a line of the journal says."""

    TAKEN = "taken"
    AGAIN = "again"  # the same message, taken before
    BEHIND = "behind"  # begins before where the copy stands
    AHEAD = "ahead"  # begins after where the copy stands
    FOREIGN = "foreign"  # of another epoch
    TORN = "torn"  # its numbers have a gap
    STALE = "stale"  # brings a version that is not newer
    FORGED = "forged"  # wrong signature
    REFUSED = "refused"  # one change that was answered with 422
    LOST = "lost"  # taken, and the answer not given
    WENT_BACK = "went back"  # the copy itself, as from a backup
    SNAPSHOT = "snapshot"


class Position(NamedTuple):
    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"

    @classmethod
    def read(cls, text: str) -> "Position":
        epoch, _, seq = text.partition(":")
        return cls(epoch, int(seq))


class Line(NamedTuple):
    at: float
    code: str
    what: str
    epoch: str
    start: int
    stop: int


@dataclass(frozen=True)
class Holding:
    """The copy of one list at one moment. Up to `base` it came as a snapshot."""

    code: str
    position: Position
    base: int
    entries: dict[str, int]
    refused: frozenset[int]


def digest(entries: dict[str, int]) -> list[str]:
    """As docs/delivery.md says: 256 sums."""
    sums = [0] * 256
    for entry, version in entries.items():
        bucket = hashlib.sha256(entry.encode()).digest()[0]
        sums[bucket] += int.from_bytes(hashlib.sha256(f"{entry}:{version}".encode()).digest())
    return [f"{total % 2**256:064x}" for total in sums]
