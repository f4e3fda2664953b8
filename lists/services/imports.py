"""A list file becomes drafts: uploaded, checked, confirmed, imported. Nothing durable before the confirmation.

Checking and importing are jobs: rows claimed by lease, run by a worker, resumed by the sweep after a kill.
"""

import csv
import hashlib
import io
import json
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import BinaryIO, cast

from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.nudges import nudge
from lists import tasks
from lists.enums import ImportStatus, PersonRole, RowOutcome
from lists.models import CreditList, ListImport
from lists.rules import TermRule
from lists.services.entries import require_initiator
from lists.services.import_files import LARGEST_FILE, read_rows
from lists.services.import_rows import CheckedRow, RowChecker

CHUNK = 5_000
MANY = 5_000
"""Drafts that make the planner's statistics worthless."""
LEASE = timedelta(seconds=60)
_COLUMNS = [
    "row",
    "kind",
    "name",
    "code",
    "document_type",
    "sealed_number",
    "masked_number",
    "number_index",
    "representative",
    "basis",
    "document_number",
    "document_on",
    "decided_on",
    "term_from",
    "term_to",
    "grounds",
    "facts",
    "dishonesty_class",
    "disclosure",
    "errors",
]
_NULLABLE = {"code", "number_index", "document_on", "decided_on", "term_from", "term_to", "errors"}


def start_import(*, credit_list: CreditList, file: BinaryIO, file_name: str, by: Actor) -> ListImport:
    """Keep the file and have it checked. The same file that is on its way already is recognised.

    Refusals: `act_not_allowed`, `not_initiating_unit`, `file_too_large`, `file_known`.
    """
    require_initiator(credit_list, by)
    assert by.unit is not None, "an initiating unit was asked for"
    digest, size = _measure(file)
    known = ListImport.objects.filter(
        credit_list=credit_list,
        unit=by.unit,
        file_hash=digest,
        status__in=[ImportStatus.CHECKED, ImportStatus.IMPORTED],
    ).first()
    if known is not None:
        raise DomainError(
            "file_known",
            _("The same file was given on %(day)s already (import %(number)s). Look there.")
            % {"day": clock.local_day(known.made_at), "number": known.pk},
            field="file",
        )
    with transaction.atomic():
        list_import = ListImport.objects.create(
            credit_list=credit_list,
            unit=by.unit,
            file=File(file, name=secrets.token_hex(16)),
            file_name=file_name[-200:],
            file_hash=digest,
            file_size=size,
            made_by=by.user,
            made_by_client=by.client,
            made_at=clock.now(),
        )
        nudge(tasks.check_import, list_import.pk)
    return list_import


@transaction.atomic
def confirm_import(*, list_import: ListImport, by: Actor) -> ListImport:
    """Let the good rows become drafts.

    Refusals: `act_not_allowed`, `import_not_found`, `import_not_checked`, `no_good_rows`.
    """
    list_import = _lock_checked(list_import, by)
    if not list_import.new_count:
        raise DomainError("no_good_rows", _("The file has no row that could be imported."))
    list_import.status = ImportStatus.IMPORTING
    list_import.leased_until = None
    list_import.save()
    nudge(tasks.run_import, list_import.pk)
    return list_import


@transaction.atomic
def cancel_import(*, list_import: ListImport, by: Actor) -> ListImport:
    """Forget a checked file. Refusals: `act_not_allowed`, `import_not_found`, `import_not_checked`."""
    list_import = _lock_checked(list_import, by)
    list_import.rows.all().delete()
    list_import.status = ImportStatus.CANCELLED
    list_import.save()
    return list_import


def under_way() -> Iterable[ListImport]:
    """Jobs that no worker holds: new ones, and those whose worker died."""
    return ListImport.objects.filter(status__in=[ImportStatus.CHECKING, ImportStatus.IMPORTING]).filter(
        Q(leased_until=None) | Q(leased_until__lt=clock.now())
    )


