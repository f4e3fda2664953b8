"""What sanctions keeps of deleted entries, of screenings that found none and of cases given up: that a unit acted, not
on whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.selectors import records_kept_since
from lists.enums import WAS_PUBLISHED, EntryState
from lists.models import Entry
from lists.services.erasure import DASH, dash, delete, empty, in_batches, remove_file
from sanctions.enums import BatchStatus, BulletinState, CaseState, ScreeningResult, TaskKind
from sanctions.models import (
    BatchRow,
    Bulletin,
    BulletinMove,
    CaseReport,
    CaseReportMove,
    Execution,
    ExecutionAttachment,
    Hit,
    HitMove,
    Lifting,
    NotSameParty,
    Portfolio,
    PortfolioChange,
    PortfolioMove,
    PortfolioParty,
    Screening,
    ScreeningBatch,
    ScreeningMove,
    UnitTask,
    UnitTaskMove,
    WrittenPromise,
    WrittenPromiseMove,
)
from sanctions.models.case import CaseReportQuerySet


def purge_answers(*, entry_ids: list[UUID], publication_ids: list[int]) -> None:
    """Empty executions, hits and the screenings of which no other entry was found. Idempotent."""
    over = _periods_over(entry_ids)
    of_task = Q(entry=None) & (Q(task__publication__in=publication_ids) | Q(task__in=over))
    executions = Execution.objects.filter(Q(entry__in=entry_ids) | of_task)
    ids = list(executions.order_by().values_list("pk", flat=True))
    delete(ExecutionAttachment.objects.filter(execution__in=ids), "file")
    empty(Lifting.objects.filter(execution__in=ids), reason=dash("reason"))
    empty(WrittenPromiseMove.objects.filter(of__execution__in=ids), reason="")
    empty(WrittenPromise.objects.filter(execution__in=ids), missing=DASH, wording=dash("wording"))
    empty(
        executions,
        reason=dash("reason"),
        matter="",
        note="",
        amount=None,
        cancel_reason=dash("cancel_reason"),
    )
    empty(HitMove.objects.filter(of__entry__in=entry_ids), reason="")
    _empty_judgements(NotSameParty.objects.filter(entry__in=entry_ids))
    empty(UnitTaskMove.objects.filter(Q(of__publication__in=publication_ids) | Q(of__in=over)), reason="")
    _purge_screenings(entry_ids)
    PortfolioChange.objects.filter(entry__in=entry_ids).delete()
    empty(Screening.objects.filter(pk__in=_that_suggested(entry_ids)), suggestions=[])


def _periods_over(entry_ids: list[UUID]) -> list[int]:
    """The feedback of periods of which no entry is left: whoever it spoke of is deleted."""
    left = Entry.objects.filter(
        credit_list=OuterRef("credit_list"), state__in=WAS_PUBLISHED, term_from__lte=OuterRef("period_to")
    )
    periods = UnitTask.objects.filter(
        kind=TaskKind.FEEDBACK, credit_list__in=Entry.objects.filter(pk__in=entry_ids).values("credit_list")
    )
    return list(periods.exclude(Exists(left)).values_list("pk", flat=True))


def purge_screenings(*, day: date) -> int:
    """Empty the screenings that found nothing, when the time for queries of persons is over. Returns how many.

    Such a screening has nothing to answer: it is over when it is kept, whether somebody closed it or not.
    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="access-log", limit="person_query_keep_days")
    due = Screening.objects.filter(screened_at__lt=since).exclude(result=ScreeningResult.HIT).exclude(purpose="")
    return in_batches(due, _empty_screenings)


def purge_cases(*, entry_ids: list[UUID]) -> None:
    """Empty the cases about these entries: that there was one, and in which bulletin, stays. Idempotent."""
    _empty_cases(CaseReport.objects.filter(execution__entry__in=entry_ids))


