from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from jinan_credit.kernel.errors import InvalidInput


class KeysetPagination(CursorPagination):
    """Pages by key, not by number: the same cost on page 1 and page 10,000."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "limit"
    ordering = "-pk"

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor: Any = super().decode_cursor(request)
        except NotFound as error:
            words = _("This is no position in these pages. Follow `next` and `previous` of an answer.")
            raise InvalidInput("cursor_unknown", words, field="cursor") from error
        return cursor
