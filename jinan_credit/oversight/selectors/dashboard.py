"""Everything the first page of oversight shows."""

from dataclasses import dataclass
from datetime import date

from jinan_credit.accounts.actors import Actor
from jinan_credit.exchange.selectors import UnitDelivery, deliveries
from jinan_credit.oversight.enums import CaseSort
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.cases import CaseFigures, case_total
from jinan_credit.oversight.selectors.figures import (
    ExecutionTotals,
    Expired,
    Tasks,
    execution_totals,
    expired_by,
    median_release_days,
    screenings_by,
    task_figures,
    weekly_tasks,
)
from jinan_credit.oversight.snapshot import one_snapshot
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.selectors import (
    CaseReportFigures,
    ScreeningFigures,
    SettledFigures,
    TaskFigures,
    case_report_figures,
    settled_figures,
    tasks_behind,
)

WORST = 5


@dataclass(frozen=True)
class Dashboard:
    """`push` is None where one unit's figures are shown: its copies have a page of their own."""

    scope: Scope
    tasks: Tasks
    weeks: dict[date, TaskFigures]
    release_days: int | None
    screening: ScreeningFigures
    executions: ExecutionTotals
    settled: SettledFigures
    expired: Expired
    objections: CaseFigures
    repairs: CaseFigures
    reports: CaseReportFigures
    push: list[UnitDelivery]


def dashboard(scope: Scope, actor: Actor) -> Dashboard:
    """All of one moment."""
    with one_snapshot():
        return Dashboard(
            scope=scope,
            tasks=task_figures(scope),
            weeks={monday: figures for (monday,), figures in weekly_tasks(scope).items()},
            release_days=median_release_days(scope),
            screening=screenings_by(scope).get((), ScreeningFigures()),
            executions=execution_totals(scope),
            settled=settled_figures(**scope.conditions),
            expired=expired_by(scope).get((), Expired(0, 0, 0)),
            objections=case_total(CaseSort.OBJECTION, scope),
            repairs=case_total(CaseSort.REPAIR, scope),
            reports=case_report_figures(**scope.conditions),
            push=late_deliveries(actor),
        )


def rows_behind(figure: str, scope: Scope) -> UnitTaskQuerySet:
    """The tasks that a figure counts, newest first. KeyError for an unknown figure."""
    return tasks_behind(figure, **scope.conditions).with_names().order_by("-pk")


def late_deliveries(actor: Actor) -> list[UnitDelivery]:
    """The units whose copies lag or whose push fails, worst first."""
    late = [line for line in deliveries(actor) if line.changes_behind or line.state != "ACTIVE"]
    return sorted(late, key=lambda line: (-line.failures, -line.changes_behind))[:WORST]
