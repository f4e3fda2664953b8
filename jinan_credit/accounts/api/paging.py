import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from jinan_credit.kernel.errors import InvalidInput

_FEW_DIGITS = re.compile("[0-9]{1,9}")


class KeysetPagination(CursorPagination):
    """Pages by key, not by number: the same cost on page 1 and page 10,000."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "limit"
    parameters = ("cursor", "limit")
    ordering = "-pk"

    def get_page_size(self, request: Request) -> int:
        """Refusal: `limit_wrong` (400)."""
        given = request.query_params.get("limit")
        if given is None:
            return self.page_size
        if not (_FEW_DIGITS.fullmatch(given) and 1 <= int(given) <= self.max_page_size):
            words = _("`limit` is a whole number from 1 to %(most)s.") % {"most": self.max_page_size}
            raise InvalidInput("limit_wrong", words, field="limit")
        return int(given)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for one in found:
            if one["name"] == self.page_size_query_param:
                one["schema"] |= {"minimum": 1, "maximum": self.max_page_size}
        return found

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor: Any = super().decode_cursor(request)
        except NotFound as error:
            words = _("This is no position in these pages. Follow `next` and `previous` of an answer.")
            raise InvalidInput("cursor_unknown", words, field="cursor") from error
        return cursor
