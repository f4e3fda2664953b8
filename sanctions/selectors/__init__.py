"""Reads, scoped by the viewer's unit and role."""

from sanctions.selectors.cases import (
    CaseReportFigures,
    case_report_figures,
    public_bulletins,
    public_cases,
)
from sanctions.selectors.duties import OwnMeasure, lists_of, own_measures
from sanctions.selectors.execution_figures import ExecutionFigures, execution_figures
from sanctions.selectors.figures import (
    FigureTable,
    ListFigures,
    ScreeningFigures,
    Span,
    TaskFigures,
    UnitFigures,
    figure_table,
    made_within,
    screening_figures,
    task_conditions,
    task_counts,
    task_figures,
    task_figures_by_list,
    task_figures_by_unit,
    tasks_behind,
    tasks_of_period,
)
from sanctions.selectors.screenings import executions_on, executions_visible_to, found_entries, screenings_list
from sanctions.selectors.unit_tasks import inbox, inbox_counts, response_matrix

__all__ = [
    "CaseReportFigures",
    "ExecutionFigures",
    "FigureTable",
    "ListFigures",
    "OwnMeasure",
    "ScreeningFigures",
    "Span",
    "TaskFigures",
    "UnitFigures",
    "case_report_figures",
    "execution_figures",
    "executions_on",
    "executions_visible_to",
    "figure_table",
    "found_entries",
    "inbox",
    "inbox_counts",
    "lists_of",
    "made_within",
    "own_measures",
    "public_bulletins",
    "public_cases",
    "response_matrix",
    "screening_figures",
    "screenings_list",
    "task_conditions",
    "task_counts",
    "task_figures",
    "task_figures_by_list",
    "task_figures_by_unit",
    "tasks_behind",
    "tasks_of_period",
]
