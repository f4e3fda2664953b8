"""The errors of an import by kind, counted once: a page need not walk through 300,000 of them."""

import json
from typing import Any

from django.db import connection

from lists.models import ListImport
from lists.services.import_files import COLUMNS

FIRST = 5


def error_kinds(list_import: ListImport) -> list[dict[str, Any]]:
    """{"column", "code", "count", "first": [[row, error], …]}, the most frequent first, else as in the template."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH found AS (
                SELECT line.row, error, count(*) OVER same AS n,
                       row_number() OVER (same ORDER BY line.row) AS nth
                FROM lists_importrow line, jsonb_array_elements(line.errors) error
                WHERE line.of_id = %s AND line.errors IS NOT NULL
                WINDOW same AS (PARTITION BY error->>'column', error->>'code')
            )
            SELECT row, error, n FROM found WHERE nth <= %s
            ORDER BY n DESC, error->>'column', error->>'code', row
            """,
            [list_import.pk, FIRST],
        )
        kinds: dict[tuple[str, str], dict[str, Any]] = {}
        for row, raw, count in cursor.fetchall():
            error = json.loads(raw) if isinstance(raw, str) else raw
            name = (error["column"], error["code"])
            kind = kinds.setdefault(name, {"column": name[0], "code": name[1], "count": count, "first": []})
            kind["first"].append([row, error])
    return sorted(kinds.values(), key=lambda kind: (-kind["count"], _place(kind["column"])))


def _place(column: str) -> int:
    """Where the column stands in the template; what concerns the whole row comes first."""
    return COLUMNS.index(column) if column in COLUMNS else -1
