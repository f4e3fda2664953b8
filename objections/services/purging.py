"""What stays of objections and tip-offs when their time is over: that there was one, how it ended."""

from datetime import date
from typing import Any
from uuid import UUID

from catalog.selectors import records_kept_since
from lists.services.case_letters import empty_letters
from lists.services.erasure import DASH, dash, delete, empty, in_batches
from objections.enums import OPEN_STATES
from objections.models import (
    Extension,
    ExtensionMove,
    HelpMove,
    HelpRequest,
    Objection,
    ObjectionEvidence,
    ObjectionMove,
    ReporterLook,
    TipOff,
    TipOffEvidence,
    TipOffMove,
    TipOffReporter,
)


def purge_objections(*, entry_ids: list[UUID]) -> None:
    """Empty the cases about these entries; their documents are deleted. Idempotent."""
    about = Objection.objects.filter(entry__in=entry_ids)
    _empty_objections(list(about.order_by().values_list("pk", flat=True)))


def purge_unfounded_objections(*, day: date) -> int:
    """Empty those that fit no entry, when they were answered long enough ago. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="retention", limit="given_up_days")
    answered = Objection.objects.filter(entry=None, received_on__lt=since.date()).exclude(state__in=OPEN_STATES)
    return in_batches(answered.exclude(applicant_name=""), _empty_objections)


def _empty_objections(keys: list[Any]) -> None:
    delete(ObjectionEvidence.objects.filter(objection__in=keys), "file")
    empty(HelpMove.objects.filter(of__objection__in=keys), reason="")
    empty(HelpRequest.objects.filter(objection__in=keys), question=DASH, answer=dash("answer"))
    empty(ExtensionMove.objects.filter(of__objection__in=keys), reason="")
    empty(Extension.objects.filter(objection__in=keys), reason=DASH)
    empty(ObjectionMove.objects.filter(of__in=keys), reason="")
    cases = Objection.objects.filter(pk__in=keys)
    empty_letters(list(cases.order_by().values_list("receipt_number", flat=True)))
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


def purge_tip_offs(*, day: date) -> int:
    """Empty those whose answer is older than the rule keeps them. Returns how many.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    since = records_kept_since(day, rule="tip-off", limit="keep_days")
    return in_batches(TipOff.objects.filter(answered_at__lt=since).exclude(party_name=""), _empty_tip_offs)


def purge_tip_offs_of(*, entry_ids: list[UUID]) -> None:
    """Empty those that these entries were drafted from: they name the same party. Idempotent."""
    _empty_tip_offs(list(TipOff.objects.filter(entry__in=entry_ids).order_by().values_list("pk", flat=True)))


def _empty_tip_offs(keys: list[Any]) -> None:
    """Who made it goes first: nothing may be left that it could be read with."""
    delete(TipOffReporter.objects.filter(pk__in=keys))
    delete(TipOffEvidence.objects.filter(tip_off__in=keys), "file")
    empty(ReporterLook.objects.filter(tip_off__in=keys), reason="")
    empty(TipOffMove.objects.filter(of__in=keys), reason="")
    empty(
        TipOff.objects.filter(pk__in=keys),
        secret_hash="",
        party_name="",
        party_code="",
        facts="",
        stated_time="",
        stated_place="",
        findings=dash("findings"),
        forwarded_to=dash("forwarded_to"),
        answer=dash("answer"),
    )
