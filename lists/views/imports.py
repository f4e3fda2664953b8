"""Imports of the unit: the table, the template, and the way in for a file."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError
from lists.filters import ImportFilter
from lists.forms.entries import ListChoiceForm
from lists.forms.imports import ImportForm
from lists.models import CreditList, ListImport
from lists.models.credit_list import CreditListQuerySet
from lists.services.import_template import template_csv, template_xlsx
from lists.services.imports import start_import
from lists.services.inert_workbook import CONTENT_TYPES
from lists.tables import PER_PAGE, ImportTable
from lists.views.staff import StaffRequest, own_unit, staff_page


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
def imports(request: StaffRequest) -> HttpResponse:
    """The unit's imports; `?status=CHECKED` those that wait for confirmation."""
    visible = ListImport.objects.visible_to(request.actor)
    chosen = ImportFilter(request.GET, queryset=visible, request=request)
    table = ImportTable(chosen.qs.select_related("credit_list", "source", "made_by", "made_by_client"))
    paged(request, table, per_page=PER_PAGE)
    context = {
        "table": table,
        "filter": chosen,
        "total": table.paginator.count,
        "may_import": request.actor.may(Act.DRAFT_ENTRIES)
        and CreditList.objects.initiated_by(request.actor.unit).exists(),
    }
    return render(request, "lists/imports.html", context)


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def import_new(request: StaffRequest) -> HttpResponse:
    """First the list, where there is more than one; then its template and the file.

    A worker checks the file; nothing durable comes of it before the confirmation.
    """
    lists = CreditList.objects.initiated_by(own_unit(request))
    credit_list = _chosen(request, lists)
    if credit_list is None:
        code = request.POST.get("credit_list") or request.GET.get("credit_list")
        choice = ListChoiceForm({"credit_list": code} if code else None, lists=lists)
        status = 400 if request.method == "POST" else 200
        return render(request, "lists/import_choose_list.html", {"lists": lists, "form": choice}, status=status)
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        lists=lists,
        sources=credit_list.sources.all(),
        initial={"credit_list": credit_list},
    )
    known = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = start_import(
                credit_list=form.cleaned_data["credit_list"],
                file=file,
                file_name=file.name,
                by=request.actor,
                source=form.cleaned_data.get("source"),
            )
        except DomainError as refusal:
            known = refusal.details.get("import")
            add_refusal(form, refusal)
        else:
            return redirect("import", made.pk)
    context = {"form": form, "credit_list": credit_list, "others": len(lists) > 1, "known": known}
    return render(request, "lists/import_new.html", context, status=400 if form.errors else 200)


def _chosen(request: StaffRequest, lists: CreditListQuerySet) -> CreditList | None:
    """The list that the address or the form names; the only one there is; else None."""
    code = request.POST.get("credit_list") or request.GET.get("credit_list")
    if code:
        return lists.filter(code=code).first()
    return lists[0] if len(lists) == 1 else None


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
def import_template(request: StaffRequest, extension: str) -> HttpResponse:
    """The template to fill in, as XLSX or CSV; with `credit_list`, it says what that list requires."""
    if extension not in ("xlsx", "csv"):
        raise Http404
    code = request.GET.get("credit_list", "")
    credit_list = CreditList.objects.filter(code=code).first() if code else None
    content = template_xlsx(credit_list) if extension == "xlsx" else template_csv()
    name = f"{credit_list.name}-模板.{extension}" if credit_list else f"模板.{extension}"
    return attached(HttpResponse(content, content_type=CONTENT_TYPES[extension.upper()]), name)


def attached(answer: HttpResponse, name: str) -> HttpResponse:
    """A file to be saved under this name, whatever letters it has."""
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
