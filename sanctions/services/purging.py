"""What sanctions keeps of an entry that was deleted at the disclosure limit: that a unit acted, not on whom."""

from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from lists.enums import EntryState
from lists.services.erasure import dash, empty
from sanctions.models import Execution, Hit, HitMove, Screening, ScreeningMove, UnitTaskMove


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
    gone = list(found.exclude(Exists(others)).values_list("pk", flat=True))
    empty(ScreeningMove.objects.filter(of__in=gone), reason="")
    empty(
        Screening.objects.filter(pk__in=gone),
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
