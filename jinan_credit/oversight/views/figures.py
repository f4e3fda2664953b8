"""The pages of figures, their files, and the rows behind each count."""

from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.replica import is_hardly_late, read
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.tables import MOST_COUNTED, CappedPaginator, about, paged
from jinan_credit.kernel.errors import InvalidInput, NotFound
from jinan_credit.oversight.pages import PAGES, FigurePage
from jinan_credit.oversight.rows import ROWS
from jinan_credit.oversight.sheet_files import write_sheets
from jinan_credit.oversight.sheets import Sheet
from jinan_credit.oversight.snapshot import one_snapshot
from jinan_credit.oversight.supervision_tables import URGEABLE, UrgeableRowsTable
from jinan_credit.oversight.views.viewer import viewer_of
from lists.enums import ExportFormat
from lists.services.inert_workbook import CONTENT_TYPES

LINES_A_PAGE = 100


@staff_page(Act.SEE_WORKBENCH, Act.OVERSEE)
@require_GET
def figure_page(request: HttpRequest, code: str) -> HttpResponse:
    page = _page(code)
    actor = viewer_of(request, of_all=page.of_all)
    chosen = page.form(request.GET, actor)
    sheets = read(is_hardly_late, lambda: _sheets(page, chosen)) if chosen.scope else []
    context = {"filter": chosen, "page": page, "scope": chosen.scope, **tabs_for(actor)}
    return render(request, "oversight/figures.html", context | {"sheets": [_shown(request, sheet) for sheet in sheets]})


@staff_page(Act.SEE_WORKBENCH, Act.OVERSEE)
@require_GET
def figure_file(request: HttpRequest, code: str) -> FileResponse:
    """The same sheets as a workbook, all their lines."""
    page = _page(code)
    chosen = page.form(request.GET, viewer_of(request, of_all=page.of_all))
    if chosen.scope is None:
        name, errors = next(iter(chosen.errors.items()))
        raise InvalidInput("filter_wrong", str(errors[0]), field=name)
    file = BytesIO()
    write_sheets(file, _sheets(page, chosen))
    name = f"{page.title} {chosen.scope.since}–{chosen.scope.until}.xlsx"
    return attachment(file, name, CONTENT_TYPES[ExportFormat.XLSX])


@staff_page(Act.SEE_WORKBENCH, Act.OVERSEE)
@require_GET
def figure_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows that one figure counts."""
    rows = ROWS[code]
    actor = viewer_of(request, of_all=rows.of_all)
    chosen = rows.form(request.GET, actor, rows.figures)
    urges = code == "tasks" and chosen.chosen_figure in URGEABLE and actor.may(Act.OVERSEE)
    table, total, estimate = None, None, None
    if chosen.scope:
        asked = (chosen.chosen_figure, chosen.scope, chosen.cleaned_data)
        found = rows.of(*asked)
        table = paged(request, (UrgeableRowsTable if urges else rows.table)(found), paginator_class=CappedPaginator)
        total = rows.total(found) if rows.total else table.paginator.count
        if table.paginator.count >= MOST_COUNTED and not rows.total:
            with one_snapshot():
                total = rows.known(*asked)
            estimate = about(found) if total is None else None
    context = {"filter": chosen, "heading": chosen.heading, "table": table, "total": total, "scope": chosen.scope}
    context |= {"about": estimate, "page": PAGES.get(rows.page), "rows": rows, "may_urge": urges and total}
    return render(request, "oversight/rows.html", context)


def tabs_for(actor: Actor) -> dict[str, Any]:
    """What `oversight/_pages.html` asks for."""
    sees_all = actor.may(Act.OVERSEE)
    return {"pages": [page for page in PAGES.values() if sees_all or not page.of_all], "sees_all": sees_all}


def _page(code: str) -> FigurePage:
    if code not in PAGES:
        raise NotFound(_("There is no such page of figures."))
    return PAGES[code]


def _sheets(page: FigurePage, chosen: Any) -> list[Sheet]:
    with one_snapshot():
        return page.sheets(chosen.scope, chosen.cleaned_data)


def _shown(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """A long sheet in pages; its total stands on each."""
    lines = Paginator(sheet.lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    return {"sheet": sheet, "lines": lines}
