"""The document that a proposal rests on: the order of a stay, what revoked the basis, the proof of ceasing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import InvalidInput

RULES = "objection"


@dataclass(frozen=True)
class Order:
    number: str
    issued_by: str
    issued_on: date | None


def order_values(order: Order | None) -> dict[str, Any]:
    """The fields of a proposal. Refusals: `order_missing`, `order_in_future`."""
    if order is None or not order.number.strip():
        raise InvalidInput("order_missing", _("Give the number of the document this rests on."), field="order_number")
    if not order.issued_by.strip():
        raise InvalidInput("order_missing", _("Say who issued the document."), field="order_by")
    if order.issued_on is None:
        raise InvalidInput("order_missing", _("Give the date of the document."), field="order_on")
    if order.issued_on > clock.today():
        raise InvalidInput("order_in_future", _("This day has not come yet."), field="order_on")
    return {
        "order_number": order.number.strip()[:100],
        "order_by": order.issued_by.strip()[:100],
        "order_on": order.issued_on,
    }


def fallen_basis_values(order: Order | None, learned_on: date | None) -> dict[str, Any]:
    """The document and the limit: 3 working days from the day on which the unit learned of it (SD art. 40).

    Refusals: `learned_on_missing`, `learned_in_future`, `learned_before_order`, those of `order_values`,
    `rule_profile_missing`.
    """
    values = order_values(order)
    if learned_on is None:
        raise InvalidInput("learned_on_missing", _("Say when your unit learned of it."), field="learned_on")
    if learned_on > clock.today():
        raise InvalidInput("learned_in_future", _("This day has not come yet."), field="learned_on")
    if learned_on < values["order_on"]:
        raise InvalidInput(
            "learned_before_order",
            _("Your unit cannot have learned of the document before its date."),
            field="learned_on",
        )
    days = RuleProfile.objects.for_case(RULES, learned_on)["basis_fell_wd"]
    due = work_calendar().due_on(learned_on, days)
    return {**values, "learned_on": learned_on, "due_on": due.on, "due_is_provisional": due.provisional}


def ceasing_values(order: Order | None, ceased_on: date | None) -> dict[str, Any]:
    """The proof and the day. Refusals: `ceased_on_missing`, `ceased_in_future`, those of `order_values`."""
    values = order_values(order)
    if ceased_on is None:
        raise InvalidInput("ceased_on_missing", _("Say when the subject ceased or died."), field="ceased_on")
    if ceased_on > clock.today():
        raise InvalidInput("ceased_in_future", _("This day has not come yet."), field="ceased_on")
    return {**values, "ceased_on": ceased_on}
