"""What an applicant can do against a decision, in words with the last days (P §四(三))."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import RuleProfile


def remedies_text(notified_on: date) -> str:
    """Written in the language of the place, whatever the decider reads. Refusals: `rule_profile_missing`."""
    rules = RuleProfile.objects.for_case("remedies", notified_on)
    days, months = rules["reconsideration_days"], rules["suit_months"]
    with translation.override(settings.LANGUAGE_CODE):
        return _(
            "You may ask for administrative reconsideration within %(days)s days of notice "
            "(until %(reconsideration)s), "
            "or bring suit before the people's court within %(months)s months (until %(suit)s)."
        ) % {
            "days": days,
            "reconsideration": notified_on + timedelta(days=days),
            "months": months,
            "suit": notified_on + relativedelta(months=months),
        }