def check_import(pk: int) -> None:
    """Job: read the file into the staging table. Starts over when an earlier worker died half-way."""
    if not _claim(pk, ImportStatus.CHECKING):
        return
    list_import = ListImport.objects.select_related("credit_list").get(pk=pk)
    list_import.rows.all().delete()
    try:
        _stage(list_import)
    except DomainError as refusal:
        list_import.rows.all().delete()
        ListImport.objects.filter(pk=pk).update(status=ImportStatus.REFUSED, refusal=str(refusal), leased_until=None)
        return
    with transaction.atomic():
        _mark_known(list_import)
        rows = list_import.rows
        ListImport.objects.filter(pk=pk, status=ImportStatus.CHECKING).update(
            status=ImportStatus.CHECKED,
            row_count=rows.count(),
            error_count=rows.filter(errors__isnull=False).count(),
            same_count=rows.same().count(),
            leased_until=None,
        )


def run_import(pk: int) -> None:
    """Job: turn the good rows into drafts, all or none, once."""
    if _draft_all(pk) >= MANY:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE lists_subject, lists_entry")  # the reviewer's act comes before autovacuum


@transaction.atomic
def _draft_all(pk: int) -> int:
    """How many drafts were made; none when another worker has the import or has done it."""
    list_import = (
        ListImport.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("credit_list")
        .filter(pk=pk, status=ImportStatus.IMPORTING)
        .first()
    )
    if list_import is None:
        return 0
    rule = RuleProfile.objects.for_case(list_import.credit_list.term_profile, clock.today())
    _mark_known(list_import)
    _make_subjects(list_import)
    _make_drafts(list_import, rule)
    list_import.rows.filter(errors__isnull=True).delete()
    list_import.status = ImportStatus.IMPORTED
    list_import.imported_at = clock.now()
    list_import.save()
    return list_import.new_count


def _measure(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
        if size > LARGEST_FILE:
            raise InvalidInput(
                "file_too_large",
                _("The file is larger than %(most)s MiB. Split it.") % {"most": LARGEST_FILE // 1024**2},
                field="file",
            )
    file.seek(0)
    return digest.hexdigest(), size


def _lock_checked(list_import: ListImport, by: Actor) -> ListImport:
    by.require(Act.DRAFT_ENTRIES)
    locked = ListImport.objects.visible_to(by).select_for_update().filter(pk=list_import.pk).first()
    if locked is None:
        raise NotFound("import_not_found", _("There is no such import."))
    if locked.status != ImportStatus.CHECKED:
        raise DomainError("import_not_checked", _("This import is not waiting for your confirmation."))
    return locked


def _claim(pk: int, status: ImportStatus) -> bool:
    free = Q(leased_until=None) | Q(leased_until__lt=clock.now())
    return bool(
        ListImport.objects.filter(free, pk=pk, status=status).update(leased_until=clock.now() + LEASE, progress=0)
    )


def _stage(list_import: ListImport) -> None:
    rule = RuleProfile.objects.for_case(list_import.credit_list.term_profile, clock.today())
    checker = RowChecker(list_import.credit_list, TermRule(rule.parameters), clock.today())
    chunk: list[CheckedRow] = []
    done = 0
    with list_import.file.open("rb") as file:
        for number, cells in read_rows(cast(BinaryIO, file)):
            chunk.append(checker.check(number, cells))
            if len(chunk) == CHUNK:
                done += len(chunk)
                _copy(list_import, chunk, done)
                chunk = []
    if not done and not chunk:
        raise InvalidInput("no_rows", _("Below the header the file has no rows."), field="file")
    _copy(list_import, chunk, done + len(chunk))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE lists_importrow")  # what follows joins rows that the planner has never seen


def _copy(list_import: ListImport, rows: list[CheckedRow], done: int) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        values = {**row.values, "row": row.row, "errors": json.dumps(row.errors) if row.errors else None}
        writer.writerow(
            [list_import.pk, RowOutcome.WRONG if row.errors else RowOutcome.NEW, *map(values.get, _COLUMNS)]
        )
    buffer.seek(0)
    never_null = ", ".join(name for name in _COLUMNS if name not in _NULLABLE and name != "row")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY lists_importrow (of_id, outcome, {', '.join(_COLUMNS)}) "
            f"FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({never_null}))",
            buffer,
        )
        ListImport.objects.filter(pk=list_import.pk).update(progress=done, leased_until=clock.now() + LEASE)


def _mark_known(list_import: ListImport) -> None:
    """Rows that stand on the list already are left out, not doubled (rule 8)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE lists_importrow row SET outcome = 'SAME'
            FROM lists_importrow same
            LEFT JOIN lists_subject coded ON coded.code = same.code
            LEFT JOIN lists_subject numbered ON numbered.number_index = same.number_index
            JOIN lists_entry entry ON entry.subject_id = coalesce(coded.id, numbered.id)
            WHERE row.id = same.id AND same.of_id = %s AND same.outcome = 'NEW'
              AND entry.credit_list_id = %s AND entry.document_number = same.document_number
              AND entry.state <> 'DISCARDED'
            """,
            [list_import.pk, list_import.credit_list_id],
        )


