"""The hourly seal of the history: a line in a file outside of the database, signed by a key that it does not hold."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from jinan_credit.kernel import clock
from jinan_credit.kernel.crypto import hash_of
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.nudges import nudge
from jinan_credit.oversight import tasks
from jinan_credit.oversight.enums import ErasureKind
from jinan_credit.oversight.models import Erasure, Seal
from jinan_credit.oversight.seal_file import Line, SealedTable, SealFile
from jinan_credit.oversight.seal_keys import read_keys
from jinan_credit.oversight.selectors.history import sealed_models
from jinan_credit.oversight.selectors.history_rows import (
    CONTEXT,
    RowTexts,
    being_written,
    columns_of,
    existing_columns,
    fix_texts,
    highest_ids,
)

PATIENCE_SECONDS = 5.0
_LOCK = "history is sealed"
Progress = Callable[[str], None]


@transaction.atomic
def seal_history(*, anew: str = "", reason: str = "", progress: Progress | None = None) -> Seal | None:
    """Write a seal over all rows that were committed since the last; None while another run writes one.

    `anew` names a table whose sealed columns a migration took away: its rows are hashed again, and the line says why.
    Refusals: `seals_not_configured`, `seals_missing`, `seals_replaced`, `database_behind_seals`, `columns_gone`.
    """
    file = seal_file(to_sign=True)
    if not _is_alone():
        return None
    tables, last = file.tables()
    _adopt(file, last)
    return _seal(file, tables, last, anew=anew, more={"reason": reason} if reason else {}, progress=progress)


def have_it_sealed(*, patience_seconds: float) -> Seal | None:
    """Ask the worker that holds the key for a seal now, and wait for it; None when none came in time."""
    known = _last_number()
    nudge(tasks.seal_history)
    until = time.monotonic() + patience_seconds
    while _last_number() == known and time.monotonic() < until:
        time.sleep(0.5)
    return Seal.objects.filter(number__gt=known).order_by("-number").first()


def _last_number() -> int:
    last = Seal.objects.order_by("-number").first()
    return last.number if last else 0


@transaction.atomic
def seal_after_restore(*, reason: str, progress: Progress | None = None) -> Seal | None:
    """Say, signed, that the database was restored to an earlier seal, and seal from there on.

    What was sealed in between is no longer looked for; the line keeps its number and the reason.
    Refusals: `seals_not_configured`, `seals_replaced`, `not_restored`.
    """
    file = seal_file(to_sign=True)
    if not _is_alone():
        return None
    _tables, last = file.tables()
    known = Seal.objects.order_by("-number").first()
    number = known.number if known else 0
    if last is None or last.number <= number:
        raise DomainError("not_restored", _("The database holds every seal of the file: nothing was restored."))
    _require_same(file, known)
    tables, _line = file.tables(number)
    for line in file.lines():
        if line.number > number:
            _tell(line)
    return _seal(file, tables, last, more={"back_to": number, "reason": reason}, progress=progress)


def seal_file(*, to_sign: bool = False) -> SealFile:
    """The file that the settings name. Refusals: `seals_not_configured`."""
    if settings.SEALS_FOLDER is None or not settings.SEAL_KEY:
        raise DomainError("seals_not_configured", _("SEALS_FOLDER or SEAL_KEY_FILE is not set: nothing is sealed."))
    try:
        keys = read_keys(settings.SEAL_KEY)
    except ValueError as error:
        raise DomainError("seals_not_configured", f"SEAL_KEY_FILE: {error}") from error
    if to_sign and keys.private is None:
        raise DomainError("seals_not_configured", _("SEAL_KEY_FILE holds no private key: this program only verifies."))
    if to_sign:
        settings.SEALS_FOLDER.mkdir(parents=True, exist_ok=True)
        (settings.SEALS_FOLDER / "public_key.pem").write_bytes(keys.pem)
    return SealFile(settings.SEALS_FOLDER, keys)


def _is_alone() -> bool:
    """One run at a time seals, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [_LOCK])
        return bool(cursor.fetchone()[0])


def _adopt(file: SealFile, last: Line | None) -> None:
    """The file and the database tell of the same seals. A line that a crash left alone is told of now."""
    known = Seal.objects.order_by("-number").first()
    in_file, in_database = last.number if last else 0, known.number if known else 0
    if in_file < in_database:
        raise DomainError("seals_missing", _("The file of seals is shorter than the database knows."))
    _require_same(file, known)
    if in_file > in_database + 1:
        raise DomainError(
            "database_behind_seals", _("The file has later seals than the database: it was restored, or lost some.")
        )
    if last is not None and in_file == in_database + 1:
        _tell(last)


def _require_same(file: SealFile, known: Seal | None) -> None:
    line = next((line for line in file.lines() if known and line.number == known.number), None)
    if known is not None and (line is None or line.digest != known.digest):
        raise DomainError("seals_replaced", _("The file of seals is not the one that the database knows."))


def _tell(line: Line) -> Seal:
    rows = sum(segment["rows"] for told in line.body["tables"].values() for segment in told["segments"])
    return Seal.objects.create(number=line.number, at=line.at, digest=line.digest, rows=rows)


