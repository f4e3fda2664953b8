"""Rows of a page (`export_sources`), or the file of an import with what is wrong in it, are written to a file in the
background: asked for with a reason, made by a worker, fetched, expired.

A job is a row claimed by lease. A worker that was killed half-way leaves nothing: the next one starts over.
"""

import hashlib
import secrets
import tempfile
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any, BinaryIO, TypeVar, cast
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.nudges import nudge
from jinan_credit.kernel.room import room_needed
from lists import tasks
from lists.enums import ExportFormat, ExportStatus
from lists.models import EntryExport, ExportedEntries, ListImport
from lists.models.saved import EntryExportQuerySet
from lists.services.erasure import remove_file
from lists.services.export_rows import Line
from lists.services.export_sources import ENTRIES, SOURCES, Chosen, ExportSource
from lists.services.import_copy import write_copy
from lists.services.inert_workbook import Look, write_table, write_workbook

RULES = "export"
LEASE = timedelta(seconds=60)
BEAT = 5_000
"""Rows after which a worker says how far it is and that it is alive."""
MOST_ATTEMPTS = 5
MOST_WAITING = 5
OVER = (ExportStatus.FAILED, ExportStatus.EXPIRED)
log = structlog.get_logger(__name__)

Row = TypeVar("Row")


class LeaseLost(Exception):
    """Another worker took the job: whoever was slow leaves it."""


@transaction.atomic
def request_export(
    *, query: str, reason: str, by: Actor, file_format: str = ExportFormat.XLSX, source: str = ENTRIES
) -> EntryExport:
    """Have the rows that match `query` (as in the address of the page of `source`) written to a file.

    Refusals: `act_not_allowed`, `reason_missing`, `filters_not_valid`, `format_unknown`, `exports_waiting`,
    `rule_profile_missing`.
    """
    by.require(SOURCES[source].act)
    assert by.user is not None, "only people hold this act"
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    if file_format not in ExportFormat.values:
        raise InvalidInput("format_unknown", _("There is no such format."), field="format")
    chosen = SOURCES[source].choose(query, by)
    if chosen is None or len(query) > 2_000:
        raise InvalidInput("filters_not_valid", _("The filters are not valid. Set them again."))
    about = {"source": source, "query": query, "filters": chosen.words[:1000]}
    return _start(by, **about, reason=reason.strip()[:500], format=file_format)


@transaction.atomic
def request_copy(*, list_import: ListImport, by: Actor) -> EntryExport:
    """Have the file of an import written again, with a column of what is wrong. It holds full document numbers.

    Refusals: `act_not_allowed`, `import_not_found` (another unit's, or nothing in it is wrong), `exports_waiting`,
    `rule_profile_missing`.
    """
    by.require(Act.SEE_WORKBENCH)
    words = _("Import %(number)s, with a column of errors") % {"number": list_import.pk}
    return _start(by, copy_of=_copied(list_import.pk, by), filters=words, reason=_("To correct the file"))


def run_export(pk: int) -> None:
    """Job: write the file. Nothing is done when another worker holds it or it is done."""
    export = _claim(pk)
    if export is None:
        return
    try:
        with translation.override(export.language), tempfile.TemporaryFile() as file, room_needed():
            counted = _write(export, Actor(user=export.made_by), file)
            _keep(export, file, counted)
    except DomainError as refusal:
        _held(export).update(status=ExportStatus.FAILED, failure=str(refusal)[:300], file="", leased_until=None)
    except LeaseLost:
        log.warning("export_lease_lost", export=pk)


def fetch_export(*, export: EntryExport, by: Actor) -> BinaryIO:
    """The file, for who asked for it; every fetch is counted.

    Refusals: `export_not_found` (another person's), `export_not_ready`, `export_expired`.
    """
    with transaction.atomic():
        mine = EntryExport.objects.visible_to(by).select_for_update().filter(pk=export.pk).first()
        if mine is None:
            raise NotFound("export_not_found", _("There is no such export."))
        if mine.is_under_way or mine.status == ExportStatus.FAILED:
            raise DomainError("export_not_ready", _("This export is not ready. Reload the page in a moment."))
        if mine.status == ExportStatus.EXPIRED or mine.expires_at is None or mine.expires_at < clock.now():
            raise DomainError("export_expired", _("The link has expired. Ask for a new export."))
        EntryExport.objects.filter(pk=mine.pk).update(downloads=F("downloads") + 1)
    return cast(BinaryIO, mine.file.open("rb"))


def expire_exports() -> int:
    """Delete the files whose time is over; the rows stay as the record of who took what."""
    return sum(_expire(export) for export in EntryExport.objects.run_out())


def withdraw_copies(imports: Collection[int]) -> None:
    """Copies of imports that are gone go too; one that is being written will find no place to be kept."""
    for export in EntryExport.objects.filter(copy_of__in=imports).exclude(status__in=OVER):
        _expire(export)


def _expire(export: EntryExport) -> int:
    remove_file(export.file)
    alive = EntryExport.objects.filter(pk=export.pk).exclude(status__in=OVER)
    return alive.update(status=ExportStatus.EXPIRED, file="", leased_until=None)


