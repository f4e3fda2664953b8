import re

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.identifiers import is_citizen_number

_DOCUMENT_NUMBER = re.compile("[A-Z0-9]{5,30}")


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


class RedCategory(TextChoices):
    """The objects of a red list (P §二(一))."""

    WELL_RATED = "WELL_RATED", _("Well-rated party under supervision")
    MORAL_MODEL = "MORAL_MODEL", _("Model of honesty or morality")
    VOLUNTEER = "VOLUNTEER", _("Outstanding volunteer")
    RECOMMENDED = "RECOMMENDED", _("Recommended by an association")
    FOUND_BY_MEDIA = "FOUND_BY_MEDIA", _("Found by the media")
    OTHER = "OTHER", _("Other good deeds")


class BlackField(TextChoices):
    """The fields of a black list (P §三(一))."""

    LIFE_AND_HEALTH = "LIFE_AND_HEALTH", _("Life and health of the people")
    MARKET_ORDER = "MARKET_ORDER", _("Fair competition and social order")
    REFUSAL_OF_DUTY = "REFUSAL_OF_DUTY", _("Refusal to perform a legal duty")
    NATIONAL_DEFENCE = "NATIONAL_DEFENCE", _("Refusal of a duty of national defence")
    OTHER = "OTHER", _("Other field")


class RequiredField(TextChoices):
    """What a list may require of its entries besides what all entries have."""

    REPRESENTATIVE = "REPRESENTATIVE", _("Legal representative")
    FACTS = "FACTS", _("Facts")
    DISHONESTY_CLASS = "DISHONESTY_CLASS", _("Dishonesty class")
    TERM_TO = "TERM_TO", _("Last day of the term")


class BasisKind(TextChoices):
    """What kind of document an entry rests on. Two kinds of penalty can never be the basis (SD art. 13)."""

    UNKNOWN = "", _("Not stated")
    JUDGMENT = "JUDGMENT", _("Judgment or ruling of a court")
    PENALTY = "PENALTY", _("Penalty decided by ordinary procedure")
    SIMPLE_PENALTY = "SIMPLE_PENALTY", _("Penalty decided by simple procedure")
    REMEDIED_PENALTY = "REMEDIED_PENALTY", _("Penalty for a minor act that was remedied already")
    DECISION = "DECISION", _("Other administrative decision")
    COMMENDATION = "COMMENDATION", _("Commendation or rating")


class SubjectKind(TextChoices):
    LEGAL_PERSON = "LEGAL_PERSON", _("Legal person")
    OTHER_ORGANISATION = "OTHER_ORGANISATION", _("Other organisation")
    SOLE_TRADER = "SOLE_TRADER", _("Sole trader")
    NATURAL_PERSON = "NATURAL_PERSON", _("Natural person")
    ANONYMOUS = "ANONYMOUS", _("Deleted at the disclosure limit")


class DocumentType(TextChoices):
    CITIZEN = "CITIZEN", _("Citizen identity card")
    PASSPORT = "PASSPORT", _("Passport")
    OFFICER = "OFFICER", _("Officer's card")
    HK_MACAO = "HK_MACAO", _("Hong Kong or Macao permit")
    TAIWAN = "TAIWAN", _("Taiwan permit")

    def takes(self, number: str) -> bool:
        """A citizen number (GB 11643), or 5 to 30 letters and digits of another document, in one spelling.

        A citizen number is that of no other document: whoever is listed by it would not be found.
        """
        if self == DocumentType.CITIZEN:
            return is_citizen_number(number)
        return _DOCUMENT_NUMBER.fullmatch(number) is not None and not is_citizen_number(number)

    def fault_of(self, number: str) -> str:
        """What is wrong with a number, in words; empty for one that it takes."""
        if self.takes(number):
            return ""
        if self == DocumentType.CITIZEN:
            return gettext(
                "A citizen number: 18 characters with a date that exists and the right check digit (GB 11643)."
            )
        return gettext("A document number of 5 to 30 letters and digits; a citizen number is one of the identity card.")


class EntryState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    NOTIFIED = "NOTIFIED", _("Notified")
    IN_REVIEW = "IN_REVIEW", _("In review")
    RETURNED = "RETURNED", _("Returned")
    PUBLISHED = "PUBLISHED", _("Published")
    STAYED = "STAYED", _("Execution stayed")
    REMOVED = "REMOVED", _("Removed")
    PURGED = "PURGED", _("Deleted when its time was over")
    DISCARDED = "DISCARDED", _("Discarded")


