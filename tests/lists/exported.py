"""The rows of a page as a file, as whoever asks for them gets it."""

import io
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from lists.enums import ExportStatus
from lists.models import EntryExport
from lists.services.exports import fetch_export, request_export, run_export
from tests.cast import Cast
from tests.lists.browser import signed_in


def exported(cast: Cast, who: str, source: str, query: str = "") -> EntryExport:
    export = request_export(query=query, reason="年度检查", source=source, by=cast.actor(who))
    run_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.READY, export.failure
    return export


def exported_rows(cast: Cast, who: str, source: str, query: str = "") -> list[list[Any]]:
    """Without the head."""
    with fetch_export(export=exported(cast, who, source, query), by=cast.actor(who)) as file:
        return CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()[1:]


def cost_of_export(cast: Cast, who: str, source: str) -> int:
    """The number of queries with which a worker writes the file."""
    export = request_export(query="", reason="x", source=source, by=cast.actor(who))
    with CaptureQueriesContext(connection) as captured:
        run_export(export.pk)
    return len(captured)


def require_rows_of_the_page(cast: Cast, cases: str, counts: dict[str, int]) -> list[list[Any]]:
    """By query: the clerk's file has the rows of his page of these cases, and the page offers it where there are any.
    Nobody of another unit gets one. Gives all rows."""
    page = signed_in(cast.clerk)
    for query, count in counts.items():
        shown = page.get(f"{reverse(cases)}?{query}")
        rows = exported_rows(cast, "clerk", cases, query)
        assert {row[0] for row in rows} == {one.receipt_number for one in shown.context["table"].data}
        assert len(rows) == count
        assert (f"{reverse('export_new', args=[cases])}?{query}" in shown.content.decode()) == bool(count)
    for who in ("stranger", "finance_clerk", "coordinator"):
        assert exported_rows(cast, who, cases) == []
    return exported_rows(cast, "clerk", cases)


def require_same_cost_of_ten(cast: Cast, source: str, make: Callable[[int], Any]) -> None:
    """`make` makes a row. The file of ten costs as many queries as that of one."""
    make(1)
    cost_of_export(cast, "clerk", source)
    one = cost_of_export(cast, "clerk", source)
    for seed in range(2, 11):
        make(seed)
    assert cost_of_export(cast, "clerk", source) == one
