from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ObjectionState(TextChoices):
    SUBMITTED = "SUBMITTED", _("Submitted")
    SUPPLEMENT_ASKED = "SUPPLEMENT_ASKED", _("Supplement asked")
    ACCEPTED = "ACCEPTED", _("Accepted")
    NOT_ACCEPTED = "NOT_ACCEPTED", _("Not accepted")
    PAUSED = "PAUSED", _("Waiting for an inspection or appraisal")
    EXAMINED = "EXAMINED", _("Examined")
    UPHELD = "UPHELD", _("Upheld")
    DISMISSED = "DISMISSED", _("Dismissed")
    CLOSED = "CLOSED", _("Closed: the entry left the list")


class ObjectionGrounds(TextChoices):
    WRONG_CONTENT = "WRONG_CONTENT", _("Something in the entry is wrong")
    MISSING_CONTENT = "MISSING_CONTENT", _("Something that belongs in the entry is missing")
    SHOULD_HAVE_LEFT = "SHOULD_HAVE_LEFT", _("The entry should have left the list by now")
    MIXED_UP = "MIXED_UP", _("Somebody else is meant: same or similar name, wrong code or number")
    NOT_LAWFUL = "NOT_LAWFUL", _("Listed without being told before, or on a wrong or revoked basis")
    OTHER = "OTHER", _("Something else")


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
    ObjectionState.PAUSED,
    ObjectionState.EXAMINED,
)
MARKING_STATES = (ObjectionState.ACCEPTED, ObjectionState.PAUSED, ObjectionState.EXAMINED)
"""While an objection is in one of these, its entry bears the mark."""


class HelpState(TextChoices):
    ASKED = "ASKED", _("Asked")
    ANSWERED = "ANSWERED", _("Answered")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    CLOSED = "CLOSED", _("Closed with the objection")


class ExtensionState(TextChoices):
    ASKED = "ASKED", _("Asked for")
    APPROVED = "APPROVED", _("Approved")
    DECLINED = "DECLINED", _("Declined")
    LAPSED = "LAPSED", _("Lapsed: not decided in time")


class DocumentPurpose(TextChoices):
    APPLICANT = "APPLICANT", _("Handed in by the applicant")
    INSPECTION = "INSPECTION", _("Of an inspection, test or appraisal")
    HELP = "HELP", _("With the answer of another unit")
