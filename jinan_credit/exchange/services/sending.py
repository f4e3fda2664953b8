"""The sender: takes the lease on what is due and drives all of it at once, each unit at its own pace.

One message a cursor is under way at a time, so a unit sees changes in order. A rendered body serves every unit
that stands at the same position. Posts happen outside of any transaction; a slow or failing receiver delays nobody.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import cached_property, lru_cache

import structlog
from cryptography.exceptions import InvalidTag
from django.conf import settings

from jinan_credit.exchange import batches, rules, signing
from jinan_credit.exchange.addresses import CheckedAddress, check_address
from jinan_credit.exchange.certificates import Trust
from jinan_credit.exchange.enums import MessageKind
from jinan_credit.exchange.models import Cursor
from jinan_credit.exchange.rules import Answer, Extent, Failed, Position, Sent
from jinan_credit.exchange.services.cursors import note_replay
from jinan_credit.exchange.services.leases import Outcome, Standing, claim, give_back, settle
from jinan_credit.exchange.transport import Letter, carrier
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError

AT_ONCE = 32
"""Cursors that one sender drives at once. A second sender takes the next ones."""
MOST_HELD = 256
"""With those whose answer lets wait: they no longer take the place of others."""
BUDGET_SECONDS = 60.0
TURN_SECONDS = 0.5
"""After which a cursor that is still behind makes room: a change just published waits for no other list's backlog."""
_LETS_WAIT_AFTER = 0.5
_CLAIM_EVERY = 1.0
_WAIT = 0.2

log = structlog.get_logger(__name__)


class _KeyUnreadable(Exception):
    """A secret of the unit's address was sealed under a key that is not there."""


class Delivery:
    """One cursor under this sender's lease, and how to write to its unit."""

    def __init__(self, cursor: Cursor, address: "Future[CheckedAddress]") -> None:
        self.cursor = cursor
        self.position = cursor.position
        head = cursor.credit_list.head
        self.extent = Extent(Position(head.epoch, head.seq), head.floor, head.purges)
        self.limit = cursor.batch_limit or rules.CHUNK
        self.rewound_to = cursor.rewound_to
        self.address = address
        self.held_from = self.begun_at = time.monotonic()
        self.sent: Sent | None = None
        self.size = 0

    @property
    def is_turn_over(self) -> bool:
        return time.monotonic() - self.held_from > TURN_SECONDS

    @property
    def is_caught_up(self) -> bool:
        return self.position == self.extent.head and self.cursor.ended_at is None

    @cached_property
    def _secrets(self) -> tuple[list[bytes], Trust]:
        """What signs, and what the address is trusted by."""
        endpoint = self.cursor.unit.endpoint
        try:
            keys = [signing.key_of(crypto.unseal(key.sealed_secret)) for key in endpoint.live_keys]  # type: ignore[attr-defined]
            return keys, Trust.of(endpoint)
        except (InvalidTag, LookupError, ValueError) as error:
            raise _KeyUnreadable from error

    def next_letter(self) -> Letter:
        """The message that comes next. Raises DomainError when its address is refused, _KeyUnreadable, FeedGap."""
        self.begun_at = time.monotonic()
        address, (keys, trust) = self.address.result(), self._secrets
        self.sent, body, message_id = self._next_message()
        self.size = len(body)
        timestamp = int(clock.now().timestamp())
        headers = (
            "Content-Type: application/json",
            f"webhook-id: {message_id}",
            f"webhook-timestamp: {timestamp}",
            f"webhook-signature: {signing.signatures(keys, message_id, timestamp, body)}",
            f"Feed-Head: {self.extent.head}",
        )
        return Letter(address, (*headers, "Content-Encoding: gzip") if self._is_gzip else headers, body, trust)

    def _next_message(self) -> tuple[Sent, bytes, str]:
        self._is_gzip = False
        if self.cursor.ended_at is not None:
            return self._end_of_list(self.cursor.ended_at)
        if not self.extent.can_be_followed_from(self.position, self.cursor.replayed_under):
            return self._resync()
        return self._changes()

    def _end_of_list(self, ended_at: datetime) -> tuple[Sent, bytes, str]:
        credit_list = self.cursor.credit_list
        sent = Sent(MessageKind.ENDED, self.position, self.position)
        return sent, batches.ended_body(credit_list, ended_at), f"{credit_list.code}-ended-{ended_at.timestamp():.0f}"

    def _resync(self) -> tuple[Sent, bytes, str]:
        credit_list, head, floor = self.cursor.credit_list, self.extent.head, self.extent.floor
        sent = Sent(MessageKind.RESYNC, Position(head.epoch, 0), head, self.rewound_to, floor)
        body = batches.resync_body(credit_list, head.epoch)
        return sent, body, f"{credit_list.code}-{head.epoch}-resync-{floor}"

    def _changes(self) -> tuple[Sent, bytes, str]:
        credit_list, start, unit = self.cursor.credit_list, self.position, self.cursor.unit
        note_replay(self.cursor, start, self.extent)
        end = Position(start.epoch, rules.batch_end(start.seq, self.extent, self.limit))
        self._is_gzip = unit.endpoint.wants_gzip
        body = batches.batch_body(credit_list, start, end, unit.data_profile, self.extent, is_gzip=self._is_gzip)
        sent = Sent(MessageKind.CHANGES, start, end, self.rewound_to)
        again = f"-again-{self.cursor.sent_again}" if self.cursor.sent_again else ""
        return sent, body, f"{credit_list.code}-{start.epoch}-{start.seq}-{end.seq}{again}"

    def outcome(self, answer: Answer) -> Outcome:
        sent = self.sent or Sent(MessageKind.CHANGES, self.position, self.extent.head)
        verdict = rules.judge(sent, answer, at=clock.now())
        return Outcome(self.cursor, sent, verdict, self.size, answer.status, answer.ms)

    def go_on(self, verdict: rules.Verdict, standing: Standing) -> None:
        self.extent = standing.extent
        are_changes = self.sent is not None and self.sent.kind == MessageKind.CHANGES
        match verdict:
            case rules.Taken(up_to=up_to):
                self.position = up_to
                if self.is_caught_up:
                    self.limit = rules.CHUNK
                if are_changes or self.is_caught_up:
                    self.rewound_to, self.cursor.failures = "", 0
            case rules.Rewound(to=to):
                self.position, self.rewound_to = to, str(to)
            case rules.TooLarge(limit=limit):
                self.limit = limit


