"""What the lists have of a unit, what rests on a rule profile here, and which days a calendar day moves."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import CalendarDay, RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from lists.models import CreditList, Entry, EntryExport, ListImport
from lists.services.days import defences_counted_anew, proposals_counted_anew
from lists.services.succession import (
    entries_of_unit,
    lists_of_unit,
    lists_sourced_by,
    nominations_of_unit,
    promises_of_unit,
    subscriptions_of_unit,
)


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    passes = _("pass to the successor")
    entries = f"{reverse('entries')}?unit={unit.code}" if actor.may(Act.OVERSEE) else ""
    return [
        Touch("lists", _("Lists initiated"), lists_of_unit(unit).count(), _("the successor initiates them")),
        Touch("sourced", _("Lists it brings data for"), lists_sourced_by(unit).count(), passes),
        Touch(
            "subscriptions",
            _("Lists subscribed to"),
            subscriptions_of_unit(unit).count(),
            _("the successor follows them, by rule"),
        ),
        Touch("entries", _("Entries"), entries_of_unit(unit).count(), passes, entries),
        Touch("imports", _("Imports"), ListImport.objects.filter(unit=unit).count(), passes),
        Touch("nominations", _("Open nominations"), nominations_of_unit(unit).count(), passes),
        Touch("promises", _("Open promises"), promises_of_unit(unit).count(), passes),
    ]


def of_rules(profile: RuleProfile, actor: Actor) -> list[Touch]:
    lists = CreditList.objects.filter(term_profile=profile.code)
    return [
        Touch("entries", _("Entries whose term it gave"), Entry.objects.filter(term_rule=profile.pk).count()),
        Touch("exports", _("Exports kept under it"), EntryExport.objects.filter(rules=profile.pk).count()),
        Touch("lists", _("Lists whose terms follow its code"), lists.count(), holds=False),
    ]


def of_day(day: CalendarDay, actor: Actor) -> list[Touch]:
    calendar = work_calendar(day)
    return [
        Touch(
            "defences",
            _("Hearings and changes to decide whose provisional day is counted anew"),
            len(defences_counted_anew(calendar)) + len(proposals_counted_anew(calendar)),
        )
    ]