def _start(by: Actor, **values: Any) -> EntryExport:
    assert by.user is not None, "only people hold this act"
    User.objects.select_for_update(no_key=True).get(pk=by.user.pk)  # of several asked for at once, each sees the others
    waiting = EntryExport.objects.filter(made_by=by.user).exclude(status__in=[ExportStatus.READY, *OVER])
    if waiting.count() >= MOST_WAITING:
        raise DomainError("exports_waiting", _("Wait until your other exports are ready."))
    export = EntryExport.objects.create(
        unit=by.unit,
        made_by=by.user,
        made_at=clock.now(),
        roles=sorted(by.user.roles),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        rules=RuleProfile.objects.for_case(RULES, clock.today()),
        **values,
    )
    nudge(tasks.run_export, export.pk)
    return export


@transaction.atomic
def _claim(pk: int) -> EntryExport | None:
    free = EntryExport.objects.free().filter(pk=pk).select_related("made_by__unit", "rules")
    export = free.select_for_update(of=("self",)).first()
    if export is None:
        return None
    remove_file(export.file)  # of a worker that was killed while it kept its file
    row = EntryExport.objects.filter(pk=pk)
    if export.attempts >= MOST_ATTEMPTS:
        why = _("The export stopped %(times)s times. Ask for a smaller one.") % {"times": MOST_ATTEMPTS}
        row.update(status=ExportStatus.FAILED, failure=why, file="")
        return None
    export.attempts += 1
    lease = {"leased_until": clock.now() + LEASE, "attempts": export.attempts}
    row.update(status=ExportStatus.RUNNING, file="", progress=0, **lease)
    return export


def _chosen(export: EntryExport, by: Actor) -> Chosen:
    source = SOURCES[export.source]
    chosen = source.choose(export.query, by) if by.may(source.act) else None
    if chosen is None:
        raise InvalidInput("filters_not_valid", _("The filters are not valid any more. Ask for a new export."))
    return chosen


def _copied(pk: int, by: Actor) -> ListImport:
    """The import whose file is copied, as long as this person may still see it and something in it is wrong."""
    found = ListImport.objects.visible_to(by).with_something_wrong().filter(pk=pk).first()
    if found is None or not by.may(Act.SEE_WORKBENCH):
        raise NotFound("import_not_found", _("There is no such import."))
    return found


def _held(export: EntryExport) -> EntryExportQuerySet:
    """The row while this worker holds it: a second attempt has another number."""
    return EntryExport.objects.filter(pk=export.pk, status=ExportStatus.RUNNING, attempts=export.attempts)


def _write(export: EntryExport, by: Actor, file: BinaryIO) -> "_Counted":
    counted = _Counted(export)
    if export.copy_of_id is not None:
        write_copy(_copied(export.copy_of_id, by), file, counted.through)
        return counted
    rows, source = counted.cells_of(_chosen(export, by).lines()), SOURCES[export.source]
    if export.format == ExportFormat.CSV:
        write_table(file, chain([source.heads()], rows))
    else:
        _write_xlsx(file, rows, source)
    return counted


class _Counted:
    """Counts the rows that pass, notes their entries, keeps the lease and stops at the largest number."""

    def __init__(self, export: EntryExport) -> None:
        self.export = export
        self.rows = 0
        self.entries: set[UUID] = set()

    def cells_of(self, lines: Iterator[Line]) -> Iterator[list[str]]:
        for line in self.through(lines):
            if line.entry is not None:
                self.entries.add(line.entry)
            yield line.cells

    def through(self, rows: Iterator[Row]) -> Iterator[Row]:
        most = self.export.rules["most_rows"]
        for row in rows:
            self.rows += 1
            if self.rows > most:
                words = _("More than %(most)s rows match. Narrow the filters and export in parts.")
                raise DomainError("export_too_large", words % {"most": f"{most:,}"})
            if self.rows % BEAT == 0:
                self._beat()
            yield row

    def _beat(self) -> None:
        if not _held(self.export).update(progress=self.rows, leased_until=clock.now() + LEASE):
            raise LeaseLost


def _write_xlsx(file: BinaryIO, rows: Iterator[list[str]], source: ExportSource) -> None:
    head = [(title, Look.HEAD) for title in source.heads()]
    lines = ((number, [(text, Look.TEXT) for text in row]) for number, row in enumerate(rows, start=2))

    def all_lines() -> Iterator[tuple[int, list[tuple[str, Look]]]]:
        yield 1, head
        yield from lines

    write_workbook(file, sheet=str(source.name), widths=source.widths, rows=all_lines())


def _keep(export: EntryExport, file: BinaryIO, counted: _Counted) -> None:
    """The row names the file before it is there: a worker killed in between leaves nothing that nobody knows of."""
    digest = hashlib.sha256()
    file.seek(0)
    while part := file.read(1024 * 1024):
        digest.update(part)
    file.seek(0)
    name = f"exports/{secrets.token_hex(16)}"
    if not _held(export).update(file=name):
        raise LeaseLost
    export.file.storage.save(name, File(file))
    if not _finish(export, digest.hexdigest(), counted):
        export.file.storage.delete(name)
        raise LeaseLost


@transaction.atomic
def _finish(export: EntryExport, sha256: str, counted: _Counted) -> bool:
    """Whether this worker still holds the job: which entries are in the file is written down with it."""
    kept = _held(export).update(
        status=ExportStatus.READY,
        sha256=sha256,
        row_count=counted.rows,
        progress=counted.rows,
        leased_until=None,
        expires_at=clock.now() + timedelta(hours=export.rules["keep_hours"]),
    )
    if kept and counted.entries:
        ExportedEntries.objects.create(export=export, entries=sorted(counted.entries))
    return bool(kept)
