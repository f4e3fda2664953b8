"""What the units that decided entries have to decide by a day (SD art. 40)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.deadlines import DueSource, owed_by_unit
from jinan_credit.accounts.enums import Act
from lists.models import EntryProposal

SOURCES = (
    DueSource(
        _("Basis revoked or changed: to decide"),
        Act.PUBLISH_ENTRIES,
        lambda: f"{reverse('review')}?fallen=on#proposals",
        lambda until: owed_by_unit(EntryProposal.objects.fallen_basis(), until, unit="entry__unit"),
    ),
)
