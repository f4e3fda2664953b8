"""The two jobs of an import, run by a worker: check its file, and make its rows what they stand for."""

from typing import BinaryIO, cast

from django.db import connection, transaction
from django.db.models import Count, F, Max, QuerySet
from django.urls import reverse

from catalog.models import RuleProfile
from jinan_credit.accounts.events import EventKind
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.nudges import nudge
from lists import events, tasks
from lists.enums import ImportStatus, ProposalState, RowOutcome
from lists.models import ListImport
from lists.rules import TermRule
from lists.services.erasure import remove_file
from lists.services.import_drafting import Drafting
from lists.services.import_kinds import error_kinds
from lists.services.import_marking import leave_out_overtaken, mark_known
from lists.services.import_refusals import refuse
from lists.services.import_rows import RowChecker
from lists.services.import_staging import stage
from lists.services.job_progress import Progress, Tell, taken

SLICE = 10_000
"""Rows between two reports of progress."""
MANY = 5_000
"""Drafts that make the planner's statistics worthless."""
MOST_ATTEMPTS = 5
LEFT_OUT = (RowOutcome.WRONG, RowOutcome.LEFT_OUT)
TAKEN = (RowOutcome.CHANGED,)
"""Kept, for a reversal needs to know what they changed."""
_LOCK = 0x494D50


def check_import(pk: int, *, tell: Tell | None = None) -> None:
    """Job: read the file into the staging table. What cannot be read is refused and leaves nothing."""
    try:
        with taken(_jobs(ImportStatus.CHECKING), pk, lock=_LOCK, tell=tell) as job:
            if job is not None:
                _check(*job)
    except DomainError as refusal:
        _refuse(pk, ImportStatus.CHECKING, refusal)


def run_import(pk: int, *, tell: Tell | None = None) -> None:
    """Job: turn the good rows into drafts, all or none, once. What cannot be drafted is refused and leaves nothing."""
    count = 0
    try:
        with taken(_jobs(ImportStatus.IMPORTING), pk, lock=_LOCK, tell=tell) as job:
            if job is not None:
                count = _import(*job)
    except DomainError as refusal:
        _refuse(pk, ImportStatus.IMPORTING, refusal)
    if count:
        nudge(tasks.index_names)
    if count >= MANY:
        with connection.cursor() as cursor:
            # The reviewer's act comes before autovacuum. Named are the columns by which rows are chosen and joined.
            cursor.execute(
                "ANALYZE lists_subject (id, code, number_index),"
                " lists_entry (id, credit_list_id, unit_id, state, subject_id, from_import_id, term_to, term_from)"
            )


def _jobs(status: ImportStatus) -> QuerySet[ListImport]:
    return ListImport.objects.select_related("credit_list").filter(status=status)


def _check(list_import: ListImport, progress: Progress) -> None:
    if list_import.attempts >= MOST_ATTEMPTS:
        refuse({"refused": "file_too_heavy"})
    list_import.rows.all().delete()
    rule = RuleProfile.objects.for_case(list_import.credit_list.term_profile, clock.today())
    checker = RowChecker(list_import.credit_list, TermRule(rule.parameters), clock.today())
    with list_import.file.open("rb") as file:
        sheet = stage(list_import, cast(BinaryIO, file), checker, progress)
    mark_known(list_import)
    counts = dict(list_import.rows.order_by().values_list("outcome").annotate(Count("pk")))
    rows, errors = sum(counts.values()), counts.get(RowOutcome.WRONG, 0)
    _finish(
        list_import,
        status=ImportStatus.CHECKED,
        sheet_name=sheet[:100],
        row_count=rows,
        error_count=errors,
        same_count=counts.get(RowOutcome.SAME, 0),
        changed_count=counts.get(RowOutcome.CHANGED, 0),
        error_kinds=error_kinds(list_import) if RowOutcome.WRONG in counts else [],
    )
    _tell(events.IMPORT_CHECKED, list_import, rows=rows, errors=errors)


@transaction.atomic
def _refuse(pk: int, step: ImportStatus, refusal: DomainError) -> None:
    under_way = ListImport.objects.filter(pk=pk, status=step)
    for list_import in under_way:
        answer = {"refused": refusal.code, **refusal.details}
        list_import.rows.all().delete()
        under_way.update(status=ImportStatus.REFUSED, refusal=answer, file="", leased_until=None)
        _tell(events.IMPORT_REFUSED, list_import)
        remove_file(list_import.file)


def _import(list_import: ListImport, progress: Progress) -> int:
    """How many drafts were made."""
    if list_import.attempts >= MOST_ATTEMPTS:
        refuse({"refused": "import_stopped"})
    total = list_import.new_count + list_import.changed_count * list_import.with_changes
    left_out = leave_out_overtaken(list_import)
    drafting, done = Drafting(list_import), 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is done is done: no surprise at the commit
    last = list_import.rows.aggregate(last=Max("row"))["last"] or 0
    for first in range(0, last + 1, SLICE):
        done += drafting.draft(first, first + SLICE)
        progress(done, total, now=True)
    if list_import.with_changes:
        drafting.revise()
        drafting.propose_corrections()
    list_import.rows.exclude(outcome__in=[*LEFT_OUT, *TAKEN] if list_import.with_changes else LEFT_OUT).delete()
    kinds = error_kinds(list_import) if left_out else list_import.error_kinds
    _finish(
        list_import,
        status=ImportStatus.IMPORTED,
        imported_at=clock.now(),
        left_out_count=left_out,
        error_kinds=kinds,
    )
    _tell(events.IMPORT_FINISHED, list_import, count=done)
    if proposed := list_import.proposals.filter(state=ProposalState.OPEN).count():
        tell_staff(
            events.CHANGES_TO_DECIDE, units=[list_import.unit_id], link=f"{reverse('review')}#proposals", count=proposed
        )
    return done


def _tell(kind: EventKind, list_import: ListImport, **values: int) -> None:
    """The unit whose file it is; neither its name, which may name a party, nor what stands in it."""
    tell_staff(
        kind,
        units=[list_import.unit_id],
        link=reverse("import", args=[list_import.pk]),
        about=f"import {list_import.pk}",
        list=list_import.credit_list.name,
        **values,
    )


def _finish(list_import: ListImport, **values: object) -> None:
    """The last act of the transaction: only now is the import's own row changed."""
    done = ListImport.objects.filter(pk=list_import.pk, status=list_import.status).update(
        **values, leased_until=None, progress=F("work_total"), attempts=0
    )
    assert done == 1, "the lock keeps others away"
