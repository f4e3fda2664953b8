"""Who may open a page of the lists, and for which unit."""

from django.utils.translation import gettext as _

from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.kernel.errors import NotAllowed

__all__ = ["StaffRequest", "own_unit", "staff_page"]


def own_unit(request: StaffRequest) -> Unit:
    """The person's unit; `no_unit` for a person who belongs to none."""
    if request.actor.unit is None:
        raise NotAllowed("no_unit", _("Your account belongs to no unit."))
    return request.actor.unit
