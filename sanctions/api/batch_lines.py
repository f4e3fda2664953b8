"""The results of a batch as NDJSON: a line for each party, in the order of the file."""

from collections.abc import Iterator

from django.db import connection
from rest_framework.utils.encoders import JSONEncoder

from sanctions.api.batch_serializers import row_out
from sanctions.models import ScreeningBatch
from sanctions.selectors.batches import with_hits

PAGE = 2_000

_PAGE_OF_LINES = """
    SELECT "row", CASE WHEN result IN ('CLEAR', 'UNKNOWN') THEN (SELECT row_to_json(line)::text FROM (SELECT
        "row",
        reference,
        (SELECT row_to_json(party) FROM (
            SELECT lower(kind) AS kind, name, code, document_type, masked_number AS document_number
        ) party) AS party,
        lower(result) AS result,
        lower(nullif(unknown_reason, '')) AS unknown_reason,
        '[]'::json AS errors,
        NULL AS screening,
        '[]'::json AS hits
    ) line) END
    FROM sanctions_batchrow WHERE of_id = %s AND "row" > %s ORDER BY "row" LIMIT %s
"""
"""A party of whom nothing was found is written by PostgreSQL, in the shape of `row_out`: nine in ten are such."""


def lines_of(batch: ScreeningBatch, *, after: int = 0, limit: int | None = None) -> Iterator[str]:
    """The lines behind the row `after`, a text a page: five queries a page, and never more than a page in memory.

    Entries are shown without document numbers.
    """
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        lines = _lines(batch, after, size)
        if lines:
            yield "".join([f"{line}\n" for line in lines.values()])
        if len(lines) < size:
            return
        after, left = max(lines), None if left is None else left - size


def _lines(batch: ScreeningBatch, after: int, size: int) -> dict[int, str | None]:
    """By row, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_PAGE_OF_LINES, [batch.pk, after, size])
        lines = dict(cursor.fetchall())
    others = batch.rows.filter(row__in=[row for row, line in lines.items() if line is None])
    return lines | {found.row.row: _to_json(row_out(found)) for found in with_hits(others, batch.unit)}


_to_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
