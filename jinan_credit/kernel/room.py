"""The disk is full: told as it is, wherever it is met."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.errors import DomainError

_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_WORDS = _(
    "There is no room for the file on the server; nothing was kept. Tell who runs the site, and try again later."
)


class NoRoom(DomainError):
    status = 507

    def __init__(self, code: str = "no_room", message: str | Promise = _WORDS) -> None:
        super().__init__(code, message)


@contextmanager
def room_needed(message: str | Promise = _WORDS) -> Iterator[None]:
    """A write that finds the disk full, a quota used up or a file too large is refused with `no_room`."""
    try:
        yield
    except OSError as error:
        if error.errno in _ERRORS:
            raise NoRoom(message=message) from error
        raise
