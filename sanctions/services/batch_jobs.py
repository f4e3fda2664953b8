"""The job of a batch: its file is read, its parties are looked up by a few statements for any number of them.

It is one transaction, done wholly and once, or begun anew by the sweep (`lists.services.job_progress`).
"""

import json
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse

from jinan_credit.accounts.models.lease import unheld
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.services.erasure import remove_file
from lists.services.import_files import FileReader
from lists.services.import_refusals import refuse
from lists.services.import_staging import copy_file
from lists.services.job_progress import Progress, taken
from sanctions import events
from sanctions.enums import BatchStatus, BatchUse, RowResult, UnknownReason
from sanctions.models import ScreeningBatch
from sanctions.models.screening import new_screening_id
from sanctions.selectors.duties import duties_and_heads
from sanctions.selectors.findings import Finding, entries_of_parties
from sanctions.services.batch_rows import FIELDS, PARTY_FILE, line_of
from sanctions.services.portfolios import drop_staged, keep_screened
from sanctions.services.receipts import Looked, issue_batch_receipt, issue_receipt

MOST_ATTEMPTS = 5
SLICE = 5_000
"""Parties with hits that are kept at a time."""
_LOCK = 0x424154
_TEXTS = ", ".join(name for name in FIELDS if name not in ("row", "errors"))

_STAGE = f"""
    DROP TABLE IF EXISTS staged_party, staged_finding;
    CREATE TEMPORARY TABLE staged_party (
        row int NOT NULL, {", ".join(f"{name} text NOT NULL" for name in _TEXTS.split(", "))}, errors jsonb
    ) ON COMMIT DROP
"""

_FIND = f"""
    CREATE TEMPORARY TABLE staged_finding ON COMMIT DROP AS
    WITH party AS NOT MATERIALIZED (SELECT row AS id, code, number_index FROM staged_party WHERE errors IS NULL),
    entry_in_force AS NOT MATERIALIZED (
        SELECT id, subject_id FROM lists_entry
        WHERE credit_list_id = ANY(%(lists)s) AND state = 'PUBLISHED'
          AND term_from <= %(today)s AND term_to >= %(today)s  -- rule 1: the last day counts
    )
    SELECT found.party_id AS row, found.entry_id, entry.version, found.matched_as
    FROM ({entries_of_parties("party", "entry_in_force")}) found JOIN lists_entry entry ON entry.id = found.entry_id
"""

_WITH_HITS = """
    SELECT party.row, kind, name, code, number_index,
        array_agg(entry_id::text), array_agg(version), array_agg(matched_as)
    FROM staged_finding finding JOIN staged_party party USING (row)
    WHERE party.row >= %s AND party.row < %s
    GROUP BY party.row, kind, name, code, number_index
    ORDER BY party.row
"""

_KEEP_SCREENINGS = """
    INSERT INTO sanctions_screening (
        id, unit_id, by_id, by_client_id, screened_at,
        party_kind, party_name, party_code, document_type, sealed_number, masked_number, number_index,
        matter_code, matter_name, matter_reference, purpose, positions, result, unknown_reason, receipt, state)
    SELECT kept.id, batch.unit_id, by_id, by_client_id, %(at)s,
        party.kind, party.name, party.code, document_type, sealed_number, masked_number, number_index,
        matter_code, matter_name, matter_reference, purpose, %(positions)s, 'HIT', '', kept.receipt, 'OPEN'
    FROM sanctions_screeningbatch batch, staged_party party
    JOIN unnest(%(rows)s::int[], %(ids)s::uuid[], %(receipts)s::text[]) AS kept(row, id, receipt) USING (row)
    WHERE batch.id = %(batch)s
"""

_KEEP_HITS = """
    INSERT INTO sanctions_hit (screening_id, entry_id, entry_version, match, matched_as, score, state)
    SELECT kept.id, entry_id, version, 'IDENTIFIER', matched_as, 1, 'OPEN'
    FROM staged_finding JOIN unnest(%(rows)s::int[], %(ids)s::uuid[]) AS kept(row, id) USING (row)
    ORDER BY row, entry_id
"""

_KEEP = f"""
    INSERT INTO sanctions_batchrow (of_id, row, {_TEXTS}, result, unknown_reason, errors, screening_id)
    SELECT %(batch)s, row, {_TEXTS}, result,
        CASE WHEN result = 'UNKNOWN' THEN coalesce(nullif(%(unknown)s, ''), 'NAME_ONLY') ELSE '' END,
        errors, screening_id
    FROM (
        SELECT party.*, screening.id AS screening_id, CASE
            WHEN errors IS NOT NULL THEN 'WRONG'
            WHEN screening.id IS NOT NULL THEN 'HIT'
            WHEN %(unknown)s <> '' OR code = '' AND number_index = '' THEN 'UNKNOWN'
            ELSE 'CLEAR'
        END AS result
        FROM staged_party party
        LEFT JOIN unnest(%(rows)s::int[], %(screenings)s::uuid[]) AS screening(row, id) ON screening.row = party.row
        WHERE %(is_screened)s OR errors IS NOT NULL
        ORDER BY party.row
    ) judged
"""


def under_way() -> list[int]:
    """Batches that no worker holds, and those of which a copy is owed and not given up."""
    running = Q(unheld(), status=BatchStatus.RUNNING)
    owed = Q(unheld(), pk__in=ScreeningBatch.objects.copy_to_write().values("pk"))
    return list(ScreeningBatch.objects.filter(running | owed).values_list("pk", flat=True))


