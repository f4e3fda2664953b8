"""Repair applications of a unit, what rests on a rule profile, and which days a calendar day moves."""

from django.utils.translation import gettext_lazy as _

from catalog.models import CalendarDay, RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from repair.models import RepairApplication
from repair.services.applications import DESK
from repair.services.succession import open_repairs_of_unit


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    return [Touch("repairs", _("Open repairs"), open_repairs_of_unit(unit).count(), _("pass to the successor"))]


def of_rules(profile: RuleProfile, actor: Actor) -> list[Touch]:
    held = RepairApplication.objects.filter(rule_profile=profile.pk)
    return [Touch("repairs", _("Repairs held under it"), held.count())]


def of_day(day: CalendarDay, actor: Actor) -> list[Touch]:
    changed = DESK.counted_anew(work_calendar(day))
    return [Touch("repairs", _("Open repairs whose provisional day is counted anew"), len(changed))]
