"""Who takes in what an applicant hands in: the public form, or a clerk at the counter of the unit that decided."""

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.models import CreditList


def require_counter(unit: Unit, act: Act, *, by: Actor) -> None:
    """`by` is the system for the public form, else a clerk of this unit. Refusals: `act_not_allowed`,
    `not_your_unit`."""
    if by.is_system:
        return
    by.require(act)
    if by.unit != unit:
        raise NotFound("not_your_unit", _("Another unit decided this listing. Send the applicant there."))


def counter_of(credit_list: CreditList, *, by: Actor) -> Unit:
    """Who answers what fits no entry of the list: the clerk's own unit, if it initiates it.

    Refusal: `list_has_no_unit`.
    """
    if by.unit is not None and credit_list.is_initiated_by(by):
        return by.unit
    unit = credit_list.initiating_units.order_by("code").first()
    if unit is None:
        raise DomainError("list_has_no_unit", _("No unit answers for this list yet."), field="credit_list")
    return unit
