"""What accounts adds to the workbench, and where upper floors add a way by which a unit is told."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import StaffMessage
from jinan_credit.accounts.workbench import Counter
from jinan_credit.kernel.panels import Panels

MOST_UNREAD = 1000

ways_panels = Panels()


def counters(actor: Actor) -> list[Counter]:
    """One query; nothing for those whom nothing is told."""
    if actor.user is None or actor.unit is None:
        return []
    unread = StaffMessage.objects.visible_to(actor).unread_by(actor.user)[: MOST_UNREAD + 1].count()
    url = f"{reverse('messages')}?unread=yes"
    return [Counter(_("Unread messages"), min(unread, MOST_UNREAD), url, is_capped=unread > MOST_UNREAD)]