def _seal(
    file: SealFile,
    tables: dict[str, SealedTable],
    last: Line | None,
    *,
    more: dict[str, Any],
    anew: str = "",
    progress: Progress | None = None,
) -> Seal:
    # First the erasures: whatever they tell of is hashed after them, so nothing rewritten is missed.
    found = sorted(sealed_models(), key=lambda model: model is not Erasure)
    settled = _settled(found, tables)
    fix_texts()
    told: dict[str, dict[str, Any]] = {}
    rewritten: dict[str, list[int]] = {}
    for model in found:
        name = model._meta.db_table
        table = _Sealing(file, tables.get(name) or SealedTable(name), model)
        news = table.seal(settled[name], rewritten.get(name, []), is_anew=name == anew)
        if model is Erasure:
            rewritten = _rewritten(table.sealed_now)
        if news is not None:
            told[name] = news
            if progress is not None:
                progress(f"{name}: {sum(segment['rows'] for segment in news['segments'])}")
    line = file.append(
        {
            "number": last.number + 1 if last else 1,
            "at": clock.now().isoformat(),
            "previous": last.digest if last else "",
            "hash": settings.SEAL_HASH,
            "tables": told,
            **more,
        }
    )
    return _tell(line)


def _settled(found: list[type[models.Model]], tables: dict[str, SealedTable]) -> dict[str, int]:
    """Up to which id no row can come any more: whoever drew a lower one has committed, or will never.

    An id is drawn by a transaction that holds the table's lock for writers. So once those who held it after the
    highest id was read have ended, every row up to it is there. Nobody is made to wait; a transaction that outlasts
    our patience leaves the bound where it was, and its rows are found by the next seal as any others.
    """
    highest = highest_ids(found)
    held = before = being_written(list(highest))
    until = time.monotonic() + PATIENCE_SECONDS
    while held and time.monotonic() < until:
        time.sleep(0.1)
        held = before & being_written(list(highest))
    in_use = {name.removeprefix("public.") for name, _transaction in held}
    return {
        name: tables[name].settled if name in in_use and name in tables else 0 if name in in_use else bound
        for name, bound in highest.items()
    }


def _rewritten(erasures: list[int]) -> dict[str, list[int]]:
    """The rows that were lawfully written again, by table."""
    found: dict[str, set[int]] = {}
    for erasure in Erasure.objects.filter(pk__in=erasures, kind=ErasureKind.REWRITTEN).iterator():
        found.setdefault(erasure.table, set()).update(erasure.rows)
    return {name: sorted(rows) for name, rows in found.items()}


class _Sealing:
    """What one seal does with one table."""

    def __init__(self, file: SealFile, table: SealedTable, model: type[models.Model]) -> None:
        self.file, self.table, self.columns = file, table, columns_of(model)
        self.rows = RowTexts(model, self.columns)
        self.known = file.ids_above(table, table.settled)
        self.chain = table.chain
        self.segments: list[dict[str, Any]] = []
        self.keeps_ids = model is Erasure
        self.sealed_now: list[int] = []

    def seal(self, settled: int, rewritten: list[int], *, is_anew: bool) -> dict[str, Any] | None:
        """What the line says of the table; None where nothing is new."""
        if is_anew:
            self._add(self.rows.above(0), is_again=False)
        else:
            _require_columns(self.table)
            self._add((row for row in self.rows.above(self.table.settled) if row[0] not in self.known), is_again=False)
            self._add(self.rows.of([row for row in rewritten if self._has_leaf(row)]), is_again=True)
        if not self.segments and settled <= self.table.settled:
            return None
        told: dict[str, Any] = {"settled": max(settled, self.table.settled), "segments": self.segments}
        if self.columns != self.table.columns:
            told["columns"] = self.columns
        if is_anew:
            told["is_anew"] = True
        return told

    def _has_leaf(self, row: int) -> bool:
        return row <= self.table.settled or row in self.known

    def _add(self, rows: Iterable[tuple[Any, ...]], *, is_again: bool) -> None:
        provider = settings.SEAL_HASH
        leaves: Iterator[tuple[int, bytes]] = ((row, hash_of(provider, text.encode())) for row, text in rows)
        if self.keeps_ids and not is_again:
            leaves = self._noted(leaves)
        written = self.file.write_leaves(self.table.name, leaves, self.chain, provider)
        if written.rows:
            self.chain = written.chain
            self.segments.append(
                {
                    "begin": written.begin,
                    "rows": written.rows,
                    "lowest": written.lowest,
                    "highest": written.highest,
                    "chain": written.chain.hex(),
                    "is_again": is_again,
                }
            )

    def _noted(self, leaves: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        for row, leaf in leaves:
            self.sealed_now.append(row)
            yield row, leaf


def _require_columns(table: SealedTable) -> None:
    gone = {name for segment in table.segments for name in segment.columns} - {CONTEXT}
    gone -= existing_columns(table.name) if gone else set()
    if gone:
        raise DomainError(
            "columns_gone",
            _("%(table)s has lost columns that were sealed: %(columns)s. Verify an older copy, then seal it anew.")
            % {"table": table.name, "columns": ", ".join(sorted(gone))},
        )
