"""A few words to an applicant by the way that reaches him. At least once: a crash in the middle may send them twice."""

from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException

import structlog
from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Power

from jinan_credit.accounts.channels import channel_for
from jinan_credit.accounts.enums import MessageState
from jinan_credit.accounts.models import ApplicantMessage
from jinan_credit.accounts.tasks import send_messages as send_messages_task
from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.nudges import nudge

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
_LONGEST = ExpressionWrapper(Value(FIRST_WAIT) * Power(2.0, F("attempts")), DurationField())
"""More than a message is ever put off. One that waits longer was put off while the clock ran ahead, and is due."""

_NOT_SENT = (OSError, HTTPException, ValueError, InvalidTag, LookupError)
"""No way, no proper answer, no proper contact, or one that cannot be opened."""

_contact_sources: dict[str, Callable[[str], str]] = {}

log = structlog.get_logger(__name__)


def tell_applicant(*, case_number: str, contact: str, text: str) -> None:
    """Queue the words, in the transaction of the step that they tell of.

    Where no way leads to the contact they are kept as not sent: the case's page says that a person must call.
    """
    now = clock.now()
    message = ApplicantMessage(case_number=case_number, text=text, made_at=now, next_try_at=now)
    if channel_for(contact) is None:
        message.state, message.ended_at = MessageState.NO_WAY, now
    else:
        message.sealed_contact = crypto.seal(contact)
    message.save()
    nudge(send_messages_task)


def add_contact_source(name: str, contact_of: Callable[[str], str]) -> None:
    """`contact_of(case_number)` is asked when a message goes out, not before; "" where nobody is known any more."""
    _contact_sources[name] = contact_of


def tell_by_source(*, case_number: str, contact_from: str, text: str) -> None:
    """Queue the words for somebody whose contact only that source may hold: the message never has it."""
    now = clock.now()
    ApplicantMessage.objects.create(
        case_number=case_number, contact_from=contact_from, text=text, made_at=now, next_try_at=now
    )
    nudge(send_messages_task)


def messages_of_case(case_number: str) -> QuerySet[ApplicantMessage]:
    """What the applicant was told, the last first."""
    return ApplicantMessage.objects.filter(case_number=case_number).order_by("-pk")


def send_messages() -> int:
    """Send what waits, one after the other. Returns how many went out."""
    sent = 0
    while message := _claim():
        sent += _send(message)
    return sent


@transaction.atomic
def _claim() -> ApplicantMessage | None:
    """The next one that nobody else sends now; tried again later, each time after twice as long."""
    now = clock.now()
    due = Q(next_try_at__lte=now) | Q(next_try_at__gt=now + _LONGEST)
    waiting = ApplicantMessage.objects.filter(due, state=MessageState.WAITING)
    message = waiting.order_by("next_try_at", "pk").select_for_update(skip_locked=True).first()
    if message is not None:
        message.next_try_at = now + FIRST_WAIT * 2**message.attempts
        message.attempts += 1
        message.save(update_fields=["next_try_at", "attempts"])
    return message


def _send(message: ApplicantMessage) -> bool:
    try:
        contact = _contact_of(message)
        channel = channel_for(contact) if contact else None
        if channel is None:
            return _end(message, MessageState.NO_WAY)
        channel.send(contact, message.text)
    except _NOT_SENT as error:
        log.warning("applicant_message_failed", case=message.case_number, error=type(error).__name__)
        return message.attempts >= MOST_ATTEMPTS and _end(message, MessageState.GIVEN_UP)
    message.channel = channel.name
    return _end(message, MessageState.SENT)


def _contact_of(message: ApplicantMessage) -> str:
    if message.contact_from:
        return _contact_sources[message.contact_from](message.case_number)
    return crypto.unseal(message.sealed_contact)


def _end(message: ApplicantMessage, state: MessageState) -> bool:
    """Whether it went out."""
    message.state, message.ended_at = state, clock.now()
    message.sealed_contact = message.contact_from = ""
    message.save(update_fields=["state", "ended_at", "sealed_contact", "contact_from", "channel"])
    return state == MessageState.SENT
