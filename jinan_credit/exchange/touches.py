"""What the exchange has of a unit."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from jinan_credit.exchange.models import Endpoint, OfficeHook, OfflineCopy
from jinan_credit.exchange.services.succession import cursors_of_unit, endpoint_passes_on, office_passes_on


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    """As long as no successor is known, what becomes of it depends on him."""
    own = follows = _("depends on whether the successor has a push address")
    office = _("depends on whether the successor has an office system")
    if unit.successor is not None:
        passes = endpoint_passes_on(unit.successor)
        own = _("pass to the successor") if passes else _("end, and the unit's system is told")
        office = _("pass to the successor") if office_passes_on(unit.successor) else _("are sent nothing more")
        follows = own if passes else _("end; the successor follows them from the start where it does not yet")
    return [
        Touch("endpoints", _("Push addresses"), Endpoint.objects.filter(unit=unit).count(), own),
        Touch("cursors", _("Lists followed"), cursors_of_unit(unit).count(), follows),
        Touch("copies", _("Copies taken away"), OfflineCopy.objects.filter(unit=unit).count(), own),
        Touch("office_hooks", _("Office systems"), OfficeHook.objects.filter(unit=unit).count(), office),
    ]
