"""Reads of batches and of what was found for their parties."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel.errors import DomainError, NotFound
from sanctions.enums import BatchStatus, RowResult
from sanctions.models import Hit, ScreeningBatch
from sanctions.models.batch import BatchRowQuerySet, ScreeningBatchQuerySet
from sanctions.selectors.screenings import FoundEntry, found_by

_SHOWN = (
    "row", "kind", "name", "code", "document_type", "masked_number", "reference", "result", "unknown_reason", "errors",
    "screening_id",
)  # fmt: skip
_HIT = ("pk", "screening_id", "entry_id", "entry_version", "match", "matched_as", "score", "state")


def batches_list(actor: Actor) -> ScreeningBatchQuerySet:
    """The batches this actor may see, with what a line shows."""
    return ScreeningBatch.objects.visible_to(actor).select_related("unit", "by", "by_client", "portfolio")


def batch_for(pk: Any, actor: Actor) -> ScreeningBatch:
    """`not_found` when this actor may not see it."""
    found = batches_list(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def own_batch(pk: Any, actor: Actor) -> ScreeningBatch:
    """`not_found` when it is another unit's, also for those who may see that it was."""
    batch = batch_for(pk, actor)
    if batch.unit != actor.unit:
        raise NotFound
    return batch


def done_batch(pk: Any, actor: Actor) -> ScreeningBatch:
    """As `own_batch`; `batch_not_done` while its parties have not been looked up."""
    batch = own_batch(pk, actor)
    if batch.status != BatchStatus.DONE:
        raise DomainError("batch_not_done", _("The parties of this batch have not been looked up."))
    return batch


def is_copy_given_up(batch: ScreeningBatch) -> bool:
    return ScreeningBatch.objects.copy_given_up().filter(pk=batch.pk).exists()


class FoundParty(NamedTuple):
    """`row` has the fields of a `BatchRow` that are shown, without its sealed number."""

    row: Any
    hits: list[FoundEntry]


def with_hits(rows: BatchRowQuerySet, unit: Unit) -> list[FoundParty]:
    """Rows of one unit with their hits, the entries without document numbers. Four queries, however many."""
    parties = list(rows.values_list(*_SHOWN, named=True))
    found: dict[Any, list[FoundEntry]] = {}
    screenings = [party.screening_id for party in parties if party.result == RowResult.HIT]
    hits = Hit.objects.filter(screening__in=screenings).order_by("pk").values_list(*_HIT, named=True)
    for one in found_by(list(hits), unit, DataProfile.MASKED) if screenings else ():
        found.setdefault(one.hit.screening_id, []).append(one)
    return [FoundParty(party, found.get(party.screening_id, [])) for party in parties]
