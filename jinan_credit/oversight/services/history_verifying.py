"""Read the history again and compare it with its seals: which row is the first that differs (ADR 0023)."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from jinan_credit.kernel import clock
from jinan_credit.kernel.crypto import hash_of
from jinan_credit.kernel.errors import DomainError
from jinan_credit.oversight.enums import ErasureKind, FindingKind, VerificationScope
from jinan_credit.oversight.models import Erasure, Seal, Verification
from jinan_credit.oversight.seal_file import SealedTable, SealFile, SealsDamaged, Segment
from jinan_credit.oversight.selectors.history import sealed_models
from jinan_credit.oversight.selectors.history_rows import (
    CONTEXT,
    RowTexts,
    deleted_ids,
    existing_columns,
    fix_texts,
)
from jinan_credit.oversight.services.history_watch import tell_findings
from jinan_credit.oversight.services.sealing import seal_file
from jinan_credit.oversight.snapshot import one_snapshot

NEWEST_DAYS = 2
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Finding:
    kind: FindingKind
    table: str = ""
    row: int | None = None
    seal: int | None = None
    detail: str = ""

    def told(self, times: dict[int, str]) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "table": self.table,
            "row": self.row,
            "seal": self.seal,
            "sealed_at": times.get(self.seal or 0, ""),
            "detail": self.detail,
        }


@dataclass
class _Compared:
    findings: list[Finding]
    rows: int = 0
    seal: int = 0


def verify_history(*, newest_only: bool = False, progress: Progress | None = None) -> Verification:
    """Compare every sealed row, or those sealed in the last two days; what came out is kept. The earliest seal's
    finding comes first, and of each table its first row.

    Refusals: `seals_not_configured`, `verification_runs`.
    """
    file, begun = seal_file(), clock.now()
    with one_snapshot():
        _require_alone()
        fix_texts()
        times = {number: at.isoformat() for number, at in Seal.objects.values_list("number", "at")}
        compared = _compare(file, _since() if newest_only else 0, progress or (lambda words: None))
    in_turn = sorted(compared.findings, key=lambda finding: finding.seal or 0)
    with transaction.atomic():
        verification = Verification.objects.create(
            begun_at=begun,
            ended_at=clock.now(),
            scope=VerificationScope.NEWEST if newest_only else VerificationScope.WHOLE,
            seal_number=compared.seal,
            rows=compared.rows,
            is_intact=not in_turn,
            findings=[finding.told(times) for finding in in_turn],
        )
        if in_turn:
            tell_findings(verification)
    return verification


def _require_alone() -> None:
    """Within the transaction of the comparison."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('history is verified'))")
        if not cursor.fetchone()[0]:
            raise DomainError("verification_runs", _("Another verification runs just now."))


def _since() -> int:
    """The first seal of the newest part."""
    first = Seal.objects.filter(at__gte=clock.now() - timedelta(days=NEWEST_DAYS)).order_by("number").first()
    return first.number if first else 2**31


def _compare(file: SealFile, since: int, progress: Progress) -> _Compared:
    known = dict(Seal.objects.order_by("number").values_list("number", "digest"))
    compared = _Compared([], seal=max(known, default=0))
    try:
        compared.findings += _of_file(file, known)
        if compared.findings:
            return compared
        tables, _last = file.tables(compared.seal)
    except SealsDamaged as damage:
        compared.findings.append(Finding(FindingKind.SEALS, detail=str(damage)))
        return compared
    pending = _not_sealed_yet(file, tables)
    for model in sorted(sealed_models(), key=lambda model: model is not Erasure):
        name = model._meta.db_table
        if table := tables.pop(name, None):
            compared.findings += _of_table(file, table, model, pending.get(name, set()), since, compared, progress)
    gone = [table for table in tables.values() if table.segments]
    compared.findings += [
        Finding(FindingKind.SEALS, table.name, seal=table.segments[0].seal, detail="no table of history any more")
        for table in gone
    ]
    return compared


def _of_file(file: SealFile, known: dict[int, str]) -> list[Finding]:
    """Whether file and database tell of the same seals. A crash may leave the file one line ahead."""
    last = 0
    for line in file.lines():
        last = line.number
        if line.number in known and known[line.number] != line.digest:
            return [Finding(FindingKind.SEALS, seal=last, detail=f"line {last} of {file.path} is not the one told of")]
    in_database = max(known, default=0)
    if last < in_database:
        words = f"{file.path} ends with seal {last}, the database knows seal {in_database}: the file was shortened"
        return [Finding(FindingKind.SEALS, seal=last, detail=words)]
    if last > in_database + 1:
        words = f"{file.path} has seal {last}, the database ends with {in_database}: it was restored, or lost some"
        return [Finding(FindingKind.SEALS, seal=in_database, detail=words)]
    if not in_database:
        return [Finding(FindingKind.SEALS, detail="nothing has been sealed yet")]
    return []


def _not_sealed_yet(file: SealFile, tables: dict[str, SealedTable]) -> dict[str, set[int]]:
    """The rows that were lawfully written again after the last seal, by table: their leaves come with the next."""
    sealed = tables.get(Erasure._meta.db_table) or SealedTable(Erasure._meta.db_table)
    known = file.ids_above(sealed, sealed.settled)
    found: dict[str, set[int]] = {}
    for erasure in Erasure.objects.filter(pk__gt=sealed.settled, kind=ErasureKind.REWRITTEN).iterator():
        if erasure.pk not in known:
            found.setdefault(erasure.table, set()).update(erasure.rows)
    return found


