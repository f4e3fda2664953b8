"""A list file on its way: given, checked, looked at, confirmed; what is wrong with it, and the template."""

import tempfile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tables2 import RequestConfig

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel.errors import DomainError
from lists.enums import EntryState, ImportStatus
from lists.forms import ImportForm
from lists.models import CreditList, Entry, ListImport
from lists.selectors import import_errors
from lists.services.import_errors import explain
from lists.services.import_template import annotated_copy, template_csv, template_xlsx
from lists.services.imports import cancel_import, confirm_import, start_import
from lists.tables import PER_PAGE, ImportTable
from lists.views.staff import StaffRequest, own_unit, staff_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW = 50


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
def imports(request: StaffRequest) -> HttpResponse:
    """The unit's imports; `?status=CHECKED` those that wait for confirmation."""
    mine = ListImport.objects.visible_to(request.actor).select_related("credit_list", "made_by", "made_by_client")
    status = request.GET.get("status", "")
    if status in ImportStatus.values:
        mine = mine.filter(status=status)
    table = ImportTable(mine)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    context = {
        "table": table,
        "status": status if status in ImportStatus.values else "",
        "statuses": ImportStatus.choices,
        "may_import": request.actor.may(Act.DRAFT_ENTRIES)
        and CreditList.objects.initiated_by(request.actor.unit).exists(),
    }
    return render(request, "lists/imports.html", context)


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def import_new(request: StaffRequest) -> HttpResponse:
    """Give a list file. It is checked by a worker; nothing durable comes of it before the confirmation."""
    lists = CreditList.objects.initiated_by(own_unit(request))
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        lists=lists,
        initial={"credit_list": request.GET.get("credit_list") or (lists[0].code if len(lists) == 1 else None)},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            list_import = start_import(
                credit_list=form.cleaned_data["credit_list"], file=file, file_name=file.name, by=request.actor
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("import", list_import.pk)
    context = {"form": form, "any": bool(lists)}
    return render(request, "lists/import_new.html", context, status=400 if form.errors else 200)


def _mine(request: StaffRequest, pk: int) -> ListImport:
    related = ("credit_list", "made_by", "made_by_client")
    return get_object_or_404(ListImport.objects.visible_to(request.actor).select_related(*related), pk=pk)


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
@never_cache
def import_page(request: StaffRequest, pk: int) -> HttpResponse:
    """How far an import is, what is in the file and what is wrong with it. Another unit's is not there (404)."""
    list_import = _mine(request, pk)
    if request.htmx:  # type: ignore[attr-defined]
        return _progress(request, list_import)
    context = {**_context(list_import), "may_confirm": _may_confirm(request, list_import)}
    return render(request, "lists/import.html", context)


def _may_confirm(request: StaffRequest, list_import: ListImport) -> bool:
    return list_import.status == ImportStatus.CHECKED and request.actor.may(Act.DRAFT_ENTRIES)


def _progress(request: StaffRequest, list_import: ListImport) -> HttpResponse:
    answer = render(request, "lists/_import_progress.html", {"import": list_import})
    if not list_import.is_under_way:
        answer["HX-Refresh"] = "true"
    return answer


def _context(list_import: ListImport) -> dict[str, Any]:
    is_checked = list_import.status in (ImportStatus.CHECKED, ImportStatus.IMPORTED)
    drafts = Entry.objects.filter(from_import=list_import, state=EntryState.DRAFT)
    is_imported = list_import.status == ImportStatus.IMPORTED
    return {
        "import": list_import,
        "errors": _errors(list_import) if is_checked and list_import.error_count else [],
        "preview": _preview(list_import) if list_import.status == ImportStatus.CHECKED else [],
        "drafts": drafts.count() if is_imported else 0,
        "drafts_url": f"{reverse('entries')}?state={EntryState.DRAFT}&from_import={list_import.pk}",
        "drafts_query": f"state={EntryState.DRAFT}&from_import={list_import.pk}",
    }


def _errors(list_import: ListImport) -> list[dict[str, Any]]:
    return [
        {
            "column": kind.column,
            "count": kind.count,
            "expected": explain(kind.first[0][1]) if kind.code not in ("twice", "beyond_cap") else "",
            "first": [
                {"row": row, "value": error.get("value", ""), "expected": explain(error)} for row, error in kind.first
            ],
        }
        for kind in import_errors(list_import)
    ]


def _preview(list_import: ListImport) -> list[Any]:
    return list(list_import.rows.new()[:PREVIEW])


@staff_page(Act.DRAFT_ENTRIES)
@require_POST
def import_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    confirm_import(list_import=_mine(request, pk), by=request.actor)
    return redirect("import", pk)


@staff_page(Act.DRAFT_ENTRIES)
@require_POST
def import_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    cancel_import(list_import=_mine(request, pk), by=request.actor)
    messages.success(request, _("The import was cancelled. Nothing was kept of it."))
    return redirect("imports")


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
@never_cache
def import_copy(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The uploaded file as XLSX with a column of what is wrong. It holds full numbers: to the unit alone."""
    list_import = _mine(request, pk)
    if list_import.status not in (ImportStatus.CHECKED, ImportStatus.IMPORTED) or not list_import.error_count:
        raise Http404
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    annotated_copy(list_import, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"导入{list_import.pk}-错误说明.xlsx", content_type=XLSX)


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
def import_template(request: StaffRequest, extension: str) -> HttpResponse:
    """The template to fill in, as XLSX or CSV."""
    if extension not in ("xlsx", "csv"):
        raise Http404
    content, kind = (template_xlsx(), XLSX) if extension == "xlsx" else (template_csv(), "text/csv; charset=utf-8")
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="template.{extension}"'
    return answer
