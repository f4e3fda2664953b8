"""Messages to the units' office systems: queued with the act that they tell of, sent until they are taken.

One message a system is under way at a time; what was refused goes behind the others, so no message holds up the rest,
and no system another. At least once, under an id that stays.
"""

import random
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.events import EventKind
from jinan_credit.accounts.models import StaffMessage
from jinan_credit.accounts.moves import make_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.exchange import batches, events, rules, signing
from jinan_credit.exchange.addresses import check_address
from jinan_credit.exchange.certificates import Trust
from jinan_credit.exchange.enums import EndpointState
from jinan_credit.exchange.models import OfficeDelivery, OfficeHook, OfficeHookKey, OfficeHookMove
from jinan_credit.exchange.rules import Answer
from jinan_credit.exchange.transport import Letter, post
from jinan_credit.exchange.workflow import OFFICE_HOOK
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import DomainError

AT_ONCE = 16
BUDGET_SECONDS = 60.0
TURN = timedelta(seconds=90)
"""Longer than resolving a name and one post may take."""
TOLD_AFTER = 10
"""Failures running, which takes about an hour; then the unit is told, once a day."""

log = structlog.get_logger(__name__)


def queue_for_offices(*, messages: Sequence[StaffMessage]) -> bool:
    """Of these messages those of units with an office system; in the transaction that told them. Whether any was."""
    hooks = dict(OfficeHook.objects.filter(unit__in=[one.unit_id for one in messages]).values_list("unit", "pk"))
    deliveries = [OfficeDelivery(hook_id=hooks[one.unit_id], message=one) for one in messages if one.unit_id in hooks]
    OfficeDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return bool(deliveries)


def send_to_offices(*, budget: float = BUDGET_SECONDS) -> int:
    """Send until nothing is due or the time is up. Returns how many messages were taken."""
    ends_at, taken = time.monotonic() + budget, 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="office") as pool:
        under_way: dict[Future[Answer], _Turn] = {}
        while True:
            if time.monotonic() < ends_at:
                under_way |= {pool.submit(turn.post): turn for turn in _claim(AT_ONCE - len(under_way))}
            if not under_way:
                return taken
            for ended in wait(under_way, timeout=1.0, return_when=FIRST_COMPLETED).done:
                taken += _settle(under_way.pop(ended), ended.result())


def body_of(message: StaffMessage) -> bytes:
    """In the language of the place. Kind, unit, words and where it leads; nothing about a person."""
    with translation.override(settings.LANGUAGE_CODE):
        data: dict[str, Any] = {
            "id": message_id(message),
            "kind": message.kind,
            "unit": message.unit.code,
            "title": message.title,
            "words": message.words,
            "link": message.address,
            "is_urgent": message.is_urgent,
        }
    told_at = clock.in_jinan(message.told_at).isoformat()
    return batches.dump({"type": "staff.message", "timestamp": told_at, "data": data})


def message_id(message: StaffMessage) -> str:
    return f"message-{message.pk}"


@dataclass(frozen=True)
class _Turn:
    """One message to one system, and all that is needed to send it away from the database."""

    hook: OfficeHook
    delivery: OfficeDelivery
    sealed_secrets: list[str]
    body: bytes

    def post(self) -> Answer:
        try:
            keys = [signing.key_of(crypto.unseal(sealed)) for sealed in self.sealed_secrets]
        except (InvalidTag, LookupError, ValueError):
            return Answer(0, error="key unreadable", was_sent=False)
        name, timestamp = message_id(self.delivery.message), int(clock.now().timestamp())
        headers = (
            "Content-Type: application/json",
            f"webhook-id: {name}",
            f"webhook-timestamp: {timestamp}",
            f"webhook-signature: {signing.signatures(keys, name, timestamp, self.body)}",
        )
        try:
            return post(Letter(check_address(self.hook.url), headers, self.body, Trust(ca=self.hook.ca_certificates)))
        except DomainError as refusal:
            return Answer(0, error=f"{refusal.code}: {refusal}", was_sent=False)


@transaction.atomic
def _claim(limit: int) -> list[_Turn]:
    """The turn of systems that are due, each with the message that was tried least."""
    if limit <= 0:
        return []
    now = clock.now()
    due = OfficeHook.objects.due(now).order_by("next_attempt_at", "pk")
    hooks = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    turns = [turn for hook in hooks if (turn := _turn(hook)) is not None]
    taken_up = [turn.hook.pk for turn in turns]
    OfficeHook.objects.filter(pk__in=taken_up).update(next_attempt_at=now + TURN, fence=F("fence") + 1)
    OfficeDelivery.objects.filter(pk__in=[turn.delivery.pk for turn in turns]).update(attempts=F("attempts") + 1)
    for turn in turns:
        turn.hook.fence += 1
    return turns


def _turn(hook: OfficeHook) -> _Turn | None:
    waiting = OfficeDelivery.objects.waiting().filter(hook=hook).select_related("message__unit")
    delivery = waiting.order_by("attempts", "pk").first()
    if delivery is None:
        return None
    live = OfficeHookKey.objects.filter(hook=hook).live(clock.now())
    return _Turn(hook, delivery, [key.sealed_secret for key in live], body_of(delivery.message))


@transaction.atomic
def _settle(turn: _Turn, answer: Answer) -> bool:
    """Write down how it ended; whether the message was taken."""
    now = clock.now()
    own = OfficeHook.objects.filter(pk=turn.hook.pk, fence=turn.hook.fence)
    if not answer.error and 200 <= answer.status < 300:
        OfficeDelivery.objects.filter(pk=turn.delivery.pk, taken_at=None).update(taken_at=now)
        own.update(failures=0, last_error="", next_attempt_at=now, last_taken_at=now)
        return True
    failures = turn.hook.failures + 1
    seconds = rules.delay_after(failures, random.random())
    if answer.status in (429, 503):
        seconds = max(seconds, rules.seconds_to_wait(answer.retry_after, at=now, most=rules.LONGEST_OFFICE_HOLD) or 0.0)
    error = _explained(answer)
    held = own.update(failures=failures, last_error=error, next_attempt_at=now + timedelta(seconds=seconds))
    log.info("office_message_failed", unit=turn.delivery.message.unit.code, error=error)
    if held and answer.status == 410:
        _pause_gone(turn.hook)
    elif failures >= TOLD_AFTER:
        _tell(events.OFFICE_FAILING, turn.hook, about=f"day {clock.local_day(now)}", failures=failures)
    return False


def _explained(answer: Answer) -> str:
    """One technical line, as `error_words` knows them."""
    if answer.error:
        return answer.error[: rules.LONGEST_ERROR]
    if answer.status == 410:
        return rules.GONE
    return f"{answer.status}: {rules.NOT_FOLLOWED}" if 300 <= answer.status < 400 else f"HTTP {answer.status}"


def _pause_gone(hook: OfficeHook) -> None:
    hook = OfficeHook.objects.select_for_update().get(pk=hook.pk)
    if hook.state == EndpointState.ACTIVE:
        hook.pause_reason, hook.is_gone = "410 Gone", True
        make_move(OfficeHookMove, hook, OFFICE_HOOK, "gone", by=SYSTEM, reason="410 Gone")
        _tell(events.OFFICE_GONE, hook)


def _tell(kind: EventKind, hook: OfficeHook, **more: Any) -> None:
    tell_staff(kind, units=[hook.unit_id], link=reverse("message_ways"), **more)
