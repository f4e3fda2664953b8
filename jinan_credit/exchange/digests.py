"""A digest by which a copy is compared without sending it: 256 sums over the entries that the feed holds.

Bucket = first byte of SHA-256(entry id); value = sum mod 2²⁵⁶ of SHA-256(`id:version`).
"""

from dataclasses import dataclass

from django.db import connection

from jinan_credit.exchange.rules import Position
from jinan_credit.exchange.selectors import head_of
from jinan_credit.exchange.snapshots import LAST_CHANGES
from lists.models import CreditList

BUCKETS = 256
_LIMBS, _LIMB_BITS = 8, 32

_LIMB_SUMS = ", ".join(
    f"coalesce(sum(substr(hash, {1 + 4 * limb}, 4)::integer::bigint & 4294967295), 0)" for limb in range(_LIMBS)
)
_QUERY = f"""
    WITH hashed AS MATERIALIZED (
        SELECT get_byte(sha256(convert_to(change.entry_id::text, 'UTF8')), 0) AS bucket,
            sha256(convert_to(change.entry_id::text || ':' || change.version, 'UTF8')) AS hash
        {LAST_CHANGES}
    )
    SELECT head.epoch, head.seq, sums.*
    FROM lists_feedhead head
    LEFT JOIN (SELECT bucket, count(*), {_LIMB_SUMS} FROM hashed GROUP BY bucket) sums ON true
    WHERE head.credit_list_id = %(list)s
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Digest:
    at: Position
    count: int
    buckets: tuple[str, ...]


_last: dict[int, Digest] = {}
"""The newest digest of each list in this process; the feed below a position never changes."""


def digest_of(credit_list: CreditList) -> Digest:
    """The digest at the head of the list: one query for the head, one more when the head has moved."""
    head, known = head_of(credit_list), _last.get(credit_list.pk)
    if known is None or known.at != head:
        known = _last[credit_list.pk] = compute_digest(credit_list)
    return known


def compute_digest(credit_list: CreditList) -> Digest:
    """Anew, from the rows."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, {"list": credit_list.pk})
        rows = cursor.fetchall()
    sums, count = [0] * BUCKETS, 0
    for _epoch, _seq, bucket, entries, *limbs in rows:
        if bucket is not None:
            sums[bucket] = _join(limbs)
            count += entries
    return Digest(Position(rows[0][0], rows[0][1]), count, tuple(f"{value:064x}" for value in sums))


def _join(limbs: list[int]) -> int:
    """The sum whose 32-bit limbs, most significant first, were summed one by one; mod 2²⁵⁶."""
    total = 0
    for limb in limbs:
        total = (total << _LIMB_BITS) + int(limb)
    return total % 2**256
