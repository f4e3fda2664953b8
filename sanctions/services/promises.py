"""容缺受理: what a party promised when material was missing, and whether it kept its word (P §二(二)2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.enums import MeasureCategory
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.moves import make_move
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from sanctions.models import Execution, WrittenPromise, WrittenPromiseMove
from sanctions.workflow import PROMISE


@dataclass(frozen=True)
class GivenPromise:
    """What is missing, by when it is promised, and the promise in words; without words it is among the attachments."""

    missing: str
    due_on: date
    wording: str = ""


def keep_promises_with(executions: Sequence[Execution], given: GivenPromise, *, is_attached: bool) -> None:
    """The promise of executions that are just being written, with their measures; `is_attached`: files come with it.

    Refusals: `promise_of_nobody`, `promise_needs_green_channel`, `missing_material_missing`, `promise_missing`,
    `promise_due_too_early`.
    """
    if any(execution.entry is None for execution in executions):
        raise InvalidInput(
            "promise_of_nobody",
            _("A promise is given by one party. Feed back on its entry, not on the whole publication."),
            field="promise",
        )
    with_channel = Execution.objects.filter(measures__category=MeasureCategory.GREEN_CHANNEL)
    keys = {execution.pk for execution in executions}
    if keys - set(with_channel.filter(pk__in=keys).values_list("pk", flat=True)):
        raise InvalidInput(
            "promise_needs_green_channel",
            _("Material may be missing only where a measure of the green channel is applied. Choose it as well."),
            field="measures",
        )
    if not given.missing.strip():
        raise InvalidInput("missing_material_missing", _("Name the material that is missing."), field="missing")
    if not (given.wording.strip() or is_attached):
        raise InvalidInput(
            "promise_missing", _("The promise is given in writing: attach it, or copy its words."), field="promise"
        )
    if given.due_on < executions[0].performed_on:
        raise InvalidInput(
            "promise_due_too_early",
            _("The material cannot be due before the application was accepted."),
            field="promise_due_on",
        )
    missing, wording = given.missing.strip(), given.wording.strip()
    WrittenPromise.objects.bulk_create(
        WrittenPromise(execution=execution, missing=missing, wording=wording, due_on=given.due_on)
        for execution in executions
    )


@transaction.atomic
def move_promise(*, promise: WrittenPromise, name: str, by: Actor, reason: str = "") -> WrittenPromise:
    """Note that a promise was kept or broken, or take such a note back. Who broke one is shown to the unit again.

    Refusals: `not_found` for another unit's and where the execution was cancelled; `move_not_open`;
    `act_not_allowed`; `reason_missing`.
    """
    try:
        locked = WrittenPromise.objects.of_unit(by).select_for_update(of=("self",)).get(pk=promise.pk)
    except WrittenPromise.DoesNotExist:
        raise NotFound from None
    if name not in {move.name for move in PROMISE}:
        raise DomainError("move_not_open", _("This is no step of a promise."))
    make_move(WrittenPromiseMove, locked, PROMISE, name, by=by, reason=reason)
    return locked
