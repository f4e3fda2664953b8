"""What the assigned unit finds out about a tip-off."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.moves import require_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel.errors import DomainError, InvalidInput
from lists.enums import ListKind
from lists.models import CreditList, Entry
from lists.services.entries import draft_entry
from objections import events
from objections.enums import TipOffOutcome
from objections.models import TipOff
from objections.services.tip_offs import (
    answer_tip_off,
    conclude,
    find_nothing_in_tip_off,
    hand_back_tip_off,
    lock_tip_off,
    page_of,
    require_addressee,
)
from objections.workflow import TIP_OFF


@transaction.atomic
def verify_tip_off(
    *, tip_off: TipOff, credit_list: CreditList, values: Mapping[str, Any], by: Actor, reason: str
) -> Entry:
    """What was reported is true: the findings (`reason`) are kept and an entry is drafted, which goes the way of any.

    Nothing of the tip-off is copied into the draft: neither the reporter's words nor his documents, which may tell who
    he is. `values` as for `draft_entry`, from the unit's own decision.
    Refusals: `tip_off_not_found`, `move_not_open`, `act_not_allowed`, `reason_missing`, `list_rewards`, and those of
    `draft_entry`.
    """
    tip_off = lock_tip_off(tip_off, by)
    require_move(TIP_OFF, "verify", state=tip_off.state, by=by, reason=reason)
    require_addressee(tip_off, by)
    if credit_list.kind == ListKind.RED:
        raise InvalidInput(
            "list_rewards", _("A tip-off leads to a list for the dishonest, not to a red list."), field="credit_list"
        )
    tip_off.entry = draft_entry(credit_list=credit_list, values=values, by=by)
    conclude(tip_off, "verify", TipOffOutcome.VERIFIED, by=by, reason=reason)
    _tell_officers(tip_off, by)
    return tip_off.entry


@transaction.atomic
def not_substantiate_tip_off(*, tip_off: TipOff, by: Actor, reason: str) -> TipOff:
    """What was reported is not so, or cannot be shown (`reason`: the findings).

    Refusals: `tip_off_not_found`, `move_not_open`, `act_not_allowed`, `reason_missing`.
    """
    tip_off = lock_tip_off(tip_off, by)
    require_move(TIP_OFF, "not_substantiate", state=tip_off.state, by=by, reason=reason)
    require_addressee(tip_off, by)
    conclude(tip_off, "not_substantiate", TipOffOutcome.NOT_SUBSTANTIATED, by=by, reason=reason)
    _tell_officers(tip_off, by)
    return tip_off


def move_tip_off(*, tip_off: TipOff, name: str, by: Actor, reason: str = "") -> TipOff:
    """The step that a button of its page names; those that need more than a reason have pages of their own.

    Refusals: `move_not_open` and those of the step.
    """
    match name:
        case "hand_back":
            return hand_back_tip_off(tip_off=tip_off, by=by, reason=reason)
        case "not_substantiate":
            return not_substantiate_tip_off(tip_off=tip_off, by=by, reason=reason)
        case "find_nothing":
            return find_nothing_in_tip_off(tip_off=tip_off, by=by, reason=reason)
        case "answer":
            return answer_tip_off(tip_off=tip_off, by=by, reason=reason)
    raise DomainError("move_not_open", _("This is no step of a tip-off."))


def _tell_officers(tip_off: TipOff, by: Actor) -> None:
    tell_staff(events.TIP_OFF_VERIFIED, link=page_of(tip_off), unit=str(by.unit))
