"""What sanctions keeps of deleted entries, and of screenings that found none: that a unit acted, not on whom."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.selectors import records_kept_since
from lists.enums import EntryState
from lists.services.erasure import DASH, dash, delete, empty, in_batches, remove_file
from sanctions.enums import BatchStatus, ScreeningResult
from sanctions.models import (
    BatchRow,
    Execution,
    Hit,
    HitMove,
    Portfolio,
    PortfolioChange,
    PortfolioMove,
    PortfolioParty,
    Screening,
    ScreeningBatch,
    ScreeningMove,
    UnitTaskMove,
)


def purge_answers(*, entry_ids: list[UUID], publication_ids: list[int]) -> None:
    """Empty executions, hits and the screenings of which no other entry was found. Idempotent."""
    of_task = Q(entry=None, task__publication__in=publication_ids)
    empty(
        Execution.objects.filter(Q(entry__in=entry_ids) | of_task),
        reason=dash("reason"),
        matter="",
        note="",
        amount=None,
        cancel_reason=dash("cancel_reason"),
    )
    empty(HitMove.objects.filter(of__entry__in=entry_ids), reason="")
    empty(UnitTaskMove.objects.filter(of__publication__in=publication_ids), reason="")
    _purge_screenings(entry_ids)
    PortfolioChange.objects.filter(entry__in=entry_ids).delete()
    empty(Screening.objects.filter(pk__in=_that_suggested(entry_ids)), suggestions=[])


def purge_screenings(*, day: date) -> int:
    """Empty the screenings that found nothing, when the time for queries of persons is over. Returns how many.

    Such a screening has nothing to answer: it is over when it is kept, whether somebody closed it or not.
    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="access-log", limit="person_query_keep_days")
    due = Screening.objects.filter(screened_at__lt=since).exclude(result=ScreeningResult.HIT).exclude(purpose="")
    return in_batches(due, _empty_screenings)


def _that_suggested(entry_ids: list[UUID]) -> list[UUID]:
    """Screenings that named one of the entries as one with a like name: the name looked up would tell whose it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM sanctions_screening
            WHERE suggestions <> '[]' AND EXISTS (
                SELECT FROM jsonb_array_elements(suggestions) one WHERE (one->>'entry_id')::uuid = ANY(%s::uuid[])
            )
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
