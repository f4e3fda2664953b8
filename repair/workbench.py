"""The counters of the workbench: each equals the list it opens."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from repair.selectors import counts_for


def counters(actor: Actor) -> list[Counter]:
    verifies, decides = actor.may(Act.VERIFY_REPAIRS), actor.may(Act.APPROVE_REPAIRS)
    if not (verifies or decides):
        return []
    counts, page = counts_for(actor), reverse("repairs")
    shown = []
    if verifies:
        shown += [
            Counter(_("Repairs to accept"), counts["to_accept"], f"{page}?state=SUBMITTED"),
            Counter(_("Repairs to verify"), counts["to_verify"], f"{page}?state=ACCEPTED"),
        ]
    if decides:
        shown.append(Counter(_("Repairs to decide"), counts["to_decide"], f"{page}?state=VERIFIED"))
        shown.append(
            Counter(_("Repairs escalated to you"), counts["escalated"], f"{page}?escalated=yes", is_urgent=True)
        )
    shown.append(Counter(_("Repairs overdue"), counts["overdue"], f"{page}?overdue=yes", is_urgent=True))
    shown.append(Counter(_("Repairs due soon"), counts["due_soon"], f"{page}?soon=yes"))
    return shown