WAS_PUBLISHED = (EntryState.PUBLISHED, EntryState.STAYED, EntryState.REMOVED)
ON_THE_LIST = (EntryState.PUBLISHED, EntryState.STAYED)
LEFT = (EntryState.REMOVED, EntryState.PURGED)


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
    """A stay is published as a removal from the feed, so that no unit goes on; the entry itself stays."""

    LISTING = "LISTING", _("Listing")
    CORRECTION = "CORRECTION", _("Correction")
    MARK = "MARK", _("Mark")
    STAY = "STAY", _("Stay of execution")
    STAY_LIFTED = "STAY_LIFTED", _("End of a stay")
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
    PERSON_REPAIRED = "PERSON_REPAIRED", _("A related person's credit is repaired")
    RECONSIDERATION_OPENED = "RECONSIDERATION_OPENED", _("Reconsideration applied for")
    RECONSIDERATION_ENDED = "RECONSIDERATION_ENDED", _("Reconsideration ended")
    SUIT_OPENED = "SUIT_OPENED", _("Suit brought")
    SUIT_ENDED = "SUIT_ENDED", _("Suit ended")
    BLACK_LISTED = "BLACK_LISTED", _("Also on a black list")
    BLACK_LIST_LEFT = "BLACK_LIST_LEFT", _("No longer on a black list")
    STAY_LIFTED = "STAY_LIFTED", _("Stay of execution lifted")


class RemovalReason(TextChoices):
    """Why a change takes an entry out of the feed although it does not leave its list."""

    STAYED = "STAYED", _("Execution stayed")


class ProposalKind(TextChoices):
    CORRECTION = "CORRECTION", _("Correction")
    REMOVAL = "REMOVAL", _("Removal")
    STAY = "STAY", _("Stay of execution")
    LIFT_STAY = "LIFT_STAY", _("End of a stay")


class ProposalState(TextChoices):
    OPEN = "OPEN", _("Open")
    APPROVED = "APPROVED", _("Proposal approved")
    REFUSED = "REFUSED", _("Proposal refused")
    WITHDRAWN = "WITHDRAWN", _("Proposal withdrawn")
    LAPSED = "LAPSED", _("Proposal lapsed")


class ProceedingKind(TextChoices):
    """What a party may ask of another organ against the decision on its entry."""

    RECONSIDERATION = "RECONSIDERATION", _("Administrative reconsideration")
    SUIT = "SUIT", _("Administrative suit")


class ProceedingState(TextChoices):
    OPEN = "OPEN", _("Proceeding pending")
    CLOSED = "CLOSED", _("Proceeding ended")


class ImportStatus(TextChoices):
    CHECKING = "CHECKING", _("Checking")
    REFUSED = "REFUSED", _("File refused")
    CHECKED = "CHECKED", _("Checked")
    IMPORTING = "IMPORTING", _("Importing")
    IMPORTED = "IMPORTED", _("Imported")
    CANCELLED = "CANCELLED", _("Cancelled")


class RowOutcome(TextChoices):
    """What becomes of a row of a list file."""

    NEW = "NEW", _("New")
    CHANGED = "CHANGED", _("Changed")
    SAME = "SAME", _("Already on the list")
    WRONG = "WRONG", _("With errors")
    LEFT_OUT = "LEFT_OUT", _("Overtaken")


class NoticeKind(TextChoices):
    """告知书: what a listed party, or who applied about an entry, is served."""

    PROPOSED_LISTING = "PROPOSED_LISTING", _("Notice of proposed listing")
    LISTING = "LISTING", _("Listing decision")
    CORRECTION = "CORRECTION", _("Notice of correction")
    REMOVAL = "REMOVAL", _("Notice of removal")
    CASE_ACCEPTED = "CASE_ACCEPTED", _("Notice of acceptance")
    CASE_SUPPLEMENT = "CASE_SUPPLEMENT", _("Notice to supplement")
    CASE_NOT_ACCEPTED = "CASE_NOT_ACCEPTED", _("Notice of non-acceptance")
    CASE_DECIDED = "CASE_DECIDED", _("Decision letter")


class CaseKind(TextChoices):
    """What somebody applied for at the counter of a unit."""

    OBJECTION = "OBJECTION", _("Objection")
    REPAIR = "REPAIR", _("Credit repair")


class CaseDecision(TextChoices):
    """How such a case ended, as its letter says."""

    CORRECT = "CORRECT", _("Your objection is upheld; the entry is corrected.")
    REMOVE = "REMOVE", _("Your objection is upheld; the entry is removed.")
    DISMISS = "DISMISS", _("Your objection is dismissed; the entry stays as it is.")
    APPROVE = "APPROVE", _("Your application is approved; the entry is removed.")
    APPROVE_PERSON = "APPROVE_PERSON", _("Your application is approved; you are no longer named with the entry.")
    REFUSE = "REFUSE", _("Your application is refused; the entry stays.")


