"""The entries page: found by filters in the URL, paged by key; a person by number."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.tables import MOST_COUNTED, about, counted
from jinan_credit.kernel.errors import DomainError
from lists.enums import ON_THE_LIST
from lists.filters import EntryFilter
from lists.finding import Found, find, rows_of
from lists.forms.finding import NumberSearchForm
from lists.keyset import NEWEST, ORDERS, Order
from lists.models import CreditList, Entry
from lists.services.export_sources import ENTRIES, SOURCES
from lists.services.number_searches import search_number
from lists.tables import PER_PAGE, EntryTable, SelectableEntryTable
from lists.views.staff import StaffRequest, staff_page
from lists.workflow import EDITABLE


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def entries(request: StaffRequest) -> HttpResponse:
    """Every entry this person may see; his unit's drafts can be selected and taken a step further."""
    filtered = EntryFilter(request.GET, queryset=Entry.objects.all(), request=request)
    found = find(filtered, request.actor)
    total, newest = found.count(request.GET, PER_PAGE)
    result = _result(found, total)
    page = newest if newest and result.order is NEWEST else found.page(result.order, request.GET, PER_PAGE)
    rows = rows_of(page)
    may_draft = request.actor.may(Act.DRAFT_ENTRIES)
    is_selecting = False
    for record in rows:
        is_selectable = may_draft and record.unit_id == request.user.unit_id and record.state in EDITABLE
        record.is_selectable = is_selectable  # type: ignore[attr-defined]
        is_selecting |= is_selectable
    context = {
        "filter": filtered,
        "table": (SelectableEntryTable if is_selecting else EntryTable)(rows, orderable=False),
        "page": page,
        "total": result.total,
        "about": result.about,
        "unsorted": result.refused,
        "is_cut": filtered.is_cut,
        "may_draft": may_draft and CreditList.objects.initiated_by(request.actor.unit).exists(),
        "selectable": counted(found.own.filter(state__in=EDITABLE)) if is_selecting else 0,
        "most_selected": MOST_COUNTED,
        "query": SOURCES[ENTRIES].query_of(request.GET),
    }
    return render(request, "lists/entries.html", context)


@dataclass(frozen=True)
class Result:
    """`total` exactly, or `about` so many; `refused` an order that so many rows cannot be sorted by."""

    total: int | None
    about: int | None
    order: Order
    refused: Order | None = None


def _result(found: Found, total: int) -> Result:
    order = ORDERS[found.filtered.order_name]
    if total <= MOST_COUNTED:
        return Result(total, None, order)
    is_indexed = order is NEWEST or (order.field == "term_to" and _on_the_list_alone(found.filtered))
    estimate = about(found.own, found.listed)
    return Result(None, estimate, order) if is_indexed else Result(None, estimate, NEWEST, refused=order)


def _on_the_list_alone(filtered: EntryFilter) -> bool:
    """Only entries on a list: these the index holds by their last day."""
    given = filtered.given
    return given.get("in_force") == "yes" or given.get("state") in ON_THE_LIST or bool(given.get("ends_within"))


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
@never_cache
def number_search(request: StaffRequest) -> HttpResponse:
    """Find a natural person by the whole document number, which is sent in the form and never in an address."""
    form = NumberSearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            search = search_number(by=request.actor, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(f"{reverse('entries')}?person={search.pk}")
    return render(request, "lists/number_search.html", {"form": form}, status=400 if form.errors else 200)
