"""Every error of the API in one shape: {"type", "errors": [{"code", "detail", "attr"}]}."""

from typing import Any

from drf_standardized_errors.handler import exception_handler
from rest_framework import exceptions
from rest_framework.response import Response

from jinan_credit.kernel.errors import DomainError


class Refusal(exceptions.APIException):
    def __init__(self, error: DomainError) -> None:
        detail: Any = str(error)
        super().__init__({error.field: [detail]} if error.field else detail, code=error.code)
        self.status_code = error.status


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. A DomainError keeps its code and status."""
    if isinstance(error, DomainError):
        error = Refusal(error)
    return exception_handler(error, context)  # type: ignore[arg-type]
