"""Batches of parties: the file given, how far it is, what was found."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError
from lists.enums import ExportFormat
from lists.services.import_refusals import words_of_refusal
from lists.services.inert_workbook import CONTENT_TYPES
from sanctions.batch_forms import BatchForm, KeepForm
from sanctions.batch_tables import BatchRowTable, BatchTable
from sanctions.enums import BatchStatus, BatchUse, RowResult
from sanctions.models import Portfolio, ScreeningBatch
from sanctions.selectors.batches import batch_for, batches_list, is_copy_given_up, own_batch
from sanctions.services.batch_rows import template_csv
from sanctions.services.batches import screen_file, write_copy_again
from sanctions.services.portfolios import keep_batch


@staff_page(Act.SCREEN_PARTIES, Act.SEE_AUDIT)
@require_GET
def batch_list(request: StaffRequest) -> HttpResponse:
    """The unit's batches; for the audit those of all units, with their purpose."""
    table = paged(request, BatchTable(batches_list(request.actor)))
    return render(request, "sanctions/batch_list.html", {"table": table, "may_screen": _may_screen(request)})


@staff_page(Act.SCREEN_PARTIES)
def batch_new(request: StaffRequest) -> HttpResponse:
    form = BatchForm(request.POST or None, request.FILES or None, initial=_given_before(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = screen_file(
                file=file,
                file_name=file.name,
                matter=form.matter_given(),
                purpose=form.cleaned_data["purpose"],
                by=request.actor,
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("batch", pk=batch.pk)
    return render(request, "sanctions/batch_new.html", {"form": form}, status=422 if form.errors else 200)


def _given_before(request: StaffRequest) -> dict[str, str]:
    """What was said of the own unit's file that was refused, and is given again corrected."""
    again = request.GET.get("again", "")
    if not again.isdecimal():
        return {}
    batch = own_batch(again, request.actor)
    return {
        "matter": batch.matter_name,
        "matter_code": batch.matter_code,
        "reference": batch.matter_reference,
        "purpose": batch.purpose,
    }


@staff_page(Act.SCREEN_PARTIES)
@require_GET
def batch_template(request: StaffRequest) -> HttpResponse:
    answer = HttpResponse(template_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="parties.csv"'
    return answer


@staff_page(Act.SCREEN_PARTIES, Act.SEE_AUDIT)
@require_GET
@never_cache
def batch_page(request: StaffRequest, pk: int) -> HttpResponse:
    """How far a batch is, then its parties, those of one result by `?result=HIT`. The audit sees no party."""
    batch = batch_for(pk, request.actor)
    if request.htmx:  # type: ignore[attr-defined]
        answer = render(request, "sanctions/_batch_progress.html", {"batch": batch})
        if not batch.is_under_way:
            answer["HX-Refresh"] = "true"
        return answer
    # Whoever is there for the audit alone sees no party, be the unit his own.
    is_own = batch.unit == request.actor.unit and _may_screen(request)
    context = {
        "batch": batch,
        "is_own": is_own,
        "is_copy_given_up": is_own and is_copy_given_up(batch),
        "refusal": words_of_refusal(batch.refusal),
        "table": None,
    }
    keeps_rows = batch.use != BatchUse.DROP or batch.error_count
    if is_own and batch.status == BatchStatus.DONE and keeps_rows:
        context |= _results(request, batch)
    return render(request, "sanctions/batch.html", context)


def _results(request: StaffRequest, batch: ScreeningBatch) -> dict[str, object]:
    chosen = request.GET.get("result", "")
    rows = batch.rows.visible_to(request.actor).with_lists()
    if chosen in RowResult.values:
        rows = rows.filter(result=chosen)
    counts = (batch.hit_count, batch.unknown_count, batch.error_count, batch.clear_count)
    results = (RowResult.HIT, RowResult.UNKNOWN, RowResult.WRONG, RowResult.CLEAR)
    may_keep = _may_screen(request) and batch.use == BatchUse.SCREEN
    portfolios = Portfolio.objects.filter(unit=batch.unit).kept()
    return {
        "table": paged(request, BatchRowTable(rows.order_by("row"))),
        "tabs": [
            {"key": key.value, "label": key.label, "count": count, "is_chosen": key == chosen}
            for key, count in zip(results, counts, strict=True)
        ],
        "chosen": chosen,
        "keep_form": KeepForm(portfolios=portfolios) if may_keep and portfolios.exists() else None,
        "may_keep": may_keep,
    }


@staff_page(Act.SCREEN_PARTIES)
@require_GET
def batch_copy(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file with a column of what was found. It holds full document numbers, as the file did: for the unit alone."""
    batch = own_batch(pk, request.actor)
    if not batch.copy:
        raise Http404
    name = _("%(file)s, screened.xlsx") % {"file": batch.file_name.rpartition(".")[0] or batch.pk}
    return attachment(batch.copy, name, CONTENT_TYPES[ExportFormat.XLSX])


@staff_page(Act.SCREEN_PARTIES)
@require_POST
def batch_copy_again(request: StaffRequest, pk: int) -> HttpResponse:
    batch = own_batch(pk, request.actor)
    try:
        write_copy_again(batch=batch, by=request.actor)
        messages.success(request, _("The file with the results is being made. Reload the page in a moment."))
    except DomainError as refusal:
        note_refusal(request, refusal)
    return redirect("batch", pk=pk)


@staff_page(Act.SCREEN_PARTIES)
@require_POST
def batch_keep(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep the parties of the batch in a portfolio, to be told of their changes."""
    batch = own_batch(pk, request.actor)
    form = KeepForm(request.POST, portfolios=Portfolio.objects.filter(unit=batch.unit).kept())
    if not form.is_valid():
        messages.error(request, _("Choose a portfolio."))
        return redirect("batch", pk=pk)
    portfolio = form.cleaned_data["portfolio"]
    count = keep_batch(portfolio=portfolio, batch=batch, by=request.actor)
    said = ngettext("%(count)s party is new in the portfolio.", "%(count)s parties are new in the portfolio.", count)
    messages.success(request, said % {"count": count})
    return redirect("portfolio", pk=portfolio.pk)


def _may_screen(request: StaffRequest) -> bool:
    return request.actor.may(Act.SCREEN_PARTIES)
