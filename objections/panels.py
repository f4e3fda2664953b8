"""What the entry page of the lists shows of objections."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel.panels import Panel
from lists.models import Entry
from objections.models import Objection


def entry_panel(entry: Entry, actor: Actor) -> Panel | None:
    """The objections to this entry, for the unit that decides them."""
    found: Any = list(Objection.objects.visible_to(actor).filter(entry=entry).order_by("-id"))
    return Panel(_("Objections"), "objections/_panel.html", {"objections": found}) if found else None
