"""Reads of the catalogue: working days, measures in force, the units that owe them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import (
    CalendarDay,
    LegalBasis,
    Measure,
    MeasureResponsibility,
    Memorandum,
    MemorandumVersion,
    RuleProfile,
)
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import WorkCalendar


def work_calendar() -> WorkCalendar:
    """China's working days with the city's own decisions on top."""
    return WorkCalendar(dict(CalendarDay.objects.values_list("on", "is_working")))


def records_kept_since(on: date, *, rule: str, limit: str) -> datetime:
    """The first moment of which records are still kept on a day; `limit` names the days that the rule gives.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    return clock.start_of(on - timedelta(days=RuleProfile.objects.for_case(rule, on)[limit]))


def measures_for(
    memoranda: Iterable[Memorandum] | QuerySet[Memorandum], *, on: date, unit: Unit | None = None
) -> QuerySet[Measure]:
    """The measures of these memoranda that are in force on a day, with their bases; of one unit where it is given.

    A measure without a legal basis is never among them (rule 2). A unit also answers for the units it succeeded; one
    that is not active on that day has none. Constant number of queries.
    """
    measures = (
        Measure.objects.filter(
            version__in=MemorandumVersion.objects.in_force(on).filter(memorandum__in=memoranda),
        )
        .filter(Exists(LegalBasis.objects.filter(measures=OuterRef("pk"))))
        .select_related("version__memorandum")
        .prefetch_related("bases")
    )
    return measures if unit is None else _owed_by(unit, measures, on)


def _owed_by(unit: Unit, measures: QuerySet[Measure], on: date) -> QuerySet[Measure]:
    held = [unit_id for unit_id, holder in current_holders(on).items() if holder == unit.pk]
    if unit.pk not in held:
        return measures.none()
    named = Exists(MeasureResponsibility.objects.filter(measure=OuterRef("pk"), unit__in=held))
    return measures.filter(named | Q(by_all_units=True)) if unit.is_city_unit else measures.filter(named)


def responsible_units(measures: QuerySet[Measure], on: date) -> QuerySet[Unit]:
    """The units active on a day that answer for at least one of the measures, for themselves or as successors.

    by_all_units (市有关部门): every active unit of the city. Constant number of queries.
    """
    wanted = measures.order_by().values("pk")
    holders = current_holders(on)
    named = MeasureResponsibility.objects.filter(measure__in=wanted).values_list("unit_id", flat=True).distinct()
    answering = Q(pk__in={holders[unit_id] for unit_id in named if unit_id in holders})
    if measures.filter(by_all_units=True).exists():
        answering |= Q(is_city_unit=True)
    return Unit.objects.active(on).filter(answering)


def current_holders(on: date) -> dict[int, int]:
    """Who holds each unit's duties on a day: itself, or the first active one down its line of successors.

    A unit that ended without an active successor, or has not begun, is not among the keys. One query.
    """
    units = {unit.pk: unit for unit in Unit.objects.only("pk", "valid_from", "valid_to", "successor_id")}
    holders = {}
    for unit in units.values():
        holder, passed = unit, set[int]()
        while holder.valid_to is not None and holder.valid_to < on and holder.pk not in passed:
            passed.add(holder.pk)
            holder = units[holder.successor_id] if holder.successor_id is not None else holder
        if holder.valid_from <= on and (holder.valid_to is None or holder.valid_to >= on):
            holders[unit.pk] = holder.pk
    return holders
