"""Which measures are applied, and which never: the duties of the catalogue against what the units report."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from catalog.models import Measure, Memorandum
from catalog.selectors import answering_units, measures_for
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import TallyCode
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.kept import tallied
from jinan_credit.oversight.tallies import LIST_OF_EXECUTION, TALLIES
from lists.models import CreditList
from lists.selectors import reaches
from sanctions.enums import Outcome
from sanctions.models import Execution

Identity = tuple[int, str]
"""Of a measure in all versions of its memorandum: that memorandum, and its code."""


@dataclass(frozen=True)
class MeasureUse:
    """`answering`: the units that answer for the measure today. `applying`: those that applied it in the period, in
    this version of its memorandum or in an earlier one.

    `not_applied`: the reports of answering units, on its lists, that no measure was applied; each says why.
    """

    measure: Measure
    lists: list[CreditList]
    answering: int
    applying: int
    applied: int
    not_applied: int


def measure_uses(scope: Scope) -> list[MeasureUse]:
    """Every measure in force that somebody answers for, the never applied first. A constant number of queries."""
    lists = list(CreditList.objects.filter(**scope.keys_as(credit_list="pk")).prefetch_related("memoranda"))
    memoranda = Memorandum.objects.filter(lists__in=lists).distinct()
    measures = measures_for(memoranda, on=clock.today())
    duties = answering_units(measures, clock.today())
    applied, refused = _applied(scope), _refused(scope)
    uses = [
        _use(measure, lists, _within(scope, duties[measure.pk]), applied[_identity(measure)], refused)
        for measure in measures
    ]
    shown = [use for use in uses if use.answering and use.lists]
    return sorted(shown, key=lambda use: (use.applied > 0, -use.not_applied, use.applied, use.measure.code))


def execution_rows(scope: Scope, *, outcome: str, measure: Measure | None = None) -> QuerySet[Execution]:
    """The valid reports of the period behind a count, the newest first; those without a measure, on its lists."""
    rows = Execution.objects.valid().filter(
        performed_on__range=(scope.since, scope.until), outcome=outcome, **scope.keys("unit")
    )
    rows = rows.alias(on_list=LIST_OF_EXECUTION).filter(**scope.keys_as(credit_list="on_list"))
    if measure is not None and outcome == Outcome.APPLIED:
        same = Measure.objects.filter(version__memorandum=measure.version.memorandum_id, code=measure.code)
        applied = Execution.measures.through._default_manager.filter(measure__in=same)
        rows = rows.filter(pk__in=applied.values("execution"))
    if measure is not None and outcome == Outcome.NOT_APPLIED:
        units = answering_units(Measure.objects.filter(pk=measure.pk), clock.today())[measure.pk]
        rows = rows.filter(unit__in=units, on_list__in=_lists_of(scope, measure))
    return rows.order_by("-performed_on", "-pk")


@dataclass(frozen=True)
class ReasonUse:
    """`example`: one of the reports that give this reason."""

    reason: str
    reports: int
    example: int


def reasons_given(scope: Scope, most: int) -> list[ReasonUse]:
    """Why no measure was applied, as the units say it, the most frequent first. One query."""
    rows = execution_rows(scope, outcome=Outcome.NOT_APPLIED).order_by().values("reason")
    lines = rows.annotate(reports=Count("pk"), example=Min("pk")).order_by("-reports", "reason")[:most]
    return [ReasonUse(**line) for line in lines]


def _within(scope: Scope, units: set[int]) -> set[int]:
    return units & {scope.unit.pk} if scope.unit else units


def _lists_of(scope: Scope, measure: Measure) -> list[int]:
    lists = CreditList.objects.filter(**scope.keys_as(credit_list="pk"), memoranda=measure.version.memorandum)
    return [one.pk for one in lists if reaches(one, measure)]


def _identity(measure: Measure) -> Identity:
    return measure.version.memorandum_id, measure.code


def _use(
    measure: Measure,
    lists: list[CreditList],
    units: set[int],
    applied: Mapping[int, int],
    refused: Mapping[tuple[int, int], int],
) -> MeasureUse:
    memorandum = measure.version.memorandum
    reached = [one for one in lists if memorandum in one.memoranda.all() and reaches(one, measure)]
    return MeasureUse(
        measure=measure,
        lists=reached,
        answering=len(units),
        applying=len(applied),
        applied=sum(applied.values()),
        not_applied=sum(refused.get((unit, one.pk), 0) for unit in units for one in reached),
    )


def _applied(scope: Scope) -> dict[Identity, dict[int, int]]:
    """By measure and unit: a revision of its memorandum makes a measure no other one."""
    narrowed = scope.keys("unit", "credit_list")
    rows = tallied(TALLIES[TallyCode.MEASURES], **scope.days, by=["measure", "unit"], only=narrowed)
    measures = Measure.objects.select_related("version").in_bulk({row["measure"] for row in rows})
    found: dict[Identity, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[_identity(measures[row["measure"]])][row["unit"]] += row["applied"]
    return found


def _refused(scope: Scope) -> dict[tuple[int, int], int]:
    """Reports that no measure was applied, by unit and list."""
    narrowed = scope.keys("unit", "credit_list")
    rows = tallied(TALLIES[TallyCode.EXECUTIONS], **scope.days, by=["unit", "credit_list"], only=narrowed)
    return {(row["unit"], row["credit_list"]): row["not_applied"] for row in rows}
