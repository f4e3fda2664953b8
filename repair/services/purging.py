"""What stays of a repair when its entry is deleted at the disclosure limit: that there was one, how it ended."""

from uuid import UUID

from lists.services.erasure import DASH, dash, delete, empty
from repair.models import RepairApplication, RepairEvidence, RepairMove


def purge_repairs(*, entry_ids: list[UUID]) -> None:
    """Empty the applications about these entries; their documents are deleted. Idempotent."""
    cases = RepairApplication.objects.filter(entry__in=entry_ids)
    delete(RepairEvidence.objects.filter(application__in=cases.order_by().values("pk")), "file")
    empty(RepairMove.objects.filter(of__entry__in=entry_ids), reason="")
    empty(
        cases,
        stated_document="",
        applicant_name="",
        sealed_identifier="",
        masked_identifier="",
        applicant_index="",
        person_index="",
        documents=[],
        sealed_contact="",
        secret_hash="",
        statement=DASH,
        evidence_note=DASH,
        promise=DASH,
        supplement="",
        finding=dash("finding"),
        decision_text=dash("decision_text"),
        remedies=dash("remedies"),
    )
