"""What a unit has to lift when an entry leaves a list: the measures it took, by its valid executions."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Measure
from catalog.selectors import current_holders
from jinan_credit.kernel import clock
from lists.models import Change
from sanctions.enums import Outcome, TaskKind
from sanctions.models import Execution, Lifting, UnitTask

Taken: Any = Execution.measures.through
"""A row for each measure of an execution."""


@dataclass(frozen=True)
class TakenMeasure:
    """A measure that was taken; `lifting` once it is said what became of it."""

    pk: int
    execution: Execution
    measure: Measure
    lifting: Lifting | None


def measures_taken(task: UnitTask) -> QuerySet[Any]:
    """Against those who left by the publication of a release task, without what was lifted at an earlier release.

    Also those that were reported on a whole publication of which they were part, and those of the units that this one
    succeeded. None for a task of another kind.
    """
    if task.kind != TaskKind.RELEASE:
        return Taken.objects.none()
    left = Change.objects.filter(publication=task.publication_id).values("entry")
    listed = Change.objects.filter(entry__in=left).values("publication")
    units = [unit for unit, holder in current_holders(clock.today()).items() if holder == task.unit_id]
    earlier = Lifting.objects.filter(
        execution=OuterRef("execution"),
        execution__entry__isnull=False,
        measure=OuterRef("measure"),
        lifted_on__isnull=False,
    ).exclude(task=task)
    return (
        Taken.objects.filter(
            Q(execution__entry__in=left) | Q(execution__entry=None, execution__task__publication__in=listed),
            execution__unit__in=[*units, task.unit_id],
            execution__outcome=Outcome.APPLIED,
            execution__cancelled_at=None,
        )
        .exclude(Exists(earlier))
        .order_by("execution__entry", "execution", "measure")
    )


def measures_to_lift(task: UnitTask) -> QuerySet[Any]:
    """Those of which it is not yet said, for this release, what became of them."""
    return measures_taken(task).exclude(Exists(_settled(task)))


def with_liftings(taken: QuerySet[Any], task: UnitTask) -> list[TakenMeasure]:
    """The rows with their executions and what became of each. Three queries, however many."""
    liftings = {(one.execution_id, one.measure_id): one for one in task.liftings.all()}
    rows = taken.select_related("measure", "execution__entry__subject", "execution__task__publication__credit_list")
    return [
        TakenMeasure(row.pk, row.execution, row.measure, liftings.get((row.execution_id, row.measure_id)))
        for row in rows
    ]


def _settled(task: UnitTask) -> QuerySet[Lifting]:
    return Lifting.objects.filter(task=task, execution=OuterRef("execution"), measure=OuterRef("measure"))