def _make_subjects(list_import: ListImport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO lists_subject
                (kind, name, code, document_type, sealed_number, masked_number, number_index, created_at)
            SELECT DISTINCT ON (coalesce(code, number_index))
                kind, name, code, document_type, sealed_number, masked_number, number_index, %s
            FROM lists_importrow
            WHERE of_id = %s AND outcome = 'NEW'
            ORDER BY coalesce(code, number_index), row
            ON CONFLICT DO NOTHING
            """,
            [clock.now(), list_import.pk],
        )


def _make_drafts(list_import: ListImport, rule: RuleProfile) -> None:
    now = clock.now()
    parameters = {
        "import": list_import.pk,
        "list": list_import.credit_list_id,
        "unit": list_import.unit_id,
        "user": list_import.made_by_id,
        "client": list_import.made_by_client_id,
        "rule": rule.pk,
        "statute": list_import.credit_list.person_disclosure_basis,
        "now": now,
        "representative": PersonRole.LEGAL_REPRESENTATIVE,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH good AS (
                SELECT row.*, coalesce(coded.id, numbered.id) AS subject_id, uuidv7() AS new_id
                FROM lists_importrow row
                LEFT JOIN lists_subject coded ON coded.code = row.code
                LEFT JOIN lists_subject numbered ON numbered.number_index = row.number_index
                WHERE row.of_id = %(import)s AND row.outcome = 'NEW'
            ),
            drafted AS (
                INSERT INTO lists_entry (
                    id, credit_list_id, subject_id, subject_kind, subject_name, state, version, unit_id, basis, basis_kind,
                    document_number, document_on, decided_on, term_from, term_to, term_rule_id, grounds, facts,
                    dishonesty_class, disclosure, person_disclosure_basis, marks, made_by_id, made_by_client_id,
                    made_at, exit_reason, from_import_id)
                SELECT new_id, %(list)s, subject_id, kind, name, 'DRAFT', 0, %(unit)s, basis, '',
                    document_number, document_on, decided_on, term_from, term_to, %(rule)s, grounds, facts,
                    dishonesty_class, disclosure, CASE WHEN kind = 'NATURAL_PERSON' THEN %(statute)s ELSE '' END,
                    '{}', %(user)s, %(client)s, %(now)s, '', %(import)s
                FROM good
            ),
            logged AS (
                INSERT INTO lists_entrymove
                    (of_id, name, from_state, to_state, by_id, by_client_id, unit_id, at, reason)
                SELECT new_id, 'draft', '', 'DRAFT', %(user)s, %(client)s, %(unit)s, %(now)s, '' FROM good
            )
            INSERT INTO lists_relatedperson
                (entry_id, role, name, document_type, sealed_number, masked_number, number_index)
            SELECT new_id, %(representative)s, representative, '', '', '', '' FROM good WHERE representative <> ''
            """,
            parameters,
        )
