"""What the exchange adds to the workbench."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.workbench import Counter
from jinan_credit.exchange.copies import stale_count
from jinan_credit.exchange.selectors import alert_count, failing_count, rejected_count


def counters(actor: Actor) -> list[Counter]:
    """Failing pushes, long delays, rejected changes, copies that do not follow: for a unit's staff its own."""
    if not actor.may(Act.SEE_PUSH):
        return []
    return [
        Counter(_("Push failing"), failing_count(actor), reverse("push"), is_urgent=True),
        Counter(_("Copies behind for long"), alert_count(actor), reverse("push"), is_urgent=True),
        Counter(_("Rejected changes"), rejected_count(actor), reverse("push_rejected")),
        Counter(_("Stale copies"), stale_count(actor), reverse("stale_copies"), is_urgent=True),
    ]
