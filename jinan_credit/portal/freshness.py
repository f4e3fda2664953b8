"""When the public site may read from a replica: an entry that left is in nobody's next answer (ADR 22)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from jinan_credit.accounts.replica import read, same_on_both

_STATE = """
    SELECT (SELECT string_agg(credit_list_id || '=' || epoch || ':' || seq, ' ' ORDER BY credit_list_id)
            FROM lists_feedhead),
        (SELECT stamp FROM sanctions_dutiesstamp)
"""
"""Changes with every publication and removal, and with every change of a list: what may be seen follows from these."""


def holds_all_that_left() -> bool:
    """Each publication that the primary had committed before is in the replica too, and each change of a list."""
    return same_on_both(_STATE)


def from_replica(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that names parties: read from the replica where that holds every removal, else from the primary."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        return read(holds_all_that_left, lambda: view(*args, **kwargs))

    return wrapped
