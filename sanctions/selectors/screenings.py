"""Reads of screenings, hits and executions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import NotFound
from lists.models import Change, Entry
from lists.selectors import explain_differences, render_body
from sanctions.enums import HitState
from sanctions.models import Execution, Hit, NotSameParty, Screening, UnitTask
from sanctions.models.execution import ExecutionQuerySet
from sanctions.models.screening import ScreeningQuerySet
from sanctions.selectors.duties import Duties, OwnMeasure, current_holder, duties_of
from sanctions.selectors.findings import bodies_at


@dataclass(frozen=True)
class FoundEntry:
    """A hit as its unit sees it: the entry as published when it was found, and the unit's own measures.

    `hit`: a `Hit`, or of a batch a row with those of its fields that are shown.
    """

    hit: Any
    entry: dict[str, Any]
    measures: tuple[OwnMeasure, ...]


def found_entries(screening: Screening, profile: DataProfile) -> list[FoundEntry]:
    """The hits of a screening with their entries, as a reader with this data profile gets them."""
    return found_by(list(screening.hits.all()), screening.unit, profile)


def found_by(hits: Sequence[Any], unit: Unit, profile: DataProfile) -> list[FoundEntry]:
    """Hits of one unit, of one screening or of many, with their entries. Two queries, however many."""
    bodies = bodies_at((hit.entry_id, hit.entry_version) for hit in hits)
    return as_found(hits, bodies, duties_of(current_holder(unit)), profile)


def as_found(
    hits: Iterable[Any], bodies: Mapping[UUID, dict[str, Any]], duties: Duties, profile: DataProfile
) -> list[FoundEntry]:
    """Hits beside their entries, whose published states were read already."""
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
    judgement: NotSameParty | None


def suggested_entries(screening: Screening, profile: DataProfile) -> list[SuggestedEntry]:
    """The entries that a screening suggested, as they were then."""
    kept = screening.suggestions
    if not kept:
        return []
    bodies = bodies_at((UUID(one["entry_id"]), one["version"]) for one in kept)
    duties = duties_of(current_holder(screening.unit))
    judgements = judgements_on(screening, bodies)
    return [
        SuggestedEntry(
            entry_id=one["entry_id"],
            entry_version=one["version"],
            entry=render_body(body, profile),
            score=one["score"],
            explanation=explain_differences(one["differences"]),
            measures=duties.measures_by_code(body["list"]),
            judgement=judgements.get(UUID(one["entry_id"])),
        )
        for one in kept
        if (body := bodies.get(UUID(one["entry_id"])))
    ]


def judgements_on(screening: Screening, entries: Iterable[UUID]) -> dict[UUID, NotSameParty]:
    """The unit's last valid judgement on each of the entries' subjects, made whenever it looked this name up."""
    judged = NotSameParty.objects.valid().filter(
        screening__unit=screening.unit_id,
        screening__party_kind=screening.party_kind,
        screening__party_name=screening.party_name,
    )
    last = judged.filter(entry__subject=OuterRef("subject")).order_by("-pk").values("pk")[:1]
    by_entry = Entry.objects.filter(pk__in=list(entries)).annotate(judgement=Subquery(last)).exclude(judgement=None)
    found = dict(by_entry.values_list("pk", "judgement"))
    rows = NotSameParty.objects.select_related("screening", "judged_by", "judged_by_client").in_bulk(found.values())
    return {entry: rows[judgement] for entry, judgement in found.items()}


def consortium_of(screening: Screening) -> list[Screening]:
    """The screenings of all who take part in the matter, the first first; none for a party that stands alone."""
    members = list(Screening.objects.of_consortium(screening).select_related("unit"))
    return members if len(members) > 1 else []


def measures_of_open_hits(screening: Screening) -> tuple[OwnMeasure, ...]:
    """The unit's own measures on the lists of all hits still open in the matter, each once."""
    matter = Hit.objects.open().filter(screening__in=Screening.objects.of_consortium(screening))
    duties = duties_of(current_holder(screening.unit))
    lists = matter.order_by("entry__credit_list", "matched_as").values_list("entry__credit_list", "matched_as")
    measures = [measure for list_id, matched_as in lists.distinct() for measure in duties.measures(list_id, matched_as)]
    return tuple({measure.id: measure for measure in measures}.values())


def screening_for(pk: Any, actor: Actor) -> Screening:
    """`not_found` when it is another unit's."""
    try:
        return Screening.objects.visible_to(actor).select_related("unit", "by", "by_client").get(pk=pk)
    except Screening.DoesNotExist:
        raise NotFound from None


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
    """What the unit reported: on the task itself, otherwise on the publication's entries, within the period."""
    return with_details(Execution.objects.filter(on_task(task)))


def on_task(task: UnitTask) -> Q:
    about = Q(task=None, entry__in=Change.objects.filter(publication=task.publication_id).values("entry"))
    if task.publication is None:
        of_list = Q(entry__credit_list=task.credit_list_id) | Q(task__credit_list=task.credit_list_id)
        about = of_list & Q(performed_on__range=(task.period_from, task.period_to))
    return Q(Q(task=task) | about, unit=task.unit)


def with_details(executions: ExecutionQuerySet) -> ExecutionQuerySet:
    return executions.select_related(
        "unit",
        "entry__credit_list",
        "task__publication__credit_list",
        "task__credit_list",
        "hit",
        "promise",
        "made_by",
        "made_by_client",
        "cancelled_by",
        "cancelled_by_client",
    ).prefetch_related("measures", "liftings", "attachments")


def answers_of(hits: Iterable[Hit]) -> dict[int, list[Execution]]:
    """Every answer a hit was given, cancelled ones too, by hit."""
    answers: dict[int, list[Execution]] = {}
    for execution in with_details(Execution.objects.filter(hit__in=list(hits))).order_by("id"):
        answers.setdefault(execution.hit_id or 0, []).append(execution)
    return answers
