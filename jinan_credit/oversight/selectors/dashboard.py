"""The coordinator's figures (domain §6). Set-based, a constant number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Model, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import EscalationStep
from jinan_credit.exchange.selectors import UnitDelivery, deliveries
from jinan_credit.oversight.filters import Scope
from objections.enums import ObjectionState
from objections.models import HelpEscalation, Objection, ObjectionEscalation
from repair.enums import RepairState
from repair.models import RepairApplication, RepairEscalation
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.selectors import (
    CaseReportFigures,
    ExecutionFigures,
    ListFigures,
    ScreeningFigures,
    TaskFigures,
    UnitFigures,
    case_report_figures,
    execution_figures,
    figure_table,
    screening_figures,
    tasks_behind,
)

WORST = 5


@dataclass(frozen=True)
class CaseFigures:
    """Objections or repair applications received in the period."""

    received: int
    granted: int
    decided: int
    decided_in_time: int
    overdue: int

    @property
    def in_time_rate(self) -> float | None:
        return self.decided_in_time / self.decided if self.decided else None


@dataclass(frozen=True)
class Dashboard:
    scope: Scope
    total: TaskFigures
    by_unit: list[UnitFigures]
    by_list: list[ListFigures]
    screening: ScreeningFigures
    executions: ExecutionFigures
    objections: CaseFigures
    repairs: CaseFigures
    reports: CaseReportFigures
    push: list[UnitDelivery]


def dashboard(scope: Scope, actor: Actor) -> Dashboard:
    """Everything the first page of oversight shows."""
    table = figure_table(since=scope.since, until=scope.until)
    by_unit = [
        line
        for line in table.by_unit(credit_list=scope.credit_list)
        if scope.unit is None or line.unit_id == scope.unit.pk
    ]
    by_list = [
        line
        for line in table.by_list(unit=scope.unit)
        if scope.credit_list is None or line.list_id == scope.credit_list.pk
    ]
    return Dashboard(
        scope=scope,
        total=sum((line.figures for line in by_unit), TaskFigures()),
        by_unit=by_unit,
        by_list=by_list,
        screening=screening_figures(since=scope.since, until=scope.until, unit=scope.unit),
        executions=execution_figures(**scope.conditions),
        objections=objection_figures(scope),
        repairs=repair_figures(scope),
        reports=case_report_figures(**scope.conditions),
        push=late_deliveries(actor),
    )


def rows_behind(figure: str, scope: Scope) -> UnitTaskQuerySet:
    """The tasks that a figure counts, newest first. KeyError for an unknown figure."""
    rows = tasks_behind(figure, **scope.conditions)
    return rows.with_names().order_by("-pk")


def objection_figures(scope: Scope) -> CaseFigures:
    return _case_figures(
        Objection.objects.all(),
        scope,
        overdue=Objection.objects.overdue(),
        granted=Q(state=ObjectionState.UPHELD),
        decided_at="decided_at",
        due_on="due_on",
    )


def repair_figures(scope: Scope) -> CaseFigures:
    return _case_figures(
        RepairApplication.objects.all(),
        scope,
        overdue=RepairApplication.objects.overdue(),
        granted=Q(state=RepairState.APPROVED),
        decided_at="approved_at",
        due_on="decide_due_on",
    )


def escalated_cases() -> QuerySet[Any, Any]:
    """Objections, repairs and questions to other units that came to the coordinator and still wait: the unit that owes,
    kind, number, day missed. Of the applicant nothing.
    """
    kinds = {
        "objection": (ObjectionEscalation.objects.standing(), "of__receipt_number"),
        "help": (HelpEscalation.objects.standing(), "of__objection__receipt_number"),
        "repair": (RepairEscalation.objects.standing(), "of__receipt_number"),
    }
    first, *others = [
        escalations.filter(step=EscalationStep.COORDINATOR)
        .order_by()
        .annotate(kind=Value(kind, CharField()), number=F(number), unit=F("of__unit__name"))
        .values("kind", "number", "unit", "due_on", "at")
        for kind, (escalations, number) in kinds.items()
    ]
    return first.union(*others, all=True).order_by("due_on", "number")


def late_deliveries(actor: Actor) -> list[UnitDelivery]:
    """The units whose copies lag or whose push fails, worst first."""
    late = [line for line in deliveries(actor) if line.changes_behind or line.state != "ACTIVE"]
    return sorted(late, key=lambda line: (-line.failures, -line.changes_behind))[:WORST]


def _case_figures(
    cases: QuerySet[Model], scope: Scope, *, overdue: QuerySet[Model], granted: Q, decided_at: str, due_on: str
) -> CaseFigures:
    cases = cases.filter(received_on__gte=scope.since, received_on__lte=scope.until)
    if scope.unit is not None:
        cases = cases.filter(unit=scope.unit)
    if scope.credit_list is not None:
        cases = cases.filter(credit_list=scope.credit_list)
    decided = Q(**{f"{decided_at}__isnull": False})
    counted = cases.annotate(decided_on=TruncDate(decided_at)).aggregate(
        received=Count("pk"),
        granted=Count("pk", filter=granted),
        decided=Count("pk", filter=decided),
        decided_in_time=Count("pk", filter=decided & Q(decided_on__lte=F(due_on))),
        overdue=Count("pk", filter=Q(pk__in=overdue.order_by().values("pk"))),
    )
    return CaseFigures(**counted)
