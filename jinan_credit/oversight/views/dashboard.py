"""The first page of oversight, and the cases that came to the coordinator."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.replica import is_hardly_late, read
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.oversight.charts import rates_by_unit, rates_by_week
from jinan_credit.oversight.enums import CaseSort
from jinan_credit.oversight.filters import FIGURES, ScopeForm
from jinan_credit.oversight.pages.tasks import lists_sheet, units_sheet, weeks_sheet, worst_first
from jinan_credit.oversight.selectors import Dashboard, dashboard, escalated_cases
from jinan_credit.oversight.supervision_tables import UrgeableCasesTable
from jinan_credit.oversight.views.figures import tabs_for
from jinan_credit.oversight.views.viewer import viewer_of

LINES_SHOWN = 15


@staff_page(Act.SEE_WORKBENCH, Act.OVERSEE)
@require_GET
def oversight(request: HttpRequest) -> HttpResponse:
    """Figures by unit, list and week for a period; every count opens its rows."""
    actor = viewer_of(request)
    chosen = ScopeForm(request.GET, actor)
    scope = chosen.scope
    content = read(is_hardly_late, lambda: _content(dashboard(scope, actor))) if scope else {"board": None}
    context = {"filter": chosen, **tabs_for(actor)}
    return render(request, "oversight/dashboard.html", {**context, **content})


@staff_page(Act.OVERSEE)
@require_GET
def escalated(request: HttpRequest) -> HttpResponse:
    """What units left undone after their heads were told."""
    table = UrgeableCasesTable(escalated_cases())
    paged(request, table)
    return render(request, "oversight/escalated.html", {"table": table, "total": table.paginator.count})


def _content(board: Dashboard) -> dict[str, Any]:
    scope, by_unit = board.scope, board.tasks.by_unit()
    units, weeks = units_sheet(scope, by_unit), weeks_sheet(scope, board.weeks)
    return {
        "board": board,
        "scope": scope,
        "total": board.tasks.total,
        "urls": {name: scope.rows_url(name) for name in FIGURES},
        "more": _urls_of_other_rows(board),
        "units": {"sheet": units, "lines": units.lines[:LINES_SHOWN]},
        "other_units": {"sheet": units, "lines": units.lines[LINES_SHOWN:]},
        "lists": {"sheet": lists_sheet(scope, board.tasks.by_list())},
        "weeks": {"sheet": weeks},
        "chart": rates_by_unit(worst_first(by_unit)),
        "trend": rates_by_week(board.weeks),
    }


def _urls_of_other_rows(board: Dashboard) -> dict[str, str]:
    scope = board.scope
    return {
        "screenings": scope.page_url("screenings"),
        "hits": scope.url("oversight_screenings", figure="hits"),
        "never_fed_back": scope.page_url("units", sort="feedback"),
        "never_applied": scope.page_url("measures", never="yes"),
        "applied": scope.url("oversight_executions", figure="applied"),
        "not_applied": scope.url("oversight_executions", figure="not_applied"),
        "objections": scope.url("oversight_cases", sort=CaseSort.OBJECTION, figure="received"),
        "repairs": scope.url("oversight_cases", sort=CaseSort.REPAIR, figure="received"),
        "late": scope.url("oversight_terms", figure="late"),
        "standing": scope.url("oversight_terms", figure="standing"),
        "ended": scope.url("oversight_terms", figure="ended"),
    }
