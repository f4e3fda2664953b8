"""The rows of a page as a file, as whoever asks for them gets it."""

import io
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from lists.enums import ExportStatus
from lists.models import EntryExport
from lists.services.exports import fetch_export, request_export, run_export
from tests.cast import Cast


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
