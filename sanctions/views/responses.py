"""How the units answered: the response matrix over many publications, on a page and as a file."""

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
from jinan_credit.accounts.staff import staff_page
from jinan_credit.accounts.tables import PER_PAGE
from jinan_credit.kernel.errors import InvalidInput
from lists.enums import ExportFormat
from lists.services.inert_workbook import CONTENT_TYPES
from sanctions.filters import ResponseFilter
from sanctions.models import UnitTask
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.response_files import write_matrix
from sanctions.selectors.responses import answerers, occasion_keys, occasions
from sanctions.selectors.unit_tasks import response_row, with_steps
from sanctions.tables import COUNT_WORDS


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def responses(request: HttpRequest) -> HttpResponse:
    """By publication, by unit, or answer by answer; for the initiating unit and the coordinator."""
    chosen = _chosen(request)
    context: dict[str, Any] = {"filter": chosen, "by": "", "words": COUNT_WORDS, "formats": ExportFormat.values}
    if chosen.is_valid():
        page, lines = _lines(request, chosen.qs, chosen.form.cleaned_data)
        context |= {"by": chosen.form.cleaned_data["by"], "page": page, "lines": lines}
    return render(request, "sanctions/responses.html", context)


def _lines(request: HttpRequest, tasks: UnitTaskQuerySet, values: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The page of the lines asked for, and its lines."""
    if values["by"] == "unit":
        page = _page(request, answerers(tasks, since=values["since"]))
        return page, list(page)
    if values["by"] == "answer":
        page = _page(request, tasks.order_by("-pk").values_list("pk", flat=True))
        shown = with_steps(UnitTask.objects.filter(pk__in=list(page)).with_names()).order_by("-pk")
        return page, [response_row(task) for task in shown]
    page = _page(request, occasion_keys(tasks))
    return page, occasions(tasks, page)


def _page(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def responses_file(request: HttpRequest) -> FileResponse:
    """The same lines, all of them, as XLSX or CSV."""
    chosen = _chosen(request)
    if not chosen.is_valid():
        name, errors = next(iter(chosen.form.errors.items()))
        raise InvalidInput("filter_wrong", str(errors[0]), field=name)
    file_format = request.GET.get("format", "")
    if file_format not in CONTENT_TYPES:
        raise InvalidInput("format_wrong", _("Choose XLSX or CSV."), field="format")
    file = BytesIO()
    write_matrix(
        chosen.qs, file, by=chosen.form.cleaned_data["by"], since=chosen.form.cleaned_data["since"], as_=file_format
    )
    name = f"{_('responses')}.{file_format.lower()}"
    return attachment(file, name, CONTENT_TYPES[file_format])


def _chosen(request: HttpRequest) -> ResponseFilter:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return ResponseFilter(request.GET, queryset=UnitTask.objects.answering_to(actor), request=request)
