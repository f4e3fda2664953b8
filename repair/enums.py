from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RepairState(TextChoices):
    SUBMITTED = "SUBMITTED", _("Submitted")
    SUPPLEMENT_ASKED = "SUPPLEMENT_ASKED", _("Supplement asked")
    ACCEPTED = "ACCEPTED", _("Accepted")
    NOT_ACCEPTED = "NOT_ACCEPTED", _("Not accepted")
    VERIFIED = "VERIFIED", _("Verified")
    APPROVED = "APPROVED", pgettext_lazy("a repair", "Approved")
    REFUSED = "REFUSED", pgettext_lazy("a repair", "Refused")
    CLOSED = "CLOSED", _("Closed: the entry left the list")


OPEN_STATES = (RepairState.SUBMITTED, RepairState.SUPPLEMENT_ASKED, RepairState.ACCEPTED, RepairState.VERIFIED)
MARKING_STATES = (RepairState.ACCEPTED, RepairState.VERIFIED)
"""While an application is in one of these, its entry bears the mark."""
