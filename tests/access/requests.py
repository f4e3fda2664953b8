"""What a request came to, and what it wrote."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.urls import resolve, reverse

MISSING = {"int": 987654321, "UUID": "01890000-0000-7000-8000-000000000000", "str": "no-such-thing"}
"""What was never there, by the kind of argument."""

CHANGING = re.compile(r"\s*(?:WITH\b.*?\)\s*)?(INSERT|UPDATE|DELETE|COPY|TRUNCATE)\b", re.IGNORECASE | re.DOTALL)
OF_THE_REQUEST = ("django_session", "usersessions_usersession")
"""Tables that tell of the visit, not of what it was about."""


@contextmanager
def undone() -> Iterator[list[str]]:
    """The statements that changed something meanwhile; afterwards nothing is changed."""
    changing: list[str] = []

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if CHANGING.match(text) and not any(table in text for table in OF_THE_REQUEST):
            changing.append(text[:200])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield changing
        transaction.set_rollback(True)


def missing(address: str) -> str:
    """The same address with what was never there in place of what is."""
    path, _mark, query = address.partition("?")
    found = resolve(path)
    never = {name: MISSING[type(value).__name__] for name, value in found.captured_kwargs.items()}
    return f"{reverse(found.view_name, kwargs=never)}{_mark}{query}"


def same_but_for_the_request(body: bytes, address: str) -> list[str]:
    """The lines of a page without its address, the number and the time of the request, and the token of its forms."""
    text = body.decode().replace(address.partition("?")[0], "")
    text = re.sub(r'data-session-seconds="\d+"', "", text)
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", text)
    return re.sub(r'<p class="notice-number">.*?</p>', "", text).splitlines()


def nameless(address: str) -> str:
    """An address with the places of its arguments, whatever they are called."""
    return re.sub(r"<[^>]*>|{[^}]*}", "{}", address)
