"""What stays of an objection when its entry is deleted at the disclosure limit: that there was one, how it ended."""

from uuid import UUID

from lists.services.erasure import DASH, dash, delete, empty
from objections.models import (
    Extension,
    ExtensionMove,
    HelpMove,
    HelpRequest,
    Objection,
    ObjectionEvidence,
    ObjectionMove,
)


def purge_objections(*, entry_ids: list[UUID]) -> None:
    """Empty the cases about these entries; their documents are deleted. Idempotent."""
    cases = Objection.objects.filter(entry__in=entry_ids)
    delete(ObjectionEvidence.objects.filter(objection__in=cases.order_by().values("pk")), "file")
    empty(HelpMove.objects.filter(of__objection__entry__in=entry_ids), reason="")
    empty(HelpRequest.objects.filter(objection__entry__in=entry_ids), question=DASH, answer=dash("answer"))
    empty(ExtensionMove.objects.filter(of__objection__entry__in=entry_ids), reason="")
    empty(Extension.objects.filter(objection__entry__in=entry_ids), reason=DASH)
    empty(ObjectionMove.objects.filter(of__entry__in=entry_ids), reason="")
    empty(
        cases,
        stated_document="",
        applicant_name="",
        sealed_identifier="",
        masked_identifier="",
        applicant_index="",
        sealed_contact="",
        secret_hash="",
        statement=DASH,
        supplement="",
        finding=dash("finding"),
        decision_text=dash("decision_text"),
        corrections={},
        remedies=dash("remedies"),
    )
