"""What oversight shows on the pages of lower floors."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.panels import Panel
from jinan_credit.oversight.selectors.supervision import counts_of_unit


def supervision(unit: Unit | None, actor: Actor) -> Panel | None:
    """In the unit's inbox: the supervision notices that wait for its reply."""
    if not actor.may(Act.REPLY_TO_SUPERVISION):
        return None
    counts = counts_of_unit(actor)
    if not counts.to_reply:
        return None
    return Panel(_("Supervision notices"), "oversight/panel_supervision.html", {"counts": counts})
