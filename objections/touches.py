"""Objections and tip-offs of a unit, what rests on a rule profile, and which days a calendar day moves."""

from django.utils.translation import gettext_lazy as _

from catalog.models import CalendarDay, RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from objections.models import Objection, TipOff
from objections.services.days import help_counted_anew, tip_offs_counted_anew
from objections.services.objections import DESK
from objections.services.succession import open_help_of_unit, open_objections_of_unit, tip_offs_to_verify


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    passes = _("pass to the successor")
    return [
        Touch("objections", _("Open objections"), open_objections_of_unit(unit).count(), passes),
        Touch("help", _("Open requests for help"), open_help_of_unit(unit).count(), passes),
        Touch("tip_offs", _("Tip-offs to verify"), tip_offs_to_verify(unit).count(), passes),
    ]


def of_rules(profile: RuleProfile, actor: Actor) -> list[Touch]:
    return [
        Touch("objections", _("Objections held under it"), Objection.objects.filter(rule_profile=profile.pk).count()),
        Touch("tip_offs", _("Tip-offs held under it"), TipOff.objects.filter(rule_profile=profile.pk).count()),
    ]


def of_day(day: CalendarDay, actor: Actor) -> list[Touch]:
    calendar = work_calendar(day)
    counts = [len(some(calendar)) for some in (DESK.counted_anew, help_counted_anew, tip_offs_counted_anew)]
    return [
        Touch(
            "objections",
            _("Open objections, questions and tip-offs whose provisional day is counted anew"),
            sum(counts),
        )
    ]
