"""What stays of a repair when its entry is deleted at the disclosure limit: that there was one, how it ended."""

from datetime import date
from typing import Any
from uuid import UUID

from catalog.selectors import records_kept_since
from lists.services.case_letters import empty_letters
from lists.services.erasure import DASH, dash, delete, empty, in_batches
from repair.enums import OPEN_STATES
from repair.models import RepairApplication, RepairEvidence, RepairMove


def purge_repairs(*, entry_ids: list[UUID]) -> None:
    """Empty the applications about these entries; their documents are deleted. Idempotent."""
    about = RepairApplication.objects.filter(entry__in=entry_ids)
    _empty_repairs(list(about.order_by().values_list("pk", flat=True)))


def purge_unfounded_repairs(*, day: date) -> int:
    """Empty those that fit no entry, when they were answered long enough ago. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="retention", limit="given_up_days")
    answered = RepairApplication.objects.filter(entry=None, received_on__lt=since.date()).exclude(state__in=OPEN_STATES)
    return in_batches(answered.exclude(applicant_name=""), _empty_repairs)


def _empty_repairs(keys: list[Any]) -> None:
    delete(RepairEvidence.objects.filter(application__in=keys), "file")
    empty(RepairMove.objects.filter(of__in=keys), reason="")
    cases = RepairApplication.objects.filter(pk__in=keys)
    empty_letters(list(cases.order_by().values_list("receipt_number", flat=True)))
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
