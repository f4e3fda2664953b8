"""What urged units owe, and by when."""

from collections import defaultdict
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.deadlines import DueSource, Owed, owed_by_unit
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.selectors import current_holders
from jinan_credit.kernel import clock
from jinan_credit.oversight.models import SupervisionNotice


def _replies(until: date) -> dict[int, Owed]:
    """A notice names the unit that was urged; the one that succeeded it replies."""
    holders, found = current_holders(clock.today()), defaultdict[int, Owed](lambda: Owed(0, 0))
    for unit, owed in owed_by_unit(SupervisionNotice.objects.awaiting_reply(), until).items():
        if unit in holders:
            before = found[holders[unit]]
            found[holders[unit]] = Owed(before.late + owed.late, before.soon + owed.soon)
    return dict(found)


SOURCES = (
    DueSource(
        _("Supervision notices to reply to"),
        Act.REPLY_TO_SUPERVISION,
        lambda: f"{reverse('supervision')}?to_reply=yes",
        _replies,
    ),
)
