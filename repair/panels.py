"""What the entry page of the lists shows of repairs."""

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.panels import Panel
from lists.models import Entry
from repair.models import RepairApplication
from repair.selectors import possible_from


def entry_panel(entry: Entry, actor: Actor) -> Panel | None:
    """The repair applications about this entry and when repair is possible, for the unit that decides them."""
    if actor.unit is None or entry.unit_id != actor.unit.pk or entry.published_at is None:
        return None
    found = list(RepairApplication.objects.visible_to(actor).filter(entry=entry).order_by("-id"))
    earliest = possible_from(entry)
    if not found and earliest is None:
        return None
    return Panel(_("Credit repair"), "repair/_panel.html", {"repairs": found, "possible_from": earliest})
