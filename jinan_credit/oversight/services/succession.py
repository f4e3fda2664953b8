"""A unit was succeeded: a notice that was not issued yet goes to the successor."""

from django.db import transaction

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import pass_on
from jinan_credit.oversight.enums import SupervisionState
from jinan_credit.oversight.models import SupervisionMove, SupervisionNotice, SupervisionNoticeQuerySet


def drafts_to_unit(unit: Unit) -> SupervisionNoticeQuerySet:
    return SupervisionNotice.objects.filter(unit=unit, state=SupervisionState.DRAFT)


@transaction.atomic
def pass_on_supervision(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """What was issued says what it said; the successor replies to it. By the system, as part of the succession."""
    return {
        "supervision_drafts": pass_on(SupervisionMove, drafts_to_unit(predecessor), successor, by=by, reason=reason)
    }
