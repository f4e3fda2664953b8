"""What the catalogue has of a unit, the units of a division, and which days a calendar day moves."""

from django.utils.translation import gettext_lazy as _

from catalog.models import CalendarDay, CatalogItem, Division, KeyTask, Memorandum, MemorandumReceipt
from catalog.selectors import measures_for, work_calendar
from catalog.services.receipt_days import receipts_counted_anew
from catalog.services.succession import reports_in_draft
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import UnitKind
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.touches import Touch
from jinan_credit.kernel import clock


def of_unit(unit: Unit, actor: Actor) -> list[Touch]:
    by_rule = _("the successor answers for them, by rule")
    measures = measures_for(Memorandum.objects.all(), on=clock.today(), unit=unit).prefetch_related(None)
    return [
        Touch("measures", _("Measures it answers for"), measures.count(), by_rule),
        Touch("key_tasks", _("Key tasks it leads"), KeyTask.objects.filter(lead_units=unit).count(), by_rule),
        Touch(
            "asked",
            _("Reports on key tasks that are asked for"),
            KeyTask.objects.asked().filter(lead_units=unit).count(),
            by_rule,
        ),
        Touch(
            "reports",
            _("Reports on key tasks in draft"),
            reports_in_draft(unit).count(),
            _("pass to the successor"),
        ),
        Touch(
            "items",
            _("Catalogue items it provides"),
            CatalogItem.objects.filter(provider=unit).count(),
            by_rule,
        ),
        Touch(
            "receipts",
            _("Memoranda to receive"),
            MemorandumReceipt.objects.owed().filter(unit=unit).count(),
            _("pass to the successor, where it owes none itself"),
        ),
    ]


def of_division(division: Division, actor: Actor) -> list[Touch]:
    units = Unit.objects.filter(kind=UnitKind.DISTRICT, name__startswith=division.name)
    return [Touch("units", _("Units of this district or county"), units.count() if division.name else 0)]


def of_day(day: CalendarDay, actor: Actor) -> list[Touch]:
    changed = receipts_counted_anew(work_calendar(day))
    return [Touch("receipts", _("Memoranda to receive whose provisional day is counted anew"), len(changed))]
