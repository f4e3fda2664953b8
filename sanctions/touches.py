"""What joint sanctions have of a unit, what rests on a rule profile, and which days a calendar day moves."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import CalendarDay, RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from sanctions.models import Screening, UnitTask
from sanctions.selectors.due_dates import provisional_tasks, tasks_counted_anew
from sanctions.services.succession import (
    open_cases_of_unit,
    open_tasks_of_unit,
    portfolios_of_unit,
    substitutions_of_unit,
)


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    passes = _("pass to the successor")
    responses = f"{reverse('responses')}?by=answer&unit={unit.code}" if actor.may(Act.OVERSEE) else ""
    return [
        Touch(
            "tasks",
            _("Open tasks"),
            open_tasks_of_unit(unit).count(),
            _("pass to the successor, or are closed where it has a task of its own"),
            responses,
        ),
        Touch("cases", _("Cases not adopted yet"), open_cases_of_unit(unit).count(), passes),
        Touch("portfolios", _("Portfolios"), portfolios_of_unit(unit).count(), passes),
        Touch("substitutions", _("Substitutions"), substitutions_of_unit(unit).count(), passes),
        Touch(
            "screenings",
            _("Screenings"),
            Screening.objects.filter(unit=unit).count(),
            _("stay with the unit; the successor reads and answers them"),
        ),
    ]


def of_rules(profile: RuleProfile, actor: Actor) -> list[Touch]:
    return [Touch("tasks", _("Tasks held under it"), UnitTask.objects.filter(rules=profile.pk).count())]


def of_day(day: CalendarDay, actor: Actor) -> list[Touch]:
    changed = tasks_counted_anew(provisional_tasks(), work_calendar(day))
    return [Touch("tasks", _("Open tasks whose provisional day is counted anew"), len(changed))]
