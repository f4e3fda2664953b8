"""Reads of the catalogue: working days, measures in force, the units that owe them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from catalog.enums import SANCTIONS, MeasureCategory, VersionState
from catalog.models import (
    CalendarDay,
    CatalogItem,
    KeyTask,
    LegalBasis,
    Measure,
    MeasureResponsibility,
    Memorandum,
    MemorandumVersion,
    RuleProfile,
)
from catalog.models.information_catalog import CatalogItemQuerySet
from catalog.models.key_task import KeyTaskQuerySet
from catalog.rules import PARTS, is_concerned, may_apply, most_data
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.deadlines import DUE_SOON_WD
from jinan_credit.accounts.enums import Act, UnitKind
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.selectors import current_holders, held_by, holders_on
from jinan_credit.kernel import clock
from jinan_credit.kernel.workdays import WorkCalendar


def work_calendar(as_if: CalendarDay | None = None) -> WorkCalendar:
    """China's working days with the city's own decisions on top; `as_if`: one of them that is not saved yet."""
    if as_if is None:
        return WorkCalendar(dict(CalendarDay.objects.values_list("on", "is_working")))
    others = CalendarDay.objects.exclude(pk=as_if.pk).values_list("on", "is_working")
    return WorkCalendar({**dict(others), as_if.on: as_if.is_working})


def working_days_left(due_on: date) -> int:
    """Until the last day; negative when it has passed."""
    return work_calendar().working_days_between(clock.today(), due_on)


def due_soon_until(calendar: WorkCalendar | None = None) -> date:
    """The last day of what is due soon. One query, where no calendar is at hand."""
    return (calendar or work_calendar()).due_on(clock.today(), DUE_SOON_WD).on


def due_soon() -> tuple[date, date]:
    """The first and the last of the days on which what is not late yet is due soon. One query."""
    return clock.today(), due_soon_until()


def records_kept_since(on: date, *, rule: str, limit: str) -> datetime:
    """The first moment of which records are still kept on a day; `limit` names the days that the rule gives.

    Refusals: `rule_profile_missing`, `rule_parameter_missing`.
    """
    return clock.start_of(on - timedelta(days=RuleProfile.objects.for_case(rule, on)[limit]))


def measures_for(
    memoranda: Iterable[Memorandum] | QuerySet[Memorandum], *, on: date, unit: Unit | None = None
) -> QuerySet[Measure]:
    """The measures of these memoranda that are in force on a day, with their bases; of one unit where it is given.

    A measure without a legal basis is never among them (rule 2). A unit also answers for the units it succeeded, and
    only for what its kind may apply; one that is not active on that day has none. Constant number of queries.
    """
    measures = (
        Measure.objects.filter(
            version__in=MemorandumVersion.objects.in_force(on).filter(memorandum__in=memoranda),
        )
        .filter(Exists(LegalBasis.objects.filter(measures=OuterRef("pk"))))
        .select_related("version__memorandum")
        .prefetch_related("bases")
    )
    return measures if unit is None else measures_of_unit(unit, measures, on=on)


def measures_of_unit(unit: Unit, measures: QuerySet[Measure], *, on: date) -> QuerySet[Measure]:
    """Those of these measures that the unit answers for on a day, for itself or as a successor. One query more."""
    held = held_by(unit.pk, on)
    if unit.pk not in held:
        return measures.none()
    lawful = [category for category in MeasureCategory.values if may_apply(unit.kind, category)]
    named = MeasureResponsibility.objects.filter(measure=OuterRef("pk"), unit__in=held)
    own = Q(Exists(named), category__in=lawful) | Q(Exists(named.exclude(exception_basis="")))
    if unit.is_city_unit:
        own |= Q(by_all_units=True, category__in=[one for one in lawful if is_concerned(unit.kind, one)])
    return measures.filter(own)


def responsible_units(measures: QuerySet[Measure], on: date) -> QuerySet[Unit]:
    """The units active on a day that answer for at least one of the measures. Constant number of queries."""
    return Unit.objects.filter(pk__in=set[int]().union(*answering_units(measures, on).values()))


def answering_units(measures: QuerySet[Measure], on: date) -> dict[int, set[int]]:
    """By measure: the units active on a day that answer for it, for themselves or as successors. Three queries.

    by_all_units (市有关部门): every active unit of the city. A unit answers only for what its kind may apply, or what a
    law named with the measure lets it apply (rules).
    """
    holders = holders_on(on)
    named: dict[int, list[tuple[Unit, str]]] = {}
    wanted = measures.order_by().prefetch_related(None)
    responsible = MeasureResponsibility.objects.filter(measure__in=wanted.values("pk"))
    for measure_id, unit_id, basis in responsible.values_list("measure", "unit", "exception_basis"):
        if unit_id in holders:
            named.setdefault(measure_id, []).append((holders[unit_id], basis))
    city = {
        category: {unit.pk for unit in holders.values() if unit.is_city_unit and is_concerned(unit.kind, category)}
        for category in MeasureCategory.values
    }
    return {
        pk: {unit.pk for unit, basis in named.get(pk, ()) if may_apply(unit.kind, category, basis)}
        | (city[category] if by_all_units else set())
        for pk, category, by_all_units in wanted.values_list("pk", "category", "by_all_units")
    }


def unlawful_parts(measures: QuerySet[Measure]) -> list[MeasureResponsibility]:
    """Units named for measures that their kind may not apply, without a law that says otherwise. One query."""
    unlawful = Q(pk__in=[])
    for kind in UnitKind.values:
        foreign = [category for category in MeasureCategory.values if not may_apply(kind, category)]
        unlawful |= Q(unit__kind=kind, measure__category__in=foreign)
    named = MeasureResponsibility.objects.filter(unlawful, measure__in=measures.order_by(), exception_basis="")
    return list(named.select_related("measure", "unit").order_by("measure__code", "unit__code"))


def exceptions_in_force(on: date) -> QuerySet[MeasureResponsibility]:
    """Every measure in force that a unit applies by a law of its own, against the table of the kinds."""
    versions = MemorandumVersion.objects.in_force(on)
    excepted = MeasureResponsibility.objects.exclude(exception_basis="").filter(measure__version__in=versions)
    return excepted.select_related("measure__version__memorandum", "unit").order_by("unit__code", "measure__code")


@dataclass(frozen=True)
class KindPart:
    """One row of the table of the kinds, in words."""

    kind: str | Promise
    sanctions: list[str | Promise]
    rewards: list[str | Promise]
    data: str | Promise
    clause: str


def parts_of_kinds() -> list[KindPart]:
    """Who may apply what and with which data, as the pages explain it (P §三(二)1–4, §二(二)1–6)."""
    return [
        KindPart(
            UnitKind(kind).label,
            [one.label for one in MeasureCategory if one in part.categories and one in SANCTIONS],
            [one.label for one in MeasureCategory if one in part.categories and one not in SANCTIONS],
            most_data(kind).label,
            part.clause,
        )
        for kind, part in PARTS.items()
    ]


@dataclass(frozen=True)
class Changed:
    """What a version says otherwise than the one before it: codes of `new` and `changed` measures, `dropped` ones."""

    since: int
    new: frozenset[str]
    changed: frozenset[str]
    dropped: list[Measure]


def changes_of(version: MemorandumVersion) -> Changed | None:
    """Against the version before that was not discarded; None for the first. Eight queries at most."""
    before = MemorandumVersion.objects.filter(memorandum=version.memorandum_id, number__lt=version.number)
    before = before.exclude(state=VersionState.DISCARDED)
    older = before.order_by("number").last()
    if older is None:
        return None
    holders = current_holders(clock.today())
    old, now = _by_code(older, holders), _by_code(version, holders)
    return Changed(
        since=older.number,
        new=frozenset(now.keys() - old.keys()),
        changed=frozenset(code for code in now.keys() & old.keys() if now[code][1] != old[code][1]),
        dropped=[measure for code, (measure, _says) in old.items() if code not in now],
    )


_SAID = ("clause", "content", "category", "severity", "applies_to", "procedure", "by_all_units")


def _by_code(version: MemorandumVersion, holders: dict[int, int]) -> dict[str, tuple[Measure, tuple[Any, ...]]]:
    return {
        measure.code: (
            measure,
            (
                *(getattr(measure, name) for name in _SAID),
                {basis.pk for basis in measure.bases.all()},
                {
                    (holders.get(part.unit_id, part.unit_id), part.exception_basis)
                    for part in measure.responsibilities.all()
                },
            ),
        )
        for measure in version.measures.prefetch_related("bases", "responsibilities")
    }


def key_tasks_of(actor: Actor) -> KeyTaskQuerySet:
    """The key tasks on which the actor reports: those that his unit leads today, for itself or as a successor.

    A task whose leads the annex names in words only, or whose lead units have no successor, is reported on by whoever
    keeps the catalogue. One query besides.
    """
    if not actor.may(Act.REPORT_KEY_TASKS) or actor.unit is None:
        return KeyTask.objects.none()
    holders = current_holders(clock.today())
    leads = KeyTask.lead_units.through._default_manager.filter(keytask=OuterRef("pk"))
    own = Q(Exists(leads.filter(unit__in=[held for held, holder in holders.items() if holder == actor.unit.pk])))
    if actor.may(Act.KEEP_CATALOGUE):
        own |= ~Q(Exists(leads.filter(unit__in=holders)))
    return KeyTask.objects.filter(own)


def lead_holders(key_task: KeyTask) -> set[int]:
    """The units that lead it today, for themselves or as successors. Two queries."""
    holders = current_holders(clock.today())
    return {holders[pk] for pk in key_task.lead_units.values_list("pk", flat=True) if pk in holders}


def catalog_items_of(actor: Actor) -> CatalogItemQuerySet:
    """The items of all editions that his unit provides today, for itself or as a successor. One query besides."""
    if actor.unit is None:
        return CatalogItem.objects.none()
    return CatalogItem.objects.filter(provider__in=held_by(actor.unit.pk, clock.today()))
