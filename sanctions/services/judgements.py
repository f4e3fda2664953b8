"""A unit's judgement that a listed party with a like name is another one. It is remembered, and clears nobody."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.kernel.identifiers import normalise_text
from sanctions.models import NotSameParty, Screening


@transaction.atomic
def judge_not_same(*, screening: Screening, entry_id: UUID, by: Actor, reason: str) -> NotSameParty:
    """Keep that the party looked up is not the one of an entry that was suggested by its name.

    Whoever of the unit looks the same name up again sees the judgement beside the suggestion.
    Refusals: `not_found` for another unit's screening or an entry that it did not suggest; `act_not_allowed`;
    `reason_missing`; `already_judged`.
    """
    by.require(Act.SCREEN_PARTIES)
    locked = _locked(screening, by)
    if str(entry_id) not in {one["entry_id"] for one in locked.suggestions}:
        raise NotFound
    judgements = locked.judgements.filter(entry=entry_id).valid()
    if judgements.exists():
        raise DomainError("already_judged", _("Your unit has judged this already. Withdraw that judgement first."))
    return NotSameParty.objects.create(
        screening=locked,
        entry_id=entry_id,
        reason=_given(reason),
        judged_at=clock.now(),
        judged_by=by.user,
        judged_by_client=None if by.user else by.client,
    )


@transaction.atomic
def withdraw_judgement(*, screening: Screening, entry_id: UUID, by: Actor, reason: str) -> NotSameParty:
    """Take a judgement back. Its row stays.

    Refusals: `not_found` for another unit's, or where nothing was judged; `act_not_allowed`; `reason_missing`.
    """
    by.require(Act.SCREEN_PARTIES)
    judgement = _locked(screening, by).judgements.filter(entry=entry_id).valid().first()
    if judgement is None:
        raise NotFound
    judgement.withdraw_reason, judgement.withdrawn_at = _given(reason), clock.now()
    judgement.withdrawn_by, judgement.withdrawn_by_client = by.user, None if by.user else by.client
    judgement.save()
    return judgement


def _locked(screening: Screening, by: Actor) -> Screening:
    try:
        return Screening.objects.visible_to(by).select_for_update(of=("self",)).get(pk=screening.pk)
    except Screening.DoesNotExist:
        raise NotFound from None


def _given(reason: str) -> str:
    said = normalise_text(reason)
    if not said:
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    return said
