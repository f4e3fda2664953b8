"""Reads, scoped by the viewer's unit and role."""

from sanctions.selectors.duties import OwnMeasure, lists_of, own_measures
from sanctions.selectors.execution_figures import ExecutionFigures, execution_figures
from sanctions.selectors.figures import (
    FigureTable,
    ListFigures,
    ScreeningFigures,
    TaskFigures,
    UnitFigures,
    figure_table,
    screening_figures,
    task_figures,
    task_figures_by_list,
    task_figures_by_unit,
    tasks_behind,
    tasks_of_period,
)
from sanctions.selectors.screenings import executions_on, executions_visible_to, found_entries, screenings_list
from sanctions.selectors.unit_tasks import inbox, inbox_counts, response_matrix

__all__ = [
    "ExecutionFigures",
    "FigureTable",
    "ListFigures",
    "OwnMeasure",
    "ScreeningFigures",
    "TaskFigures",
    "UnitFigures",
    "execution_figures",
    "executions_on",
    "executions_visible_to",
    "figure_table",
    "found_entries",
    "inbox",
    "inbox_counts",
    "lists_of",
    "own_measures",
    "response_matrix",
    "screening_figures",
    "screenings_list",
    "task_figures",
    "task_figures_by_list",
    "task_figures_by_unit",
    "tasks_behind",
    "tasks_of_period",
]
