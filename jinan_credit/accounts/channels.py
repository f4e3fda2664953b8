"""The ways by which a few words reach an applicant. A new one is a class here and its name in MESSAGE_CHANNELS."""

import json
import re
from functools import cache
from typing import Any, Protocol
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog
from django.conf import settings
from django.core import mail
from django.utils.module_loading import import_string

_TELEPHONE = re.compile(r"\+?[\d\s()-]{7,20}")
_SECONDS = 10

log = structlog.get_logger(__name__)


class Channel(Protocol):
    name: str

    def takes(self, contact: str) -> bool:
        """Whether this contact can be reached by this way."""

    def send(self, contact: str, text: str) -> None:
        """Raises OSError, HTTPException or ValueError when it did not go out; it is tried again then."""


class EmailChannel:
    name = "e-mail"

    def takes(self, contact: str) -> bool:
        return "@" in contact and bool(settings.EMAIL_HOST)

    def send(self, contact: str, text: str) -> None:
        mail.EmailMessage(text[:40], text, to=[contact.strip()]).send()


class _RedirectRefused(HTTPRedirectHandler):
    """Key and contact go where the settings say, and nowhere else."""

    def redirect_request(self, *args: Any) -> None:
        return None


_opener = build_opener(_RedirectRefused)


class SmsGateway:
    """A gateway that takes `POST {"to", "text"}` as JSON with a bearer key and answers 2xx. A redirect is a failure."""

    name = "sms"

    def takes(self, contact: str) -> bool:
        return bool(settings.SMS_GATEWAY_URL and _TELEPHONE.fullmatch(contact.strip()))

    def send(self, contact: str, text: str) -> None:
        body = json.dumps({"to": re.sub(r"[^\d+]", "", contact), "text": text}).encode()
        head = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_GATEWAY_KEY}"}
        to = Request(settings.SMS_GATEWAY_URL, body, head)  # noqa: S310 - the start refuses another scheme
        with _opener.open(to, timeout=_SECONDS):
            pass


class ConsoleChannel:
    """For a workstation: the words go to the log, the contact does not."""

    name = "console"

    def takes(self, contact: str) -> bool:
        return True

    def send(self, contact: str, text: str) -> None:
        log.info("applicant_message", text=text)


@cache
def channels() -> tuple[Channel, ...]:
    return tuple(import_string(name)() for name in settings.MESSAGE_CHANNELS)


def channel_for(contact: str) -> Channel | None:
    """The first that takes the contact; None where nobody but a person can reach it."""
    return next((channel for channel in channels() if channel.takes(contact)), None)
