from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class KeyTaskGroup(TextChoices):
    MEMORANDA = "MEMORANDA", _("Carry out the national memoranda")
    CITY_WORK = "CITY_WORK", _("Joint rewards and sanctions in the city's key work")
    MECHANISM = "MECHANISM", _("Build the joint mechanism")
    CULTURE = "CULTURE", _("Standards and a culture of good faith")


class ArticleKind(TextChoices):
    STORY = "STORY", _("Story of good faith")
    POLICY = "POLICY", _("Policy or regulation")
