"""A refusal: what, where, why and what to do, in words for the person who asked."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NOT_FOUND = _("Not found.")


class DomainError(Exception):
    """A lawful request was not possible. `code` is stable for machines, `message` is for people.

    `field` names the input it is about, where there is one; `details` adds what a machine may need.
    """

    status = 409

    def __init__(self, code: str, message: str | Promise, *, field: str = "", **details: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.details = details

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(DomainError):
    """What was sent cannot be understood."""

    status = 400


class NotAllowed(DomainError):
    """The person may not do this; that it exists is known to him."""

    status = 403


class NotFound(DomainError):
    """It is not there, or not for this person: the two look alike."""

    status = 404

    def __init__(
        self, code: str = "not_found", message: str | Promise = _NOT_FOUND, *, field: str = "", **details: Any
    ) -> None:
        super().__init__(code, message, field=field, **details)
