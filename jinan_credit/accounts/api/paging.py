from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """Pages by key, not by number: the same cost on page 1 and page 10,000."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "limit"
    ordering = "-pk"
