"""Reads of screenings, hits and executions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import NotFound
from lists.models import Entry
from lists.selectors import explain_differences, render_body
from sanctions.enums import HitState
from sanctions.models import Execution, Hit, Screening, UnitTask
from sanctions.models.execution import ExecutionQuerySet
from sanctions.models.screening import ScreeningQuerySet
from sanctions.selectors.duties import OwnMeasure, duties_of
from sanctions.selectors.findings import bodies_at


@dataclass(frozen=True)
class FoundEntry:
    """A hit as its unit sees it: the entry as published when it was found, and the unit's own measures."""

    hit: Hit
    entry: dict[str, Any]
    measures: tuple[OwnMeasure, ...]


def found_entries(screening: Screening, profile: DataProfile) -> list[FoundEntry]:
    """The hits of a screening with their entries, as a reader with this data profile gets them."""
    return found_by(list(screening.hits.all()), screening.unit, profile)


def found_by(hits: list[Hit], unit: Unit, profile: DataProfile) -> list[FoundEntry]:
    """Hits of one unit, of one screening or of many, with their entries. Two queries, however many."""
    bodies = bodies_at((hit.entry_id, hit.entry_version) for hit in hits)
    duties = duties_of(unit)
    return [
        FoundEntry(
            hit=hit,
            entry=render_body(bodies[hit.entry_id], profile),
            measures=duties.measures_by_code(bodies[hit.entry_id]["list"], hit.matched_as),
        )
        for hit in hits
    ]


@dataclass(frozen=True)
class SuggestedEntry:
    """An entry of a party with a like name. It is no hit: there is nothing to answer."""

    entry_id: str
    entry_version: int
    entry: dict[str, Any]
    score: float
    explanation: str
    measures: tuple[OwnMeasure, ...]


def suggested_entries(screening: Screening, profile: DataProfile) -> list[SuggestedEntry]:
    """The entries that a screening suggested, as they were then."""
    kept = screening.suggestions
    if not kept:
        return []
    bodies = bodies_at((UUID(one["entry_id"]), one["version"]) for one in kept)
    duties = duties_of(screening.unit)
    return [
        SuggestedEntry(
            entry_id=one["entry_id"],
            entry_version=one["version"],
            entry=render_body(body, profile),
            score=one["score"],
            explanation=explain_differences(one["differences"]),
            measures=duties.measures_by_code(body["list"]),
        )
        for one in kept
        if (body := bodies.get(UUID(one["entry_id"])))
    ]


def screening_for(pk: Any, actor: Actor) -> Screening:
    """`not_found` when it is another unit's."""
    try:
        return Screening.objects.visible_to(actor).select_related("unit", "by", "by_client").get(pk=pk)
    except Screening.DoesNotExist:
        raise NotFound("not_found", _("Not found.")) from None


def screenings_list(actor: Actor) -> ScreeningQuerySet:
    """The unit's screenings with the number of hits still open, counted for the rows shown alone."""
    hits = Hit.objects.filter(screening=OuterRef("pk"), state=HitState.OPEN).order_by()
    open_hits = hits.values("screening").annotate(count=Count("pk")).values("count")
    return (
        Screening.objects.visible_to(actor)
        .select_related("by", "by_client")
        .annotate(open_hits=Coalesce(Subquery(open_hits), 0))
    )


def executions_visible_to(actor: Actor) -> ExecutionQuerySet:
    """The unit's own, and those reported back to it as the initiating unit, with what a line shows."""
    return with_details(Execution.objects.visible_to(actor))


def executions_on(entry: Entry, actor: Actor) -> ExecutionQuerySet:
    """What was done about one entry, as far as this actor may see it; two queries."""
    return with_details(Execution.objects.visible_to(actor).filter(entry=entry))


def executions_of_task(task: UnitTask) -> ExecutionQuerySet:
    """What the unit reported on a publication: on the task itself, and by its hits on the publication's entries."""
    of_publication = Q(task=task) | Q(hit__isnull=False, entry__in=task.publication.changes.values("entry"))
    return with_details(Execution.objects.filter(of_publication, unit=task.unit))


def with_details(executions: ExecutionQuerySet) -> ExecutionQuerySet:
    return executions.select_related(
        "unit",
        "entry__credit_list",
        "task__publication__credit_list",
        "hit",
        "made_by",
        "made_by_client",
        "cancelled_by",
        "cancelled_by_client",
    ).prefetch_related("measures")


def answers_of(hits: Iterable[Hit]) -> dict[int, list[Execution]]:
    """Every answer a hit was given, cancelled ones too, by hit."""
    answers: dict[int, list[Execution]] = {}
    for execution in with_details(Execution.objects.filter(hit__in=list(hits))).order_by("id"):
        answers.setdefault(execution.hit_id or 0, []).append(execution)
    return answers
