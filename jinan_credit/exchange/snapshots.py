"""The state of a list's feed as a file: what was upserted and not yet removed, consistent with one position.

Read on a connection of its own in one REPEATABLE READ transaction, by a server-side cursor: a million entries cost
neither memory nor a lock, and publications that happen meanwhile are not in it.
"""

import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.exchange import batches
from jinan_credit.exchange.rules import Position
from lists.models import CreditList
from lists.services.feed import NUMBERS_IN_BODY

_ROWS = 1_000
_PIECE = 64 * 1024
_GZIP_LEVEL = 4
_HOLDS_A_NUMBER = '"document_number": "'
"""As PostgreSQL writes JSON. A body without a sealed number is given as it is stored."""

LAST_CHANGES = """
    FROM lists_publication publication
    JOIN lists_change change ON change.publication_id = publication.id
    WHERE publication.credit_list_id = %(list)s AND change.op = 'upsert' AND NOT EXISTS (
        SELECT FROM lists_change later
        WHERE later.entry_id = change.entry_id AND later.version > change.version
    )
"""
"""The last change of each entry that the feed holds, seen from one transaction."""

_NUMBERS = "coalesce(sum(jsonb_array_length(jsonb_path_query_array(change.body, %(numbers)s))), 0)"


class Snapshot:
    """Open from the moment it is made: `cursor`, `count` and `number_count` say what `lines` will give."""

    def __init__(self, credit_list: CreditList, profile: str) -> None:
        self._list = credit_list
        self._profile = DataProfile(profile)
        self._connection: BaseDatabaseWrapper = connections.create_connection("default")
        try:
            self._connection.connect()
            self._connection.connection.set_session("REPEATABLE READ", readonly=True, autocommit=False)
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT epoch, seq FROM lists_feedhead WHERE credit_list_id = %s", [credit_list.pk])
                self.cursor = Position(*cursor.fetchone())
                numbers = _NUMBERS if self._profile == DataProfile.FULL else "0"
                cursor.execute(
                    f"SELECT count(*), {numbers} {LAST_CHANGES}", {"list": credit_list.pk, "numbers": NUMBERS_IN_BODY}
                )
                self.count: int
                self.number_count: int
                self.count, self.number_count = cursor.fetchone()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def lines(self) -> Iterator[bytes]:
        """One JSON object a line, in the order of the feed."""
        raw: Any = self._connection.connection
        with closing(raw.cursor("snapshot")) as cursor:
            cursor.itersize = _ROWS
            cursor.execute(
                f"SELECT change.entry_id::text, change.version, publication.first_seq + change.ordinal - 1, "
                f"change.body::text {LAST_CHANGES} ORDER BY publication.first_seq, change.ordinal",
                {"list": self._list.pk},
            )
            for entry_id, version, seq, body in cursor:
                entry = self._rendered(body) if _HOLDS_A_NUMBER in body else body
                yield f'{{"id":"{entry_id}","version":{version},"seq":{seq},"entry":{entry}}}\n'.encode()

    def _rendered(self, body: str) -> str:
        return batches.dump(batches.entry_of(batches.load(body), self._profile)).decode()

    def pieces(self, *, is_gzip: bool) -> Iterator[bytes]:
        """What is sent, in pieces of some size. Closes the connection at the end, also when the reader goes away."""
        packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 31) if is_gzip else None
        piece = bytearray()
        try:
            for line in self.lines():
                piece += packer.compress(line) if packer else line
                if len(piece) >= _PIECE:
                    yield bytes(piece)
                    piece.clear()
            yield bytes(piece) + (packer.flush() if packer else b"")
        finally:
            self.close()
