"""Who is told that the history is not sealed, or not what was sealed."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.oversight import events
from jinan_credit.oversight.models import Seal, Verification
from jinan_credit.oversight.selectors.history import hours_without_seal


@transaction.atomic
def watch_history() -> bool:
    """Tell whoever sees the audit when the last seal is older than two hours, once a day. True where it is."""
    if not hours_without_seal():
        return False
    last = Seal.objects.order_by("-number").first()
    tell_staff(
        events.HISTORY_UNSEALED,
        link=reverse("audit_seals"),
        about=f"{last.number if last else 0} {clock.today()}",
        since=f"{clock.in_jinan(last.at):%Y-%m-%d %H:%M}" if last else _("the beginning"),
    )
    return True


def tell_findings(verification: Verification) -> None:
    """In the transaction that keeps them."""
    tell_staff(
        events.HISTORY_DIFFERS,
        link=reverse("audit_seals"),
        about=str(verification.pk),
        count=len(verification.findings),
    )
