"""What sanctions keeps of deleted entries, of screenings that found none and of cases given up: that a unit acted, not
on whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from catalog.selectors import records_kept_since
from lists.enums import EntryState
from lists.services.erasure import dash, empty, in_batches
from sanctions.enums import BulletinState, CaseState, ScreeningResult
from sanctions.models import (
    Bulletin,
    BulletinMove,
    CaseReport,
    CaseReportMove,
    Execution,
    Hit,
    HitMove,
    Screening,
    ScreeningMove,
    UnitTaskMove,
)
from sanctions.models.case import CaseReportQuerySet


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
    empty(Screening.objects.filter(pk__in=_that_suggested(entry_ids)), suggestions=[])


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


def _empty_screenings(ids: list[Any]) -> None:
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
