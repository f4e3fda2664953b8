"""Reads, scoped by the viewer's unit and role."""

from sanctions.rules import Matter, Party
from sanctions.selectors.cases import (
    CaseReportFigures,
    case_report_figures,
    public_bulletins,
    public_cases,
)
from sanctions.selectors.duties import OwnMeasure, lists_of, own_measures
from sanctions.selectors.figures import (
    SIGNING,
    ScreeningFigures,
    Span,
    TaskFigures,
    made_within,
    overdue_counts,
    task_conditions,
    task_counts,
    tasks_behind,
    tasks_of_period,
)
from sanctions.selectors.screenings import executions_on, executions_visible_to, found_entries, screenings_list
from sanctions.selectors.settled_figures import SettledFigures, settled_figures
from sanctions.selectors.unit_tasks import inbox, inbox_counts, response_matrix

__all__ = [
    "SIGNING",
    "CaseReportFigures",
    "Matter",
    "OwnMeasure",
    "Party",
    "ScreeningFigures",
    "SettledFigures",
    "Span",
    "TaskFigures",
    "case_report_figures",
    "executions_on",
    "executions_visible_to",
    "found_entries",
    "inbox",
    "inbox_counts",
    "lists_of",
    "made_within",
    "overdue_counts",
    "own_measures",
    "public_bulletins",
    "public_cases",
    "response_matrix",
    "screenings_list",
    "settled_figures",
    "task_conditions",
    "task_counts",
    "tasks_behind",
    "tasks_of_period",
]