class DocumentKind(TextChoices):
    BASIS = "BASIS", _("Basis document")
    EVIDENCE = "EVIDENCE", _("Evidence")
    STATEMENT = "STATEMENT", _("Statement and defence")
    ORDER = "ORDER", _("Order of a court or reviewing organ")
    OTHER = "OTHER", _("Other")


class NominatorKind(TextChoices):
    """Who may recommend someone for a red list (P §二(一))."""

    UNIT = "UNIT", _("Unit")
    ASSOCIATION = "ASSOCIATION", _("Association")
    MEDIA = "MEDIA", _("Media")


class NominationState(TextChoices):
    OPEN = "OPEN", _("Open")
    ACCEPTED = "ACCEPTED", _("Nomination accepted")
    DECLINED = "DECLINED", _("Nomination declined")


class CreditPromiseKind(TextChoices):
    """What an organisation promises the public (P §二(二)1)."""

    COMPREHENSIVE = "COMPREHENSIVE", _("Comprehensive credit promise")
    QUALITY = "QUALITY", _("Promise on the quality of products or services")
    STANDARD = "STANDARD", _("Declared standard of products or services")
    OTHER = "OTHER", _("Other special promise")


class CreditPromiseState(TextChoices):
    GIVEN = "GIVEN", _("Promised")
    KEPT = "KEPT", _("Promise kept")
    BROKEN = "BROKEN", _("Promise broken")
    WITHDRAWN = "WITHDRAWN", _("Promise withdrawn")


class HandoutWay(TextChoices):
    """How full document numbers went to a unit: to its own system, or to a clerk as a file."""

    SNAPSHOT = "SNAPSHOT", _("The whole list")
    FEED = "FEED", _("Changes fetched")
    ENTRIES = "ENTRIES", _("Entries looked up")
    DOWNLOAD = "DOWNLOAD", _("File of changes")


class NameSource(TextChoices):
    REGISTERED = "REGISTERED", _("Registered name")
    FORMER = "FORMER", _("Former name")
    LISTED = "LISTED", _("Name as at listing")


class ExportStatus(TextChoices):
    WAITING = "WAITING", _("Waiting")
    RUNNING = "RUNNING", pgettext_lazy("an export", "Under way")
    READY = "READY", _("Ready")
    FAILED = "FAILED", _("Failed")
    EXPIRED = "EXPIRED", _("Expired")


class LargeStepKind(TextChoices):
    SUBMIT = "submit", _("Submit for review")
    NOTIFY = "notify", _("Give notice")
    DISCARD = "discard", _("Discard")
    RETURN = "return", _("Return")
    PUBLISH = "publish", _("Publish")
    UNDO_IMPORT = "undo_import", _("Undo an import")
    APPROVE_ALIKE = "approve_alike", _("Approve removals")


class LargeStepStatus(TextChoices):
    RUNNING = "RUNNING", pgettext_lazy("a step with many entries", "Under way")
    DONE = "DONE", pgettext_lazy("a step with many entries", "Done")
    REFUSED = "REFUSED", pgettext_lazy("a step with many entries", "Refused")


class ExportFormat(TextChoices):
    XLSX = "XLSX", _("Excel workbook (XLSX)")
    CSV = "CSV", _("Text table (CSV)")


class NameDifference(TextChoices):
    """In what a name that was found differs from the one that was asked for: what an officer reads beside it."""

    SAME = "SAME", _("The same name")
    SPELLING = "SPELLING", _("Written otherwise: spaces, brackets, width or traditional characters")
    FORM = "FORM", _("Legal form shortened or left out")
    FORM_OTHER = "FORM_OTHER", _("Another legal form")
    BRANCH = "BRANCH", _("One of the two is a branch")
    PLACE_LEFT_OUT = "PLACE_LEFT_OUT", _("Place added or left out")
    PLACE_SPELLING = "PLACE_SPELLING", _("Place misspelt")
    PLACE_OTHER = "PLACE_OTHER", _("Another place")
    SOUND = "SOUND", _("A character that sounds alike")
    SHAPE = "SHAPE", _("A character that looks alike")
    SWAP = "SWAP", _("Two characters swapped")
    MISSING = "MISSING", _("A character missing")
    EXTRA = "EXTRA", _("A character too many")
    CHARACTER = "CHARACTER", _("Another character")
    TRADE_LEFT_OUT = "TRADE_LEFT_OUT", _("The name without its trade")
    TRADE_SHORTER = "TRADE_SHORTER", _("Trade shortened")
    TRADE_OTHER = "TRADE_OTHER", _("Same name, other trade")
    PART = "PART", _("A part of the name")
    INITIALS = "INITIALS", _("First letters of the pinyin")
    PERSON = "PERSON", _("A natural person of this name; only the document number decides")
