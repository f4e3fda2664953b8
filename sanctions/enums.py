from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TaskKind(TextChoices):
    SIGN = "SIGN", _("Sign and feed back")
    RELEASE = "RELEASE", _("Confirm release")
    FEEDBACK = "FEEDBACK", _("Feed back for a period")


class TaskState(TextChoices):
    TO_SIGN = "TO_SIGN", _("To sign")
    SIGNED = "SIGNED", _("Signed")
    FED_BACK = "FED_BACK", _("Fed back")
    NOTHING_TO_FEED_BACK = "NOTHING_TO_FEED_BACK", _("Nothing to feed back")
    NOT_EXECUTED = "NOT_EXECUTED", _("Not executed")
    TO_FEED_BACK = "TO_FEED_BACK", _("To feed back")
    TO_CONFIRM = "TO_CONFIRM", _("Release to confirm")
    CONFIRMED = "CONFIRMED", _("Release confirmed")
    TAKEN_OVER = "TAKEN_OVER", _("Taken over by the successor's own task")


class PartyKind(TextChoices):
    ORGANISATION = "ORGANISATION", _("Organisation")
    PERSON = "PERSON", _("Natural person")


class ScreeningResult(TextChoices):
    CLEAR = "CLEAR", _("Clear: no entry found")
    HIT = "HIT", _("Hit: entry found")
    UNKNOWN = "UNKNOWN", _("Cannot tell")


class ScreeningState(TextChoices):
    OPEN = "OPEN", _("In progress")
    CLOSED = "CLOSED", _("Closed")


class UnknownReason(TextChoices):
    """Why a screening cannot tell. It is never clear for want of data."""

    NAME_ONLY = "NAME_ONLY", _("Only a name was given. A name never blocks and never clears.")
    NO_LISTS = "NO_LISTS", _("Your unit cooperates on no list, so there was nothing to look in.")
    NO_POSITION = "NO_POSITION", _("It could not be established how fresh the lists are.")
    NOT_READABLE = "NOT_READABLE", _("The lists could not be read. Try again in a moment.")
    DELETED = "DELETED", _("Entries that stood on the lists that day have been deleted since, as the law wants it.")


class HitState(TextChoices):
    OPEN = "OPEN", _("To answer")
    ANSWERED = "ANSWERED", pgettext_lazy("a hit", "Answered")


class Match(TextChoices):
    IDENTIFIER = "IDENTIFIER", _("Same identifier")
    NAME = "NAME", _("Similar name")


class MatchedAs(TextChoices):
    SUBJECT = "SUBJECT", _("The party itself")
    RELATED_PERSON = "RELATED_PERSON", _("Related person of a listed subject")


class Outcome(TextChoices):
    APPLIED = "APPLIED", _("Measures applied")
    NOT_APPLIED = "NOT_APPLIED", _("Not applied")


class PromiseState(TextChoices):
    OPEN = "OPEN", _("Waits to be kept")
    KEPT = "KEPT", _("Kept")
    BROKEN = "BROKEN", _("Broken")


class CaseState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    REPORTED = "REPORTED", _("Reported")
    RETURNED = "RETURNED", _("Returned")
    ADOPTED = "ADOPTED", pgettext_lazy("a case", "Adopted")
    IN_BULLETIN = "IN_BULLETIN", _("In a bulletin")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class CaseFlaw(TextChoices):
    """Why a case may not be adopted or circulated: what it rests on does not carry it any more."""

    DELETED = "DELETED", _("The disclosure limit is over: what the case said was deleted.")
    CANCELLED = "CANCELLED", _("The execution was cancelled.")
    WRONG = "WRONG", _("The entry was removed because it, or what it rests on, was wrong.")
    STAYED = "STAYED", _("The execution of the entry is stayed.")
    CORRECTED = "CORRECTED", _("The entry was corrected after the case was written.")


class BulletinState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    ISSUED = "ISSUED", _("Issued")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    DISCARDED = "DISCARDED", _("Discarded")


class BatchUse(TextChoices):
    """What becomes of the parties in a file."""

    SCREEN = "SCREEN", _("Screened")
    KEEP = "KEEP", _("Screened and kept in a portfolio")
    DROP = "DROP", _("Taken out of a portfolio")


class BatchStatus(TextChoices):
    RUNNING = "RUNNING", _("In progress")
    DONE = "DONE", _("Done")
    REFUSED = "REFUSED", _("Refused")


class RowResult(TextChoices):
    """A screening's result, or that the row itself is wrong: then it is never clear."""

    CLEAR = ScreeningResult.CLEAR.value, ScreeningResult.CLEAR.label
    HIT = ScreeningResult.HIT.value, ScreeningResult.HIT.label
    UNKNOWN = ScreeningResult.UNKNOWN.value, ScreeningResult.UNKNOWN.label
    WRONG = "WRONG", _("Wrong row: not looked up")


class PortfolioState(TextChoices):
    KEPT = "KEPT", pgettext_lazy("a portfolio", "Kept")
    ENDED = "ENDED", _("Ended")


class Standing(TextChoices):
    """What is told of a kept party and an entry."""

    FOUND = "FOUND", _("Listed when it was kept")
    ENTERED = "ENTERED", _("Entered the list")
    LEFT = "LEFT", _("Left the list")
