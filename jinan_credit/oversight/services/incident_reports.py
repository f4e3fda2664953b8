"""Who reached which records in a period, written to a file for whoever has to answer for a leak (PIPL art. 57)."""

import getpass
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput
from jinan_credit.kernel.masking import Audience, mask_name, name_for
from jinan_credit.oversight.models import IncidentReport
from jinan_credit.oversight.selectors.accesses import (
    Access,
    Scope,
    SeenPage,
    Tally,
    Way,
    accesses,
    gather_accesses,
    tallies,
)
from lists.services.inert_workbook import Look, write_table, write_workbook

MOST_IN_A_WORKBOOK = 1_048_575
"""Rows below the head, says Excel."""
WIDTHS = (20, 24, 16, 20, 24, 16, 46, 24, 24, 40, 10, 40)
ENTRY_PAGE = re.compile(r"[A-Z]+ /entries/([0-9a-f-]{36})/")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Written:
    report: IncidentReport
    by_way: list[Tally]
    all: Tally


@transaction.atomic
def report_incident(
    *,
    scope: Scope,
    about: str,
    file: Path,
    by: Actor,
    tell: Callable[[str, int], None],
    reason: str = "",
    logs: Sequence[Path] = (),
) -> Written:
    """Write every access in `scope` to `file` (.csv or .xlsx), masked, and write down that this was done.

    Which pages were seen stands in the log of the program alone: `logs` are files of it (docs/operations.md).
    Nobody but the owner may read the file; it is there when the row that tells of it is.
    Refusals: `act_not_allowed`, `period_ends_before_it_begins`, `format_unknown`, `report_too_large` (a workbook).
    """
    by.require(Act.SEE_AUDIT)
    if scope.until <= scope.since:
        raise InvalidInput("period_ends_before_it_begins", _("The period ends before it begins."))
    if file.suffix not in (".csv", ".xlsx"):
        raise InvalidInput("format_unknown", _("There is no such format."))
    gather_accesses(scope, seen_pages(logs), tell)
    by_way, of_all = tallies()
    if file.suffix == ".xlsx" and of_all.lines > MOST_IN_A_WORKBOOK:
        raise InvalidInput("report_too_large", _("These are too many lines for a workbook. Have them written as .csv."))
    part = file.with_name(f".{file.name}.part")
    try:
        _write(part, is_workbook=file.suffix == ".xlsx")
        report = IncidentReport.objects.create(
            made_at=clock.now(),
            made_by=by.user,
            account=getpass.getuser(),
            reason=reason.strip()[:500],
            covers_from=scope.since,
            covers_to=scope.until,
            about=about,
            line_count=of_all.lines,
            person_count=of_all.persons,
            sha256=_sha256(part),
        )
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    log.warning("incident_report_made", report=report.pk, by=str(by), account=report.account, lines=of_all.lines)
    return Written(report, by_way, of_all)


def seen_pages(logs: Sequence[Path]) -> Iterator[SeenPage]:
    """Of files of JSON lines: the pages of entries that were answered to somebody who was signed in."""
    for path in logs:
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if '"request_finished"' in line and (page := _seen_page(line)) is not None:
                    yield page


def _seen_page(line: str) -> SeenPage | None:
    """Nothing where the line is cut off, or tells of something else."""
    try:
        told = json.loads(line[line.index("{") :])
        about = ENTRY_PAGE.match(told["request"])
        if about is None or told["code"] != 200 or not told["user_id"]:
            return None
        return SeenPage(
            datetime.fromisoformat(told["timestamp"]), int(told["user_id"]), UUID(about[1]), told["request"]
        )
    except (ValueError, KeyError, TypeError):
        return None


def heads() -> list[str]:
    return [
        _("When"),
        _("How"),
        _("Person"),
        _("API client"),
        _("Unit"),
        _("List"),
        _("Record reached"),
        _("Party reached"),
        _("Code or number"),
        _("Related persons"),
        _("Count"),
        _("Reason or purpose"),
    ]


def _write(part: Path, *, is_workbook: bool) -> None:
    lines = (_cells(access) for access in accesses())
    with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
        if is_workbook:
            write_workbook(out, sheet=_("Incident report"), widths=WIDTHS, rows=_rows(lines))
        else:
            write_table(out, _with_heads(lines))


def _with_heads(lines: Iterator[list[str]]) -> Iterator[Sequence[str]]:
    yield heads()
    yield from lines


def _rows(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[tuple[str, Look]]]]:
    yield 1, [(title, Look.HEAD) for title in heads()]
    for number, line in enumerate(lines, start=2):
        yield number, [(text, Look.TEXT) for text in line]


def _cells(access: Access) -> list[str]:
    related = zip(access.related_names, access.related_numbers, strict=True)
    return [
        f"{clock.in_jinan(access.at):%Y-%m-%d %H:%M:%S}",
        str(Way(access.way).label),
        access.user or "",
        access.client or "",
        access.unit or "",
        access.credit_list or "",
        access.record,
        name_for(Audience.FILE, access.name, is_person=access.is_person),
        access.number,
        "; ".join(f"{mask_name(name)} {number}".strip() for name, number in related),
        str(access.times),
        access.note,
    ]


def _sha256(part: Path) -> str:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
