from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeasureKind(TextChoices):
    REWARD = "REWARD", _("Reward")
    SANCTION = "SANCTION", _("Sanction")


class MeasureCategory(TextChoices):
    """P §三(二) for sanctions, P §二(二) for rewards."""

    ADMINISTRATIVE = "ADMINISTRATIVE", _("Administrative constraint")
    MARKET = "MARKET", _("Market constraint")
    INDUSTRY = "INDUSTRY", _("Industry constraint")
    SOCIAL = "SOCIAL", _("Social constraint")
    OTHER_SANCTION = "OTHER_SANCTION", _("Other sanction by law")
    ROLE_MODEL = "ROLE_MODEL", _("Role models and publicity")
    GREEN_CHANNEL = "GREEN_CHANNEL", _("Green channel")
    PUBLIC_SERVICE = "PUBLIC_SERVICE", _("Priority in public services")
    LIGHTER_SUPERVISION = "LIGHTER_SUPERVISION", _("Lighter supervision")
    LOWER_COST = "LOWER_COST", _("Lower transaction cost")
    PROMOTION = "PROMOTION", _("Promotion")
    OTHER_REWARD = "OTHER_REWARD", _("Other reward by law")


SANCTIONS = (
    MeasureCategory.ADMINISTRATIVE,
    MeasureCategory.MARKET,
    MeasureCategory.INDUSTRY,
    MeasureCategory.SOCIAL,
    MeasureCategory.OTHER_SANCTION,
)
"""The categories of sanctions; the others are of rewards."""


class Severity(TextChoices):
    ORDINARY = "ORDINARY", _("Ordinary")
    SEVERE = "SEVERE", _("Severe: serious lists only")


class MeasureObject(TextChoices):
    ORGANISATION = "ORGANISATION", _("Organisation")
    RELATED_PERSON = "RELATED_PERSON", _("Related persons")
    BOTH = "BOTH", _("Organisation and related persons")


class ResponsibilityRole(TextChoices):
    APPLIES = "APPLIES", _("Applies")
    ASSISTS = "ASSISTS", _("Assists")


class VersionState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    CIRCULATED = "CIRCULATED", _("Circulated")
    IN_FORCE = "IN_FORCE", _("In force")
    LAPSED = "LAPSED", _("Lapsed")
    DISCARDED = "DISCARDED", _("Discarded")


class KeyTaskGroup(TextChoices):
    MEMORANDA = "MEMORANDA", _("Carry out the national memoranda")
    CITY_WORK = "CITY_WORK", _("Joint rewards and sanctions in the city's key work")
    MECHANISM = "MECHANISM", _("Build the joint mechanism")
    CULTURE = "CULTURE", _("Standards and a culture of good faith")


GROUP_MARKS = {
    KeyTaskGroup.MEMORANDA: pgettext_lazy("group of key tasks", "(1)"),
    KeyTaskGroup.CITY_WORK: pgettext_lazy("group of key tasks", "(2)"),
    KeyTaskGroup.MECHANISM: pgettext_lazy("group of key tasks", "(3)"),
    KeyTaskGroup.CULTURE: pgettext_lazy("group of key tasks", "(4)"),
}
"""How the annex counts its groups."""


class KeyTaskProgress(TextChoices):
    """What a report says of its task; the task's status is that of the last one."""

    NOT_BEGUN = "NOT_BEGUN", _("Not begun")
    UNDER_WAY = "UNDER_WAY", pgettext_lazy("a key task", "Under way")
    DONE = "DONE", pgettext_lazy("a key task", "Done")
    CONTINUING = "CONTINUING", _("Carried out continuously")


class KeyTaskReportState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    SENT = "SENT", pgettext_lazy("a progress report", "Sent")
    DISCARDED = "DISCARDED", _("Discarded")


class KeyTaskRequestState(TextChoices):
    ASKED = "ASKED", pgettext_lazy("a report", "Asked for")
    ANSWERED = "ANSWERED", _("Reported")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class CatalogState(TextChoices):
    """How far an edition of the information catalogue is."""

    DRAFT = "DRAFT", _("Draft")
    REVIEWED = "REVIEWED", _("Reviewed")
    ISSUED = "ISSUED", _("Issued")
    SUPERSEDED = "SUPERSEDED", _("Superseded")
    DISCARDED = "DISCARDED", _("Discarded")


class ItemDisclosure(TextChoices):
    """Who may read the records of a kind of information."""

    PUBLIC = "PUBLIC", _("Public")
    GOVERNMENT = "GOVERNMENT", _("Government units")
    AUTHORISED = "AUTHORISED", _("On the subject's authorisation")


class ItemSharing(TextChoices):
    UNCONDITIONAL = "UNCONDITIONAL", _("Shared with every unit")
    CONDITIONAL = "CONDITIONAL", _("Shared on a condition")
    NONE = "NONE", _("Not shared")


class UpdateCycle(TextChoices):
    DAILY = "DAILY", _("Daily")
    WEEKLY = "WEEKLY", _("Weekly")
    MONTHLY = "MONTHLY", _("Monthly")
    QUARTERLY = "QUARTERLY", pgettext_lazy("update cycle", "Quarterly")
    HALF_YEARLY = "HALF_YEARLY", _("Half-yearly")
    YEARLY = "YEARLY", _("Yearly")
    ON_CHANGE = "ON_CHANGE", _("Whenever it changes")


CYCLE_DAYS: dict[str, int] = {
    UpdateCycle.DAILY: 1,
    UpdateCycle.WEEKLY: 7,
    UpdateCycle.MONTHLY: 31,
    UpdateCycle.QUARTERLY: 92,
    UpdateCycle.HALF_YEARLY: 184,
    UpdateCycle.YEARLY: 366,
}
"""After how many days, counted from the last update, the next is late. What changes when it changes is never late."""


class StandardLevel(TextChoices):
    NATIONAL = "NATIONAL", _("National standard")
    INDUSTRY = "INDUSTRY", _("Industry standard")
    LOCAL = "LOCAL", _("Local standard")


class StandardStatus(TextChoices):
    CURRENT = "CURRENT", pgettext_lazy("a standard", "In force")
    REPLACED = "REPLACED", pgettext_lazy("a standard", "Replaced")
    REPEALED = "REPEALED", pgettext_lazy("a standard", "Repealed")


class ArticleKind(TextChoices):
    STORY = "STORY", _("Story of good faith")
    POLICY = "POLICY", _("Policy or regulation")
