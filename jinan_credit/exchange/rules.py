"""The rules of delivery: positions, boundaries of batches, what an answer means, when to try again.

Pure functions, no clock, no database. Source: the contract of the push (docs/delivery.md).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from jinan_credit.exchange.enums import MessageKind
from jinan_credit.kernel.errors import InvalidInput

CHUNK = 500
"""Changes in a full batch. Batches end at multiples of it, so that one rendered body serves every unit."""
FIRST_DELAY, LONGEST_DELAY = 4.0, 30 * 60.0
LONGEST_HOLD, LONGEST_OFFICE_HOLD = 24 * 60 * 60.0, 60 * 60.0
"""For how long a unit, or an office system, may ask to be left alone."""
LEAST_HOLD, LEAST_PAUSE = 5.0, 1.0
"""Who asks for a shorter wait than the first has failed: asking again and again makes the waits grow. None is
shorter than the second."""
SLOW_FROM_MS = 2_000
"""Who takes so long to answer is sent to apart from those that do not."""
LONGEST_ERROR = 500
OPENS_AFTER = 3
"""Attempts without an answer running, of whatever list, after which one message at a time asks whether it is back."""


# Positions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Position:
    """A place in the feed of one list, written `epoch:seq`."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"


def read_position(text: object, *, field: str = "cursor") -> Position:
    """Refusal: `cursor_malformed`."""
    epoch, colon, digits = text.partition(":") if isinstance(text, str) else ("", "", "")
    if not (epoch and len(epoch) <= 8 and colon and digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise InvalidInput("cursor_malformed", _("A cursor is written epoch:number."), field=field)
    return Position(epoch, int(digits))


@dataclass(frozen=True)
class Extent:
    """From where to where the feed of a list is told.

    Up to `floor` readers get the last version of each entry only. One who starts from nothing is led through that;
    one who comes back after so long is sent to the snapshot instead. `purges` tells messages rendered before entries
    were deleted from those rendered since.
    """

    head: Position
    floor: int = 0
    purges: int = 0

    def can_be_followed_from(self, position: Position, replayed_under: int = 0) -> bool:
        """`replayed_under`: the floor under which this reader last started from nothing."""
        if position.epoch != self.head.epoch or position.seq > self.head.seq:
            return False
        return position.seq == 0 or position.seq >= self.floor or replayed_under >= self.floor


def batch_end(seq: int, extent: Extent, limit: int = CHUNK) -> int:
    """Where the batch that follows `seq` ends: at the next multiple of `limit`, at the floor, or at the head."""
    end = min((seq // limit + 1) * limit, extent.head.seq)
    return min(end, extent.floor) if seq < extent.floor else end


# What was sent, what came back ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A message under way: changes after `start` up to `end`; a resync carries none, `end` is then the head."""

    kind: MessageKind
    start: Position
    end: Position
    rewound_to: str = ""
    floor: int = 0

    @property
    def size(self) -> int:
        return self.end.seq - self.start.seq


@dataclass(frozen=True)
class Answer:
    """What the receiver said within the total deadline; an error when it did not, or when nothing could be sent."""

    status: int
    body: bytes = b""
    retry_after: str = ""
    error: str = ""
    ms: int = 0
    was_sent: bool = True


@dataclass(frozen=True)
class Rejected:
    seq: int
    code: str
    message: str


@dataclass(frozen=True)
class Taken:
    up_to: Position
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True)
class Rewound:
    """`is_again`: nothing was taken since the last time, so going on at once may never end."""

    to: Position
    is_again: bool = False


@dataclass(frozen=True)
class TooLarge:
    limit: int


@dataclass(frozen=True)
class Held:
    seconds: float

    @property
    def is_brief(self) -> bool:
        return self.seconds < LEAST_HOLD


@dataclass(frozen=True)
class Gone:
    pass


@dataclass(frozen=True)
class Failed:
    error: str
    is_out_of_reach: bool = False


Verdict = Taken | Rewound | TooLarge | Held | Gone | Failed

GONE = "410: gone"
NOT_FOLLOWED = "redirects are not followed"
"""What is kept of such an answer; behind the status of a redirect."""


def judge(sent: Sent, answer: Answer, *, at: datetime) -> Verdict:
    """What an answer means for the cursor. `at` is when it came, for a Retry-After that is a date."""
    if answer.error:
        return Failed(answer.error, is_out_of_reach=answer.was_sent)
    status = answer.status
    if 200 <= status < 300:
        return _judge_acceptance(sent, answer)
    if status in (429, 503) and (seconds := seconds_to_wait(answer.retry_after, at=at)) is not None:
        return Held(seconds)
    if status == 410:
        return Gone()
    if sent.kind == MessageKind.CHANGES:
        if status == 409:
            return _judge_rewind(sent, answer)
        if status == 413:
            return TooLarge(sent.size // 2) if sent.size > 1 else Failed("413: a single change is too large")
        if status == 422:
            return _judge_rejection(sent, answer)
    if 300 <= status < 400:
        return Failed(f"{status}: {NOT_FOLLOWED}")
    return Failed(f"HTTP {status}", is_out_of_reach=status in _FROM_A_GATEWAY)


_FROM_A_GATEWAY = (502, 503, 504)
"""What stands before the receiver says that the receiver does not answer."""


def _judge_acceptance(sent: Sent, answer: Answer) -> Verdict:
    named = _object(answer.body).get("acked")
    if sent.kind == MessageKind.ENDED:
        return Taken(sent.end)
    if sent.kind == MessageKind.RESYNC:
        acked = _position(named) if named is not None else Position(sent.end.epoch, 0)
        if acked is None or not Extent(sent.end, sent.floor).can_be_followed_from(acked):
            return Failed(f"{answer.status}: acked {named!s:.60} cannot be followed on from")
        return Taken(acked)
    if named is None:
        return Taken(sent.end)
    acked = _position(named)
    if acked is None or acked.epoch != sent.end.epoch or acked.seq <= sent.start.seq:
        return Failed(f"{answer.status}: acked {named!s:.60} takes nothing of {sent.start} to {sent.end}")
    return Taken(Position(acked.epoch, min(acked.seq, sent.end.seq)))


def _judge_rewind(sent: Sent, answer: Answer) -> Verdict:
    expected = _position(_object(answer.body).get("expected"))
    if expected is None:
        return Failed("409 without an expected position")
    if expected == sent.start:
        return Failed(f"409: expects {expected} again")
    return Rewound(expected, is_again=bool(sent.rewound_to))


def _judge_rejection(sent: Sent, answer: Answer) -> Verdict:
    rows = _object(answer.body).get("rejected")
    if not isinstance(rows, list) or not 0 < len(rows) <= sent.size:
        return Failed("422 without a list of the rejected changes")
    rejected = tuple(_rejected(row) for row in rows)
    if not all(row is not None and sent.start.seq < row.seq <= sent.end.seq for row in rejected):
        return Failed("422: rejects changes that were not in the batch")
    return Taken(sent.end, tuple(row for row in rejected if row is not None))


def _rejected(row: Any) -> Rejected | None:
    if not isinstance(row, dict) or type(row.get("seq")) is not int:
        return None
    return Rejected(row["seq"], str(row.get("code", ""))[:100], str(row.get("message", ""))[:LONGEST_ERROR])


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _position(named: object) -> Position | None:
    try:
        return read_position(named)
    except InvalidInput:
        return None


# When to try again ---------------------------------------------------------------------------------------------


def seconds_to_wait(retry_after: str, *, at: datetime, most: float = LONGEST_HOLD) -> float | None:
    """Retry-After, in seconds or as a date, up to `most`. None when it says nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), most)
    try:
        return min(max((parsedate_to_datetime(text) - at).total_seconds(), 0.0), most)
    except (TypeError, ValueError):
        return None


def hold_after(held: Held, failures: int, chance: float) -> float:
    """Seconds that nothing goes to a unit which asked to wait; this counts among `failures` when it was brief."""
    return max(held.seconds, LEAST_PAUSE, delay_after(failures, chance)) if held.is_brief else held.seconds


def delay_after(failures: int, chance: float) -> float:
    """Seconds until the next attempt after that many failures running. `chance` from 0 to 1: full jitter."""
    return chance * min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(failures - 1, 20))
