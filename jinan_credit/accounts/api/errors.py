"""Every error of the API in one shape: {"type", "errors": [{"code", "detail", "attr"}]}."""

from typing import Any

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.utils.translation import gettext as _
from drf_standardized_errors.handler import exception_handler
from rest_framework import exceptions
from rest_framework.response import Response

from jinan_credit.kernel.errors import DomainError, InvalidInput


class TooLarge(DomainError):
    status = 413


class Refusal(exceptions.APIException):
    def __init__(self, error: DomainError) -> None:
        detail: Any = str(error)
        super().__init__({error.field: [detail]} if error.field else detail, code=error.code)
        self.status_code = error.status


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. A DomainError keeps its code and status; a call that is not taken is told why."""
    if isinstance(error, SuspiciousOperation):
        error = _not_taken(error)
    if isinstance(error, DomainError):
        error = Refusal(error)
    return exception_handler(error, context)  # type: ignore[arg-type]


def refusal_of(code: str, detail: str) -> dict[str, Any]:
    """The shape of a refusal that is about the call as a whole."""
    return {"type": "client_error", "errors": [{"code": code, "detail": detail, "attr": None}]}


def _not_taken(error: SuspiciousOperation) -> DomainError:
    if isinstance(error, RequestDataTooBig):
        words = _("Without its files a call holds at most %(most)s MiB. Send less in one call, or a file.")
        return TooLarge("too_large", words % {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2})
    if isinstance(error, TooManyFieldsSent):
        words = _("A form holds at most %(most)s fields. Send only those that this call knows.")
        return InvalidInput("too_many_fields", words % {"most": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS})
    if isinstance(error, TooManyFilesSent):
        words = _("A form holds at most %(most)s files. Send one file in each call.")
        return InvalidInput("too_many_files", words % {"most": settings.DATA_UPLOAD_MAX_NUMBER_FILES})
    return InvalidInput("not_taken", _("The call cannot be read. Compare it with the description of the API."))
