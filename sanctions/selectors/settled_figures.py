"""What became of measures and promises (domain §6): lifted, staying, kept, broken."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.models import CreditList
from sanctions.enums import PromiseState
from sanctions.models import Lifting, WrittenPromise


@dataclass(frozen=True)
class SettledFigures:
    """Measures settled and promises due in a period."""

    lifted: int
    staying: int
    promises: int
    kept: int
    broken: int
    promises_overdue: int


def settled_figures(
    *, since: date, until: date, unit: Unit | None = None, credit_list: CreditList | None = None
) -> SettledFigures:
    """Both days count; those of cancelled reports do not. Two queries."""
    liftings = _of(Lifting.objects.all(), unit, credit_list).filter(
        made_at__gte=clock.start_of(since), made_at__lt=clock.start_of(until + timedelta(days=1))
    )
    promises = _of(WrittenPromise.objects.filter(execution__cancelled_at=None), unit, credit_list)
    late = Q(state=PromiseState.OPEN, due_on__lt=clock.today())
    return SettledFigures(
        **liftings.aggregate(
            lifted=Count("pk", filter=Q(lifted_on__isnull=False)), staying=Count("pk", filter=Q(lifted_on=None))
        ),
        **promises.filter(due_on__range=(since, until)).aggregate(
            promises=Count("pk"),
            kept=Count("pk", filter=Q(state=PromiseState.KEPT)),
            broken=Count("pk", filter=Q(state=PromiseState.BROKEN)),
            promises_overdue=Count("pk", filter=late),
        ),
    )


def _of(rows: Any, unit: Unit | None, credit_list: CreditList | None) -> Any:
    if unit is not None:
        rows = rows.filter(execution__unit=unit)
    if credit_list is not None:
        rows = rows.filter(
            Q(execution__entry__credit_list=credit_list)
            | Q(execution__entry=None, execution__task__credit_list=credit_list)
        )
    return rows
