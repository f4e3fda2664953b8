from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ObjectionState(TextChoices):
    SUBMITTED = "SUBMITTED", _("Submitted")
    SUPPLEMENT_ASKED = "SUPPLEMENT_ASKED", _("Supplement asked")
    ACCEPTED = "ACCEPTED", _("Accepted")
    NOT_ACCEPTED = "NOT_ACCEPTED", _("Not accepted")
    EXAMINED = "EXAMINED", _("Examined")
    UPHELD = "UPHELD", _("Upheld")
    DISMISSED = "DISMISSED", _("Dismissed")
    CLOSED = "CLOSED", _("Closed: the entry left the list")


class ObjectionGrounds(TextChoices):
    WRONG_CONTENT = "WRONG_CONTENT", _("The content is wrong")
    SHOULD_HAVE_LEFT = "SHOULD_HAVE_LEFT", _("The entry should have left the list")
    MIXED_UP = "MIXED_UP", _("Somebody else is meant")
    OTHER = "OTHER", _("Other")


class Decision(TextChoices):
    CORRECT = "CORRECT", _("Upheld: the entry is corrected")
    REMOVE = "REMOVE", _("Upheld: the entry is removed")
    DISMISS = "DISMISS", _("Dismissed")


class TipOffState(TextChoices):
    RECEIVED = "RECEIVED", _("Taken in")
    ASSIGNED = "ASSIGNED", _("Assigned to a unit")
    VERIFIED = "VERIFIED", _("Verified")
    NOT_SUBSTANTIATED = "NOT_SUBSTANTIATED", _("Not substantiated")
    NOT_OURS = "NOT_OURS", _("Not ours: forwarded")
    ANSWERED = "ANSWERED", _("Answered")


class TipOffOutcome(TextChoices):
    """The state in which it was concluded; stays when it is answered."""

    VERIFIED = TipOffState.VERIFIED.value, TipOffState.VERIFIED.label
    NOT_SUBSTANTIATED = TipOffState.NOT_SUBSTANTIATED.value, TipOffState.NOT_SUBSTANTIATED.label
    NOT_OURS = TipOffState.NOT_OURS.value, TipOffState.NOT_OURS.label


CONCLUDED_STATES = (TipOffState.VERIFIED, TipOffState.NOT_SUBSTANTIATED, TipOffState.NOT_OURS)

OPEN_STATES = (
    ObjectionState.SUBMITTED,
    ObjectionState.SUPPLEMENT_ASKED,
    ObjectionState.ACCEPTED,
    ObjectionState.EXAMINED,
)
