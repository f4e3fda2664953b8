"""What a rewarded party is entitled to, in plain words, and what it promised so far (P §二(二))."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from catalog.enums import MeasureCategory, MeasureKind
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.kernel.errors import NotFound
from lists.enums import SubjectKind
from lists.models import Entry
from sanctions.enums import PromiseState
from sanctions.models import WrittenPromise
from sanctions.models.promise import WrittenPromiseQuerySet
from sanctions.selectors.duties import OwnMeasure

_IN_PLAIN_WORDS: dict[str, str | Promise] = {
    MeasureCategory.ROLE_MODEL: gettext_lazy("Present it to the public as a model of good faith."),
    MeasureCategory.GREEN_CHANNEL: gettext_lazy(
        "Take its application first and decide quickly. Where material is missing, accept it all the same if the party "
        "promises in writing to hand it in by a day; material that a law demands cannot be promised."
    ),
    MeasureCategory.PUBLIC_SERVICE: gettext_lazy(
        "Give it priority in projects, subsidies and public services; in tenders it may get extra points."
    ),
    MeasureCategory.LIGHTER_SUPERVISION: gettext_lazy("Inspect it less often, in daily and in special inspections."),
    MeasureCategory.LOWER_COST: gettext_lazy("Offer it better terms: credit on good faith, lower fees or deposits."),
    MeasureCategory.PROMOTION: gettext_lazy(
        "Recommend it: on the government's websites, at fairs, to banks. Note where."
    ),
    MeasureCategory.OTHER_REWARD: gettext_lazy("Grant it what the law gives besides."),
}


@dataclass(frozen=True)
class Entitlement:
    """A kind of reward, what it means for the officer, and the unit's own measures of that kind."""

    label: str | Promise
    in_plain_words: str | Promise
    measures: tuple[OwnMeasure, ...]


def entitlements(measures: Iterable[OwnMeasure]) -> list[Entitlement]:
    """The unit's own rewards by category, in the plan's order. Nothing where the measures are sanctions."""
    order = list(MeasureCategory)
    rewards = sorted(
        (measure for measure in measures if measure.kind == MeasureKind.REWARD),
        key=lambda measure: order.index(MeasureCategory(measure.category)),
    )
    return [
        Entitlement(MeasureCategory(category).label, _IN_PLAIN_WORDS[category], tuple(of_kind))
        for category, of_kind in groupby(rewards, key=lambda measure: measure.category)
    ]


def promises(actor: Actor) -> WrittenPromiseQuerySet:
    """Those that one's own unit accepted, all for oversight; with what a line of them shows."""
    found = WrittenPromise.objects.all()
    return _with_entry(found.visible_to(actor) if actor.may(Act.OVERSEE) else found.of_unit(actor))


def promise_for(pk: int, actor: Actor) -> WrittenPromise:
    """`not_found` when this actor may not see it."""
    found = _with_entry(WrittenPromise.objects.visible_to(actor)).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _with_entry(found: WrittenPromiseQuerySet) -> WrittenPromiseQuerySet:
    return found.select_related("execution__unit", "execution__entry__credit_list")


def promises_of_parties(entries: Collection[UUID], actor: Actor) -> dict[UUID, list[WrittenPromise]]:
    """What the parties of these entries promised this unit and did not keep yet, by entry. Two queries."""
    named = Entry.objects.filter(pk__in=entries).exclude(subject_kind=SubjectKind.ANONYMOUS)
    parties = dict(named.values_list("pk", "subject")) if entries else {}
    if not parties:
        return {}
    by_party: dict[Any, list[WrittenPromise]] = {}
    owed = WrittenPromise.objects.of_unit(actor).exclude(state=PromiseState.KEPT)
    for one in owed.filter(execution__entry__subject__in=set(parties.values())).select_related("execution__entry"):
        assert one.execution.entry is not None
        by_party.setdefault(one.execution.entry.subject_id, []).append(one)
    return {entry: by_party[party] for entry, party in parties.items() if party in by_party}