class Sender:
    """Sends for all lists, or for one; `is_troubled` takes only cursors that failed or were slow, or only the others.

    While it waits for answers it goes on to take what has become due, so a change waits for no other unit's answer.
    """

    def __init__(
        self, *, list_id: int | None = None, is_troubled: bool | None = None, budget: float = BUDGET_SECONDS
    ) -> None:
        self._list_id = list_id
        self._is_troubled = is_troubled
        self._ends_at = time.monotonic() + budget
        self._carrier = carrier()
        self._held: dict[int, Delivery] = {}
        self._ready: list[Delivery] = []
        self._answered: list[tuple[Delivery, Answer]] = []
        self._let_go: list[Delivery] = []
        self._claimed_at = 0.0
        self.changes = 0

    def run(self) -> int:
        """Send until nothing is due or the time is up. Gives how many changes were taken."""
        try:
            self._claim()
            while self._held:
                self._start_ready()
                self._settle()
                self._give_back()
                if not self._held or time.monotonic() - self._claimed_at > _CLAIM_EVERY:
                    self._claim()
        finally:
            self._carrier.drop_all()
            give_back(delivery.cursor for delivery in self._held.values())
        return self.changes

    @property
    def _is_time_up(self) -> bool:
        return time.monotonic() >= self._ends_at

    def _claim(self) -> None:
        room = self._room()
        if self._is_time_up or room <= 0:
            return
        self._claimed_at = time.monotonic()
        for cursor in claim(list_id=self._list_id, is_troubled=self._is_troubled, limit=room):
            delivery = Delivery(cursor, _resolve(cursor.unit.endpoint.url))
            self._held[cursor.pk] = delivery
            self._ready.append(delivery)

    def _room(self) -> int:
        waited_from = time.monotonic() - _LETS_WAIT_AFTER
        prompt = sum(delivery.begun_at > waited_from for delivery in self._held.values())
        return min(AT_ONCE - prompt, MOST_HELD - len(self._held))

    def _start_ready(self) -> None:
        waiting: list[Delivery] = []
        for delivery in self._ready:
            if self._is_time_up:
                self._let_go.append(delivery)
            elif not delivery.address.done():
                self._wait_for_address(delivery, waiting)
            else:
                self._start(delivery)
        self._ready = waiting

    def _wait_for_address(self, delivery: Delivery, waiting: list[Delivery]) -> None:
        if time.monotonic() - delivery.begun_at > settings.PUSH_DEADLINE_SECONDS:
            self._answered.append((delivery, Answer(0, error="the name of the host was not resolved in time")))
        else:
            waiting.append(delivery)

    def _start(self, delivery: Delivery) -> None:
        try:
            letter = delivery.next_letter()
        except DomainError as error:
            self._answered.append((delivery, Answer(0, error=f"{error.code}: {error}", was_sent=False)))
        except batches.FeedGap as error:
            log.error("feed_gap", error=str(error))
            self._answered.append((delivery, Answer(0, error=f"feed_gap: {error}", was_sent=False)))
        except _KeyUnreadable:
            self._answered.append((delivery, Answer(0, error="key unreadable", was_sent=False)))
        except Exception as error:
            log.exception("message_not_made", cursor=delivery.cursor.pk)
            failed = f"could not be made: {type(error).__name__}"
            self._answered.append((delivery, Answer(0, error=failed, was_sent=False)))
        else:
            self._carrier.start(delivery, letter)

    def _settle(self) -> None:
        answered, self._answered = self._answered, []
        answered += self._carrier.finished(_WAIT if not answered else 0)
        if not answered:
            if not len(self._carrier) and self._ready:
                time.sleep(0.02)
            return
        outcomes = {delivery.cursor.pk: delivery.outcome(answer) for delivery, answer in answered}
        standings = _settle_each(list(outcomes.values()))
        for delivery, _answer in answered:
            self._go_on_or_end(delivery, outcomes[delivery.cursor.pk], standings.get(delivery.cursor.pk))

    def _go_on_or_end(self, delivery: Delivery, outcome: Outcome, standing: Standing | None) -> None:
        if standing is None:
            self._held.pop(delivery.cursor.pk, None)
            return
        if isinstance(outcome.verdict, rules.Taken) and outcome.sent.kind == MessageKind.CHANGES:
            self.changes += outcome.verdict.up_to.seq - outcome.sent.start.seq
        delivery.go_on(outcome.verdict, standing)
        belongs_elsewhere = outcome.is_slow and self._is_troubled is False
        if delivery.is_caught_up or not standing.may_go_on or belongs_elsewhere or self._is_time_up:
            self._let_go.append(delivery)
        elif delivery.is_turn_over:
            self._let_go.append(delivery)
            self._claimed_at = 0.0
        else:
            self._ready.append(delivery)

    def _give_back(self) -> None:
        let_go, self._let_go = self._let_go, []
        give_back(delivery.cursor for delivery in let_go)
        for delivery in let_go:
            self._held.pop(delivery.cursor.pk, None)