def purge_given_up_cases(*, day: date) -> int:
    """Empty the cases that their unit withdrew long enough ago. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    withdrawn = CaseReportMove.objects.filter(of=OuterRef("pk"), name="withdraw", at__lt=_given_up_before(day))
    due = CaseReport.objects.filter(Exists(withdrawn), state=CaseState.WITHDRAWN).exclude(title="")
    return in_batches(due, lambda ids: _empty_cases(CaseReport.objects.filter(pk__in=ids)))


def purge_given_up_bulletins(*, day: date) -> int:
    """Empty the bulletins that were discarded long enough ago. Returns how many. Refusals: as of the cases."""
    discarded = BulletinMove.objects.filter(of=OuterRef("pk"), name="discard", at__lt=_given_up_before(day))
    due = Bulletin.objects.filter(Exists(discarded), state=BulletinState.DISCARDED).exclude(title="")
    return in_batches(due, _empty_bulletins)


def _given_up_before(day: date) -> datetime:
    return records_kept_since(day, rule="retention", limit="given_up_days")


def _empty_cases(cases: CaseReportQuerySet) -> None:
    empty(CaseReportMove.objects.filter(of__in=cases.order_by().values("pk")), reason="")
    empty(cases, title="", findings="", response="", effect="")


def _empty_bulletins(ids: list[Any]) -> None:
    empty(BulletinMove.objects.filter(of__in=ids), reason="")
    empty(Bulletin.objects.filter(pk__in=ids), title="", text="")


def _that_suggested(entry_ids: list[UUID]) -> list[UUID]:
    """Screenings that named one of the entries as one with a like name: the name looked up would tell whose it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT screening.id
            FROM unnest(%s::uuid[]) AS entry (id)
            JOIN sanctions_screening screening
                ON screening.suggestions @> jsonb_build_array(jsonb_build_object('entry_id', entry.id))
                AND screening.suggestions <> '[]'
            """,
            [entry_ids],
        )
        return [row[0] for row in cursor.fetchall()]


def _purge_screenings(entry_ids: list[UUID]) -> None:
    others = Hit.objects.filter(screening=OuterRef("pk")).exclude(entry__state=EntryState.PURGED)
    found = Screening.objects.filter(pk__in=Hit.objects.filter(entry__in=entry_ids).values("screening"))
    _empty_screenings(list(found.exclude(Exists(others)).values_list("pk", flat=True)))


def purge_batches(*, day: date) -> int:
    """Empty the batches of which the time for queries of persons is over: who looked up how many, and when, stays.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="access-log", limit="person_query_keep_days")
    due = ScreeningBatch.objects.filter(made_at__lt=since).exclude(status=BatchStatus.RUNNING)
    return in_batches(due.exclude(file="", file_name__in=["", DASH]), _empty_batches)


def purge_kept_parties(*, day: date) -> int:
    """Delete the parties that a unit has not kept for as long as queries of persons are kept. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="access-log", limit="person_query_keep_days")
    return in_batches(PortfolioParty.objects.filter(dropped_at__lt=since), _delete_parties)


def purge_portfolios(*, day: date) -> int:
    """Empty the portfolios that ended as long ago: that there was one, of whom and when, stays. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="access-log", limit="person_query_keep_days")
    return in_batches(Portfolio.objects.filter(ended_at__lt=since).exclude(name=DASH), _empty_portfolios)


def _delete_parties(ids: list[Any]) -> None:
    PortfolioChange.objects.filter(party__in=ids).delete()
    delete(PortfolioParty.objects.filter(pk__in=ids))


def _empty_portfolios(ids: list[Any]) -> None:
    empty(PortfolioMove.objects.filter(of__in=ids), reason="")
    empty(Portfolio.objects.filter(pk__in=ids), name=DASH, purpose="", legal_basis="")


def _empty_batches(ids: list[Any]) -> None:
    batches = ScreeningBatch.objects.filter(pk__in=ids)
    _remove_files(batches)
    delete(BatchRow.objects.filter(of__in=ids))
    empty(
        batches,
        file="",
        copy="",
        file_name=dash("file_name"),
        refusal={},
        matter_code="",
        matter_name="",
        matter_reference="",
        purpose="",
        receipt="",
    )


def _remove_files(batches: QuerySet[ScreeningBatch]) -> None:
    for batch in batches:
        remove_file(batch.file)
        remove_file(batch.copy)


def _empty_rows(screening_ids: list[Any]) -> None:
    """Of a party that is forgotten nothing stays in its batch; the file shows it in clear, and goes whole."""
    rows = BatchRow.objects.filter(screening__in=screening_ids)
    batches = ScreeningBatch.objects.filter(pk__in=rows.values("of")).exclude(file="")
    _remove_files(batches)
    batches.update(file="", copy="")
    rows.update(name="", code="", document_type="", sealed_number="", masked_number="", number_index="", reference="")


def _empty_screenings(ids: list[Any]) -> None:
    _empty_rows(ids)
    empty(ScreeningMove.objects.filter(of__in=ids), reason="")
    _empty_judgements(NotSameParty.objects.filter(screening__in=ids))
    empty(
        Screening.objects.filter(pk__in=ids),
        party_name="",
        party_code="",
        document_type="",
        sealed_number="",
        masked_number="",
        number_index="",
        matter_code="",
        matter_name="",
        matter_reference="",
        purpose="",
        suggestions=[],
        receipt="",
    )


def _empty_judgements(judgements: QuerySet[NotSameParty]) -> None:
    empty(judgements, reason=dash("reason"), withdraw_reason=dash("withdraw_reason"))
