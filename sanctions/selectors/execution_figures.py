"""The figures on what units did (domain §6): applied or not, amounts, what was lifted, promises. One query each."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, Sum

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.models import CreditList
from sanctions.enums import Outcome, PromiseState
from sanctions.models import Execution, Lifting, UnitTaskMove, WrittenPromise
from sanctions.selectors.figures import tasks_of_period


@dataclass(frozen=True)
class ExecutionFigures:
    """Reports performed, measures settled and promises due in a period. `amount` in CNY.

    `release_time`: the median from the publication of a removal to its confirmation; None where none is confirmed.
    """

    applied: int
    not_applied: int
    amount: Decimal | None
    lifted: int
    staying: int
    release_time: timedelta | None
    promises: int
    kept: int
    broken: int
    promises_overdue: int

    @property
    def measure_rate(self) -> float | None:
        """Of the cases in which a measure was applicable, those in which one was applied."""
        return self.applied / (self.applied + self.not_applied) if self.applied + self.not_applied else None


class _Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def execution_figures(
    *, since: date, until: date, unit: Unit | None = None, credit_list: CreditList | None = None
) -> ExecutionFigures:
    """Both days count; cancelled reports do not. Four queries."""
    executions = _of(Execution.objects.valid(), "", unit, credit_list).filter(performed_on__range=(since, until))
    liftings = _of(Lifting.objects.all(), "execution__", unit, credit_list).filter(
        made_at__gte=clock.start_of(since), made_at__lt=clock.start_of(until + timedelta(days=1))
    )
    promises = _of(WrittenPromise.objects.filter(execution__cancelled_at=None), "execution__", unit, credit_list)
    late = Q(state=PromiseState.OPEN, due_on__lt=clock.today())
    tasks = tasks_of_period(since=since, until=until, unit=unit, credit_list=credit_list)
    confirmed = UnitTaskMove.objects.filter(name="confirm_release", of__in=tasks.order_by().values("pk"))
    taken = ExpressionWrapper(F("at") - F("of__made_at"), DurationField())
    return ExecutionFigures(
        **executions.aggregate(
            applied=Count("pk", filter=Q(outcome=Outcome.APPLIED)),
            not_applied=Count("pk", filter=Q(outcome=Outcome.NOT_APPLIED)),
            amount=Sum("amount"),
        ),
        **liftings.aggregate(
            lifted=Count("pk", filter=Q(lifted_on__isnull=False)), staying=Count("pk", filter=Q(lifted_on=None))
        ),
        **confirmed.aggregate(release_time=_Median(taken, output_field=DurationField())),
        **promises.filter(due_on__range=(since, until)).aggregate(
            promises=Count("pk"),
            kept=Count("pk", filter=Q(state=PromiseState.KEPT)),
            broken=Count("pk", filter=Q(state=PromiseState.BROKEN)),
            promises_overdue=Count("pk", filter=late),
        ),
    )


def _of(rows: Any, path: str, unit: Unit | None, credit_list: CreditList | None) -> Any:
    if unit is not None:
        rows = rows.filter(**{f"{path}unit": unit})
    if credit_list is not None:
        rows = rows.filter(
            Q(**{f"{path}entry__credit_list": credit_list})
            | Q(**{f"{path}entry": None, f"{path}task__credit_list": credit_list})
        )
    return rows
