"""Supervision notices to a unit, and what rests on a rule profile."""

from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from jinan_credit.oversight.models import SupervisionNotice
from jinan_credit.oversight.services.succession import drafts_to_unit


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    waiting = SupervisionNotice.objects.awaiting_reply().filter(unit=unit).count()
    return [
        Touch(
            "supervision_drafts",
            _("Supervision notices in draft"),
            drafts_to_unit(unit).count(),
            _("pass to the successor"),
        ),
        Touch(
            "supervision",
            _("Supervision notices that await a reply"),
            waiting,
            _("say what they said; the successor replies"),
        ),
    ]


def of_rules(profile: RuleProfile, actor: Actor) -> list[Touch]:
    held = SupervisionNotice.objects.filter(rule_profile=profile.pk)
    return [Touch("supervision", _("Supervision notices held under it"), held.count())]