def screen_batch(pk: int) -> None:
    """Job: look the parties of a file up. What cannot be read is refused and leaves nothing."""
    jobs = ScreeningBatch.objects.select_related("unit", "portfolio").filter(status=BatchStatus.RUNNING)
    try:
        with taken(jobs, pk, lock=_LOCK) as job:
            if job is not None:
                _screen(*job)
    except DomainError as refusal:
        _refuse(pk, refusal)


@transaction.atomic
def _refuse(pk: int, refusal: DomainError) -> None:
    running = ScreeningBatch.objects.filter(pk=pk, status=BatchStatus.RUNNING)
    for batch in running:
        answer = {"refused": refusal.code, **refusal.details}
        running.update(status=BatchStatus.REFUSED, refusal=answer, file="", leased_until=None)
        tell_staff(events.BATCH_REFUSED, units=[batch.unit_id], link=_page(batch), about=f"batch {batch.pk}")
        remove_file(batch.file)


@dataclass(frozen=True)
class _Look:
    """In which lists was looked, and where they stood; `unknown`: why nobody can be told clear or listed."""

    lists: list[int]
    positions: dict[str, str]
    unknown: str = ""


def _screen(batch: ScreeningBatch, progress: Progress) -> None:
    if batch.attempts >= MOST_ATTEMPTS:
        refuse({"refused": "file_too_heavy"})
    total = _stage(batch, progress)
    batch.screened_at = clock.now()
    is_screened = batch.use != BatchUse.DROP
    look = _where_to_look(batch) if is_screened else _Look([], {})
    batch.positions = look.positions
    found = _keep_hits(batch, look, total, progress) if is_screened else {}
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "batch": batch.pk,
                "unknown": look.unknown,
                "rows": list(found),
                "screenings": list(found.values()),
                "is_screened": is_screened,
            },
        )
        cursor.execute("SELECT result, count(*) FROM sanctions_batchrow WHERE of_id = %s GROUP BY result", [batch.pk])
        counts = dict(cursor.fetchall())
    if batch.use == BatchUse.KEEP:
        keep_screened(batch)
    elif batch.use == BatchUse.DROP:
        drop_staged(batch)
    _finish(batch, counts, total)


def _stage(batch: ScreeningBatch, progress: Progress) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with batch.file.open("rb") as file:
            reader = FileReader(cast(BinaryIO, file), PARTY_FILE)
            total = copy_file(f"staged_party ({', '.join(FIELDS)})", _TEXTS, reader, line_of, progress)
        cursor.execute("CREATE INDEX ON staged_party (row)")
        cursor.execute("ANALYZE staged_party")
    return total


def _where_to_look(batch: ScreeningBatch) -> _Look:
    """Positions are read before the entries, so that the entries are at least as new as the positions say."""
    duties, heads = duties_and_heads(batch.unit)
    if not duties.lists:
        return _Look([], {}, UnknownReason.NO_LISTS)
    positions = {code: heads[pk] for pk, code in duties.lists.items() if pk in heads}
    if len(positions) < len(duties.lists):
        return _Look([], positions, UnknownReason.NO_POSITION)
    return _Look(list(duties.lists), positions)


def _keep_hits(batch: ScreeningBatch, look: _Look, total: int, progress: Progress) -> dict[int, UUID]:
    """A screening with its hits for each party found; the screenings' ids by row."""
    screenings: dict[int, UUID] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"lists": look.lists, "today": clock.today()})
        cursor.execute("SELECT coalesce(max(row), 0) FROM staged_finding")
        last = cursor.fetchone()[0]
        for first in range(0, last + 1, SLICE):
            cursor.execute(_WITH_HITS, [first, first + SLICE])
            parties = {row: _receipted(batch, *found) for row, *found in cursor.fetchall()}
            kept = {
                "batch": batch.pk,
                "at": batch.screened_at,
                "positions": json.dumps(batch.positions),
                "rows": list(parties),
                "ids": [pk for pk, _receipt in parties.values()],
                "receipts": [receipt for _pk, receipt in parties.values()],
            }
            cursor.execute(_KEEP_SCREENINGS, kept)
            cursor.execute(_KEEP_HITS, kept)
            screenings |= {row: pk for row, (pk, _receipt) in parties.items()}
            progress(total, total)
    return screenings


def _receipted(
    batch: ScreeningBatch, kind: str, name: str, code: str, index: str, *found: list[Any]
) -> tuple[UUID, str]:
    """The id of a screening and its receipt; the rest stands in the staging table."""
    assert batch.screened_at is not None
    pk, unit, at = new_screening_id(), batch.unit, batch.screened_at
    looked = Looked(pk, unit, at, kind, name, code, index, batch.positions, RowResult.HIT)
    findings = [Finding(UUID(entry), version, matched_as) for entry, version, matched_as in zip(*found, strict=True)]
    return pk, issue_receipt(looked, findings)


def _finish(batch: ScreeningBatch, counts: dict[str, int], total: int) -> None:
    """The last act of the transaction: only now is the batch's own row changed."""
    batch.row_count = total
    batch.clear_count = counts.get(RowResult.CLEAR, 0)
    batch.hit_count = counts.get(RowResult.HIT, 0)
    batch.unknown_count = counts.get(RowResult.UNKNOWN, 0)
    batch.error_count = counts.get(RowResult.WRONG, 0)
    batch.receipt = issue_batch_receipt(batch) if batch.use != BatchUse.DROP else ""
    batch.status, batch.leased_until = BatchStatus.DONE, None
    batch.attempts, batch.progress, batch.work_total = 0, total, total
    batch.save()
    about, hits = f"batch {batch.pk}", batch.hit_count
    tell_staff(events.BATCH_SCREENED, units=[batch.unit_id], link=_page(batch), about=about, count=total, hits=hits)


def _page(batch: ScreeningBatch) -> str:
    return reverse("batch", args=[batch.pk])
