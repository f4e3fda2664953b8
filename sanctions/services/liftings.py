"""What became of the measures that a unit took, when their entry left the list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput
from sanctions.models import Execution, Lifting, UnitTask
from sanctions.rules import checked_day
from sanctions.selectors.releases import measures_taken


@dataclass(frozen=True)
class Settlement:
    """Of one measure of one execution (their ids): the day on which it was lifted, or why it stays."""

    execution: int
    measure: int
    lifted_on: date | None = None
    reason: str = ""


def write_liftings(task: UnitTask, settlements: Collection[Settlement], *, by: Actor) -> None:
    """Of a locked release task. Refusals: those of `settle_measures`."""
    if not settlements:
        return
    taken = {
        (row.execution_id, row.measure_id): row.execution
        for row in measures_taken(task)
        .filter(execution__in={one.execution for one in settlements})
        .select_related("execution__task")
    }
    known = set(task.liftings.values_list("execution", "measure"))
    rows = []
    for one in settlements:
        key = (one.execution, one.measure)
        if key not in taken:
            raise InvalidInput(
                "measure_not_taken",
                _("Your unit took no such measure against those who left, or it was lifted before."),
                field="measures",
                execution=one.execution,
                measure=one.measure,
            )
        if key in known:
            raise DomainError(
                "measure_settled", _("Of this measure it was said already what became of it."), field="measures"
            )
        known.add(key)
        check_settlement(one, taken[key])
        rows.append(
            Lifting(
                task=task,
                execution_id=one.execution,
                measure_id=one.measure,
                lifted_on=one.lifted_on,
                reason=one.reason.strip(),
                made_by=by.user,
                made_by_client=None if by.user else by.client,
                made_at=clock.now(),
            )
        )
    Lifting.objects.bulk_create(rows)


def check_settlement(settlement: Settlement, execution: Execution) -> None:
    """Refusals: `day_or_reason`, `day_in_future`, `lifted_too_early`.

    Not the last one where a whole period was reported on one of its days: who left before had it lifted before.
    """
    if (settlement.lifted_on is None) == (not settlement.reason.strip()):
        raise InvalidInput(
            "day_or_reason",
            _("Give the day on which the measure was lifted, or the reason why it stays; not both."),
            field="measures",
        )
    if settlement.lifted_on is None:
        return
    checked_day(settlement.lifted_on, clock.today(), "measures")
    is_of_a_period = execution.entry_id is None and execution.task is not None and execution.task.publication_id is None
    if settlement.lifted_on < execution.performed_on and not is_of_a_period:
        raise InvalidInput("lifted_too_early", _("A measure cannot be lifted before it was applied."), field="measures")