def _settle_each(outcomes: list[Outcome]) -> dict[int, Standing]:
    """All in one transaction; where that is refused, one by one, so that no unit suffers from another's trouble."""
    try:
        return settle(outcomes)
    except Exception:
        log.exception("settling_together_failed", cursors=[outcome.cursor.pk for outcome in outcomes])
    standings: dict[int, Standing] = {}
    for outcome in outcomes:
        try:
            standings |= settle([outcome])
        except Exception as error:
            log.exception("settling_failed", cursor=outcome.cursor.pk)
            failed = Failed(f"could not be settled: {type(error).__name__}")
            standings |= settle(
                [Outcome(outcome.cursor, outcome.sent, failed, outcome.size, outcome.status, outcome.ms)]
            )
    return standings


# Addresses -------------------------------------------------------------------------------------------------------

_ADDRESS_SECONDS = 30


@lru_cache(maxsize=1)
def _resolvers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


def _resolve(url: str) -> "Future[CheckedAddress]":
    """Judged anew at every run of sends; within half a minute the same answer serves again."""
    return _resolved(url, int(time.monotonic() // _ADDRESS_SECONDS))


@lru_cache(maxsize=512)
def _resolved(url: str, moment: int) -> "Future[CheckedAddress]":
    return _resolvers().submit(check_address, url)


def push(*, list_id: int | None = None, is_troubled: bool | None = None, budget: float = BUDGET_SECONDS) -> int:
    """Push what is due of one list (None: of all). Gives the number of changes that were taken."""
    return Sender(list_id=list_id, is_troubled=is_troubled, budget=budget).run()
