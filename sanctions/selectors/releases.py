"""What a unit has to lift when an entry leaves a list: the measures it took, by its valid executions.

A report on one entry is about that entry. One on a whole publication is about each that was part of it, one for a whole
period about each that stood on the list within it: of each who leaves the unit says what became of the measure.

When a related person was repaired, he alone leaves: asked of are the measures that reach related persons, but not those
that answer a hit on a person who is still named.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.enums import MeasureObject
from catalog.models import Measure
from jinan_credit.accounts.selectors import held_by
from jinan_credit.kernel import clock
from lists.enums import ChangeReason
from lists.models import Change, Entry, EntryQuerySet, RelatedPerson
from sanctions.enums import MatchedAs, Outcome, TaskKind, TaskState
from sanctions.models import Execution, Lifting, UnitTask
from sanctions.models.unit_task import UnitTaskQuerySet

PERSON_REPAIRED = ChangeReason.PERSON_REPAIRED
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

    Also those of the units that this one succeeded. None for a task of another kind.
    """
    if task.kind != TaskKind.RELEASE:
        return Taken.objects.none()
    left = Change.objects.filter(publication=task.publication_id).values("entry")
    listed = Change.objects.filter(entry__in=left).values("publication")
    in_period = Entry.objects.filter(
        Q(exit_on=None) | Q(exit_on__gte=OuterRef("execution__task__period_from")),
        pk__in=left,
        credit_list=OuterRef("execution__task__credit_list"),
        published_at__date__lte=OuterRef("execution__task__period_to"),
    )
    units = held_by(task.unit_id, clock.today())
    earlier = Lifting.objects.filter(
        # lifted for one person is not lifted for the others, unless the hit was on him
        Q(execution__hit__matched_as=MatchedAs.RELATED_PERSON) | ~Q(task__publication__change_reason=PERSON_REPAIRED),
        execution=OuterRef("execution"),
        execution__entry__isnull=False,
        measure=OuterRef("measure"),
        lifted_on__isnull=False,
    ).exclude(task=task)
    taken = (
        Taken.objects.filter(
            Q(execution__entry__in=left)
            | Q(execution__entry=None, execution__task__publication__in=listed)
            | Q(Exists(in_period), execution__entry=None, execution__task__kind=TaskKind.FEEDBACK),
            execution__unit__in=[*units, task.unit_id],
            execution__outcome=Outcome.APPLIED,
            execution__cancelled_at=None,
        )
        .exclude(Exists(earlier))
        .order_by("execution__entry", "execution", "measure")
    )
    return _reaching_the_person(taken, task) if task.is_of_a_person else taken


def _reaching_the_person(taken: QuerySet[Any], task: UnitTask) -> QuerySet[Any]:
    if task.state == TaskState.CONFIRMED:
        return taken.filter(Exists(_settled(task)))  # others who were repaired later have releases of their own
    named = _named("execution__entry", "execution__hit__screening__number_index")
    reach = (MeasureObject.RELATED_PERSON, MeasureObject.BOTH)
    return taken.filter(measure__applies_to__in=reach).exclude(Exists(named))


def persons_off(task: UnitTask) -> list[str]:
    """Whom the entry of a person's release named before, and does not name any more."""
    change = Change.objects.filter(publication=task.publication_id).first()
    if change is None or change.body is None:
        return []
    before = Change.objects.filter(entry=change.entry_id, version__lt=change.version, body__isnull=False)
    last = before.order_by("-version").first()
    names = {person["name"] for person in change.body["related_persons"]}
    return [one["name"] for one in (last.body or {})["related_persons"] if one["name"] not in names] if last else []


def releases_reached(execution: Execution) -> UnitTaskQuerySet:
    """The unit's release tasks of those who have left since and whom a report is about."""
    task = execution.task
    if execution.entry_id is not None:
        entries = Entry.objects.filter(pk=execution.entry_id)
    elif task is not None and task.publication_id is not None:
        entries = Entry.objects.filter(changes__publication=task.publication_id)
    else:
        assert task is not None
        entries = Entry.objects.filter(
            Q(exit_on=None) | Q(exit_on__gte=task.period_from),
            credit_list=task.credit_list_id,
            published_at__date__lte=task.period_to,
        )
    return _releases(execution.unit_id, entries)


def releases_reached_by_entries(unit_id: int, entries: Collection[UUID]) -> UnitTaskQuerySet:
    """The same of reports on single entries."""
    return _releases(unit_id, Entry.objects.filter(pk__in=entries))


def releases_of_persons_off(unit_id: int, executions: Collection[Execution]) -> UnitTaskQuerySet:
    """Those of related persons who are not named any more and a hit on whom is answered only now."""
    reports = Execution.objects.filter(pk__in=[execution.pk for execution in executions])
    late = reports.exclude(Exists(_named("entry", "hit__screening__number_index")))
    off = Change.objects.filter(entry__in=late.values("entry"), publication__change_reason=PERSON_REPAIRED)
    publications = off.order_by().values("publication")
    return UnitTask.objects.filter(kind=TaskKind.RELEASE, unit=unit_id, publication__in=publications)


def _releases(unit_id: int, entries: EntryQuerySet) -> UnitTaskQuerySet:
    left = entries.order_by().values("last_publication")
    return UnitTask.objects.filter(kind=TaskKind.RELEASE, unit=unit_id, publication__in=left)


def _named(entry: str, number_index: str) -> QuerySet[RelatedPerson]:
    return RelatedPerson.objects.filter(
        entry=OuterRef(entry), number_index=OuterRef(number_index), number_index__gt=""
    ).order_by()


def measures_to_lift(task: UnitTask) -> QuerySet[Any]:
    """Those of which it is not yet said, for this release, what became of them."""
    return measures_taken(task).exclude(Exists(_settled(task)))


def with_liftings(taken: QuerySet[Any], task: UnitTask) -> list[TakenMeasure]:
    """The rows with their executions and what became of each. Three queries, however many."""
    liftings = {(one.execution_id, one.measure_id): one for one in task.liftings.all()}
    rows = taken.select_related(
        "measure",
        "execution__entry__subject",
        "execution__task__publication__credit_list",
        "execution__task__credit_list",
        "execution__hit__screening",
    )
    return [
        TakenMeasure(row.pk, row.execution, row.measure, liftings.get((row.execution_id, row.measure_id)))
        for row in rows
    ]


def _settled(task: UnitTask) -> QuerySet[Lifting]:
    return Lifting.objects.filter(task=task, execution=OuterRef("execution"), measure=OuterRef("measure"))
