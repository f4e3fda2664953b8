"""The coordinator's dashboard, and the rows behind each of its figures."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.tables import paged
from jinan_credit.oversight.charts import MOST_BARS, furthest_behind_first, rates_by_unit
from jinan_credit.oversight.filters import FIGURES, RowsForm, Scope, ScopeForm
from jinan_credit.oversight.selectors import Dashboard, dashboard, escalated_cases, rows_behind
from jinan_credit.oversight.tables import EscalatedTable, FigureRowsTable


@login_required
@require_GET
def oversight(request: HttpRequest) -> HttpResponse:
    """Figures by unit and list for a period; every count opens its rows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Act.OVERSEE)
    chosen = ScopeForm(request.GET)
    content = _content(dashboard(chosen.scope, actor)) if chosen.scope else {"board": None}
    return render(request, "oversight/dashboard.html", {"filter": chosen, **content})


@login_required
@require_GET
def figure_rows(request: HttpRequest) -> HttpResponse:
    """The tasks that one figure counts."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Act.OVERSEE)
    chosen = RowsForm(request.GET)
    table, total = None, None
    if chosen.scope:
        rows = rows_behind(chosen.chosen_figure, chosen.scope)
        table = FigureRowsTable(rows)
        paged(request, table)
        total = table.paginator.count
    heading = FIGURES.get(chosen.chosen_figure, FIGURES["tasks"])
    context = {"filter": chosen, "heading": heading, "table": table, "total": total}
    return render(request, "oversight/rows.html", context)


@login_required
@require_GET
def escalated(request: HttpRequest) -> HttpResponse:
    """The objections and repairs that their units left undone after their heads were told."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Act.OVERSEE)
    table = EscalatedTable(escalated_cases())
    paged(request, table)
    return render(request, "oversight/escalated.html", {"table": table, "total": table.paginator.count})


def _content(board: Dashboard) -> dict[str, Any]:
    scope = board.scope
    by_unit = furthest_behind_first(board.by_unit)
    unit_lines = [
        {"name": line.unit_name, "figures": line.figures, "urls": _urls(scope, unit=line.unit_code)} for line in by_unit
    ]
    return {
        "board": board,
        "urls": {name: scope.rows_url(name) for name in FIGURES},
        "unit_lines": unit_lines[:MOST_BARS],
        "other_lines": unit_lines[MOST_BARS:],
        "list_lines": [
            {"name": line.list_name, "figures": line.figures, "urls": _urls(scope, credit_list=line.list_code)}
            for line in board.by_list
        ],
        "chart": rates_by_unit(by_unit),
    }


def _urls(scope: Scope, **line: str) -> dict[str, str]:
    return {name: scope.rows_url(name, **line) for name in FIGURES}