def _of_table(
    file: SealFile,
    table: SealedTable,
    model: type[models.Model],
    pending: set[int],
    since: int,
    compared: _Compared,
    progress: Progress,
) -> list[Finding]:
    """The first row that differs, or what is amiss with the leaves themselves."""
    newest = [segment for segment in table.segments if segment.seal >= since]
    if not newest:
        return []
    gone = {name for segment in table.segments for name in segment.columns} - {CONTEXT} - existing_columns(table.name)
    if gone:
        words = f"sealed columns are gone: {', '.join(sorted(gone))}"
        return [Finding(FindingKind.SEALS, table.name, seal=table.segments[0].seal, detail=words)]
    above = min(segment.lowest for segment in newest) - 1 if since else -(2**62)
    try:
        with file.opened(table.name) as leaves:
            leaves.check(table)
            matching = _Matching(table, model, above, pending)
            first = next(matching.differences(leaves.of), None)
    except SealsDamaged as damage:
        return [Finding(FindingKind.SEALS, table.name, detail=str(damage))]
    compared.rows += matching.rows
    progress(f"{table.name}: {matching.rows} rows")
    return [first] if first else []


LeavesOf = Callable[[Segment, int], Iterator[tuple[int, bytes]]]


class _Matching:
    """The rows of a table beside their leaves, both by their ids, read once."""

    def __init__(self, table: SealedTable, model: type[models.Model], above: int, pending: set[int]) -> None:
        self.table, self.model, self.above, self.pending = table, model, above, pending
        self.column_sets = list(dict.fromkeys(segment.columns for segment in table.segments))
        self.places = [self.column_sets.index(segment.columns) + 1 for segment in table.segments]
        self.rows = 0

    def differences(self, leaves_of: LeavesOf) -> Iterator[Finding]:
        rows = RowTexts(self.model, *self.column_sets).above(self.above)
        deleted = _Ascending(deleted_ids(self.table.name))
        row = next(rows, None)
        for key, index, leaf, was_new in self._last_leaves(leaves_of):
            while row is not None and row[0] < key:
                yield from self._without_leaf(row[0])
                row = next(rows, None)
            if not was_new:
                yield self._finding(FindingKind.ADDED, key, index)
            if row is None or row[0] > key:
                if key not in deleted:
                    yield self._finding(FindingKind.MISSING, key, index)
                continue
            self.rows += 1
            segment = self.table.segments[index]
            if hash_of(segment.hash, row[self.places[index]].encode()) != leaf and key not in self.pending:
                yield self._finding(FindingKind.CHANGED, key, index)
            row = next(rows, None)
        while row is not None and row[0] <= self.table.settled:
            yield from self._without_leaf(row[0])
            row = next(rows, None)

    def _without_leaf(self, key: int) -> Iterator[Finding]:
        """Above the settled ids it is new; below them all rows had been there."""
        if key <= self.table.settled:
            after = next((segment.seal for segment in self.table.segments if segment.highest > key), None)
            yield Finding(FindingKind.ADDED, self.table.name, key, after)

    def _finding(self, kind: FindingKind, key: int, index: int) -> Finding:
        return Finding(kind, self.table.name, key, self.table.segments[index].seal)

    def _last_leaves(self, leaves_of: LeavesOf) -> Iterator[tuple[int, int, bytes, bool]]:
        """Of each id the last leaf, and whether its first was of a row that nobody had written again."""
        again = [segment.is_again for segment in self.table.segments]
        current: tuple[int, int, bytes, bool] | None = None
        for key, index, leaf in self._in_order(leaves_of):
            if current is not None and current[0] == key:
                current = (key, index, leaf, current[3])
                continue
            if current is not None:
                yield current
            current = (key, index, leaf, not again[index])
        if current is not None:
            yield current

    def _in_order(self, leaves_of: LeavesOf) -> Iterator[tuple[int, int, bytes]]:
        """By id, then by seal. Segments that follow each other are one run; a late row or a new leaf begins another."""
        runs: list[list[int]] = []
        for index, segment in enumerate(self.table.segments):
            if segment.highest <= self.above:
                continue
            run = next((run for run in runs if self.table.segments[run[-1]].highest < segment.lowest), None)
            if run is None:
                runs.append([index])
            else:
                run.append(index)
        return (
            heapq.merge(*(self._run(run, leaves_of) for run in runs)) if len(runs) > 1 else self._only(runs, leaves_of)
        )

    def _only(self, runs: list[list[int]], leaves_of: LeavesOf) -> Iterator[tuple[int, int, bytes]]:
        return self._run(runs[0], leaves_of) if runs else iter(())

    def _run(self, run: list[int], leaves_of: LeavesOf) -> Iterator[tuple[int, int, bytes]]:
        for index in run:
            for key, leaf in leaves_of(self.table.segments[index], self.above):
                yield key, index, leaf


class _Ascending:
    """Whether a number is among others, asked in ascending order."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self.numbers = numbers
        self.next: int | None = None

    def __contains__(self, number: object) -> bool:
        assert isinstance(number, int)
        while self.next is None or self.next < number:
            self.next = next(self.numbers, 2**63)
        return self.next == number
