from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ListKind(TextChoices):
    RED = "RED", _("Red list")
    BLACK = "BLACK", _("Black list")
    FOCUS = "FOCUS", _("Focus list")


class ListLevel(TextChoices):
    NATIONAL = "NATIONAL", _("National")
    PROVINCIAL = "PROVINCIAL", _("Provincial")
    CITY = "CITY", _("City")


class FeedbackMode(TextChoices):
    NONE = "NONE", _("No feedback owed")
    ON_ACTION = "ON_ACTION", _("At once per action")
    QUARTERLY = "QUARTERLY", _("Quarterly")


class SubjectKind(TextChoices):
    LEGAL_PERSON = "LEGAL_PERSON", _("Legal person")
    OTHER_ORGANISATION = "OTHER_ORGANISATION", _("Other organisation")
    SOLE_TRADER = "SOLE_TRADER", _("Sole trader")
    NATURAL_PERSON = "NATURAL_PERSON", _("Natural person")


class DocumentType(TextChoices):
    CITIZEN = "CITIZEN", _("Citizen identity card")
    PASSPORT = "PASSPORT", _("Passport")
    OFFICER = "OFFICER", _("Officer's card")
    HK_MACAO = "HK_MACAO", _("Hong Kong or Macao permit")
    TAIWAN = "TAIWAN", _("Taiwan permit")


class EntryState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    IN_REVIEW = "IN_REVIEW", _("In review")
    RETURNED = "RETURNED", _("Returned")
    PUBLISHED = "PUBLISHED", _("Published")
    REMOVED = "REMOVED", _("Removed")
    DISCARDED = "DISCARDED", _("Discarded")


class ExitReason(TextChoices):
    EXPIRED = "EXPIRED", _("Term expired")
    REPAIRED = "REPAIRED", _("Repaired")
    OBJECTION_UPHELD = "OBJECTION_UPHELD", _("Objection upheld")
    BASIS_CHANGED = "BASIS_CHANGED", _("Basis revoked or changed")
    CRITERIA_CHANGED = "CRITERIA_CHANGED", _("Criteria changed")
    SUBJECT_CEASED = "SUBJECT_CEASED", _("Subject ceased or died")
    LISTED_IN_ERROR = "LISTED_IN_ERROR", _("Listed in error")
    DISHONOURED = "DISHONOURED", _("Dishonoured (red list)")


class Mark(TextChoices):
    """Marks never stop the effect of an entry (P §四(三))."""

    OBJECTION_OPEN = "OBJECTION_OPEN", _("Objection open")
    REPAIR_OPEN = "REPAIR_OPEN", _("Repair open")
    UNDER_RECONSIDERATION = "UNDER_RECONSIDERATION", _("Under reconsideration")
    UNDER_SUIT = "UNDER_SUIT", _("Under suit")
    BLACK_LISTED = "BLACK_LISTED", _("Also on a black list")


class DishonestyClass(TextChoices):
    MINOR = "MINOR", _("Minor")
    ORDINARY = "ORDINARY", _("Ordinary")
    SERIOUS = "SERIOUS", _("Serious")


class Disclosure(TextChoices):
    PUBLIC = "PUBLIC", _("Public")
    GOVERNMENT = "GOVERNMENT", _("Within government")
    NONE = "NONE", _("Not disclosed")


class PersonRole(TextChoices):
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", _("Legal representative")
    PRINCIPAL = "PRINCIPAL", _("Principal")
    ACTUAL_CONTROLLER = "ACTUAL_CONTROLLER", _("Actual controller")
    DIRECTLY_RESPONSIBLE = "DIRECTLY_RESPONSIBLE", _("Directly responsible person")


class PublicationKind(TextChoices):
    LISTING = "LISTING", _("Listing")
    CORRECTION = "CORRECTION", _("Correction")
    MARK = "MARK", _("Mark")
    REMOVAL = "REMOVAL", _("Removal")


class ChangeOp(TextChoices):
    UPSERT = "upsert", _("Upsert")
    REMOVE = "remove", _("Remove")


class ChangeReason(TextChoices):
    """Why an entry was upserted; a removal carries its ExitReason."""

    PUBLISHED = "PUBLISHED", _("Published")
    CORRECTED = "CORRECTED", _("Corrected")
    OBJECTION_OPENED = "OBJECTION_OPENED", _("Objection opened")
    OBJECTION_DISMISSED = "OBJECTION_DISMISSED", _("Objection dismissed")
    OBJECTION_UPHELD = "OBJECTION_UPHELD", _("Objection upheld, entry corrected")
    OBJECTION_CLOSED = "OBJECTION_CLOSED", _("Objection closed")
    REPAIR_OPENED = "REPAIR_OPENED", _("Repair opened")
    REPAIR_REFUSED = "REPAIR_REFUSED", _("Repair refused")
    BLACK_LISTED = "BLACK_LISTED", _("Also on a black list")


class ProposalKind(TextChoices):
    CORRECTION = "CORRECTION", _("Correction")
    REMOVAL = "REMOVAL", _("Removal")


class ProposalState(TextChoices):
    OPEN = "OPEN", _("Open")
    APPROVED = "APPROVED", _("Proposal approved")
    REFUSED = "REFUSED", _("Proposal refused")


class ImportStatus(TextChoices):
    CHECKING = "CHECKING", _("Checking")
    REFUSED = "REFUSED", _("File refused")
    CHECKED = "CHECKED", _("Checked")
    IMPORTING = "IMPORTING", _("Importing")
    IMPORTED = "IMPORTED", _("Imported")
    CANCELLED = "CANCELLED", _("Cancelled")
