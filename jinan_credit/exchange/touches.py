"""What the exchange has of a unit."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from jinan_credit.exchange.models import Endpoint, OfflineCopy
from jinan_credit.exchange.services.succession import cursors_of_unit


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    own = _(
        "go on under the successor if it has no push address of its own; else they end, and the unit's system is told"
    )
    return [
        Touch("endpoints", _("Push addresses"), Endpoint.objects.filter(unit=unit).count(), own),
        Touch(
            "cursors",
            _("Lists followed"),
            cursors_of_unit(unit).count(),
            _("go on with the push address; else the successor follows the list from the start"),
        ),
        Touch("copies", _("Copies taken away"), OfflineCopy.objects.filter(unit=unit).count(), own),
    ]
