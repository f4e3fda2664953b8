from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TallyCode(TextChoices):
    """What is counted by day and kept."""

    TASKS = "TASKS", _("Unit tasks")
    RELEASES = "RELEASES", _("Days to confirm a release")
    EXECUTIONS = "EXECUTIONS", _("Executions")
    MEASURES = "MEASURES", _("Measures applied")
    SCREENINGS = "SCREENINGS", _("Screenings")
    HITS = "HITS", _("Hits")
    EXPIRY = "EXPIRY", _("Ended terms")


class CaseSort(TextChoices):
    OBJECTION = "OBJECTION", _("Objection")
    REPAIR = "REPAIR", _("Repair application")


class SupervisionState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    ISSUED = "ISSUED", _("Issued")
    REPLIED = "REPLIED", _("Replied")
    RETURNED = "RETURNED", _("Returned for another reply")
    ESCALATED = "ESCALATED", _("No reply: escalated")
    CLOSED = "CLOSED", pgettext_lazy("a supervision notice", "Closed")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    DISCARDED = "DISCARDED", _("Discarded")


class Owed(TextChoices):
    """What a unit is urged to do about a row."""

    SIGN = "SIGN", _("Sign")
    FEED_BACK = "FEED_BACK", _("Feed back")
    CONFIRM_RELEASE = "CONFIRM_RELEASE", _("Confirm release")
    EXECUTE = "EXECUTE", _("Execute what was reported as not executed")
    DECIDE_OBJECTION = "DECIDE_OBJECTION", _("Decide the objection")
    ANSWER_HELP = "ANSWER_HELP", _("Answer another unit that asked for help")
    DECIDE_REPAIR = "DECIDE_REPAIR", _("Decide the repair application")
    DECIDE_FALLEN_BASIS = "DECIDE_FALLEN_BASIS", _("Decide on the entry whose basis fell")


class ReportKind(TextChoices):
    """Of a report to the city government."""

    QUARTERLY = "QUARTERLY", _("Quarterly report")
    YEARLY = "YEARLY", _("Yearly report")


class ReportState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    ISSUED = "ISSUED", _("Issued")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    DISCARDED = "DISCARDED", _("Discarded")


class ErasureKind(TextChoices):
    DELETED = "DELETED", _("Deleted")
    REWRITTEN = "REWRITTEN", _("Written again")


class VerificationScope(TextChoices):
    NEWEST = "NEWEST", _("The newest part")
    WHOLE = "WHOLE", _("The whole history")


class FindingKind(TextChoices):
    """What a verification finds: about the seals themselves, or about a row."""

    SEALS = "SEALS", _("The seals themselves are damaged")
    CHANGED = "CHANGED", _("Changed since it was sealed")
    MISSING = "MISSING", _("Missing: it was there when it was sealed")
    ADDED = "ADDED", _("Added: it was not there when those around it were sealed")


class AuditPage(TextChoices):
    ACCESS = "ACCESS", _("Who saw what")
    CHANGES = "CHANGES", _("Who changed what")
