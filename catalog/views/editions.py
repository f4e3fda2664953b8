"""公共信用信息目录: its editions and items, what changed between two of them, and the providers' updates."""

from collections import Counter
from functools import partial
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from catalog.comparison import compare
from catalog.edition_forms import EditionForm, IssueForm, ItemForm, NewEditionForm, UpdateForm, last_step
from catalog.edition_tables import EditionTable, ItemTable, UpdatedItemTable
from catalog.enums import CatalogState
from catalog.filters import ItemFilter, UpdateFilter
from catalog.models import CatalogItem, CatalogItemUpdate, InformationCatalog, Standard
from catalog.panels import catalogue_panels
from catalog.selectors import catalog_items_of
from catalog.services.information_catalog import (
    add_item,
    change_item,
    issue_edition,
    move_edition,
    open_edition,
    record_update,
    remove_item,
    revise_edition,
)
from catalog.views.form_page import form_page, posted
from catalog.workflow import INFORMATION_CATALOG
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotFound

MOST_UPDATES = 50
ON_OWN_PAGES = ("issue", "revise")


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def catalog_editions(request: StaffRequest) -> HttpResponse:
    editions = InformationCatalog.objects.visible_to(request.actor).annotate(item_count=Count("items"))
    context = {
        "table": paged(request, EditionTable(editions.order_by("-pk"))),
        "may_keep": request.actor.may(Act.KEEP_CATALOGUE),
        "standards": Standard.objects.all(),
    }
    return render(request, "catalog/editions.html", context)


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def catalog_edition_new(request: StaffRequest) -> HttpResponse:
    return form_page(
        request,
        NewEditionForm(posted(request)),
        lambda given: open_edition(**given, by=request.actor),
        then=_address,
        heading=_("New edition of the catalogue"),
        submit=_("Open the draft"),
        done=_("The draft is open. It begins with what the last edition says, where there is one."),
        back=reverse("catalog_editions"),
    )


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
def catalog_edition(request: StaffRequest, pk: int) -> HttpResponse:
    """One edition: its heading, its items, its steps."""
    edition = _edition(request, pk)
    if request.method == "POST":
        return make_posted_move(request, partial(move_edition, edition=edition), _address(edition))
    items = edition.items.with_updates().select_related("provider")
    filtered = ItemFilter(request.GET, queryset=items, request=request)
    is_issued = edition.state == CatalogState.ISSUED
    table = paged(request, (UpdatedItemTable if is_issued else ItemTable)(filtered.qs))
    may_keep = request.actor.may(Act.KEEP_CATALOGUE)
    made_by = edition.makers if may_keep else ()
    moves = open_moves(INFORMATION_CATALOG, state=edition.state, by=request.actor, made_by=made_by)
    named = {move.name for move in moves}
    context = {
        "edition": edition,
        "filter": filtered,
        "table": table,
        "total": table.paginator.count,
        "moves": [move for move in moves if move.name not in ON_OWN_PAGES],
        "may_issue": "issue" in named,
        "waits_for_another": may_keep and edition.state == CatalogState.DRAFT and request.user.pk in made_by,
        "effects": {
            "review": _("It can then be issued, and is not changed any more."),
            "discard": _("The draft is given up. Earlier editions stay as they are."),
        },
        "may_change": "revise" in named,
        "others": InformationCatalog.objects.visible_to(request.actor).exclude(pk=pk).exists(),
        "steps": edition.moves.select_related("by", "by_client", "unit") if may_keep else None,
        "workflow": INFORMATION_CATALOG,
        "panels": catalogue_panels.for_(edition, request.actor),
    }
    return render(request, "catalog/edition.html", context)


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def catalog_edition_edit(request: StaffRequest, pk: int) -> HttpResponse:
    edition = _edition(request, pk)
    initial = {name: getattr(edition, name) for name in ("title", "note", "legal_basis")}
    initial["seen_step"] = last_step(edition)
    return form_page(
        request,
        EditionForm(posted(request), initial=initial),
        lambda given: revise_edition(edition=edition, **given, by=request.actor),
        then=_address,
        heading=_("Title and basis"),
        submit=_("Keep in the draft"),
        done=_("Kept in the draft."),
        back=_address(edition),
    )


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def catalog_edition_issue(request: StaffRequest, pk: int) -> HttpResponse:
    edition = _edition(request, pk)
    initial = {"issued_on": clock.today(), "legal_basis": edition.legal_basis}
    return form_page(
        request,
        IssueForm(posted(request), initial=initial),
        lambda given: issue_edition(edition=edition, **given, by=request.actor),
        then=_address,
        heading=_("Issue the edition"),
        subtitle=edition.title,
        submit=_("Issue"),
        done=_("The edition is issued."),
        back=_address(edition),
        effects=[_("Every unit and the public can read it; it supersedes the edition before.")],
    )


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def catalog_edition_compare(request: StaffRequest, pk: int) -> HttpResponse:
    """What this edition says otherwise than an earlier one: that which is asked for, or the last issued before it."""
    edition = _edition(request, pk)
    others = list(InformationCatalog.objects.visible_to(request.actor).exclude(pk=pk))
    wanted = request.GET.get("with", "")
    before = [one for one in others if one.number is not None and one.pk < pk]
    older = next((one for one in others if str(one.pk) == wanted), before[0] if before else None)
    context = {
        "edition": edition,
        "others": others,
        "older": older,
        "differences": compare(older, edition) if older is not None else None,
    }
    return render(request, "catalog/edition_compare.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def catalog_item(request: StaffRequest, pk: int) -> HttpResponse:
    """One item: what it says and, of all editions, its updates."""
    item = _item(request, pk)
    updates = CatalogItemUpdate.objects.filter(item__code=item.code)
    context = {
        "item": item,
        "edition": item.catalog,
        "updates": updates.select_related("unit", "made_by", "made_by_client")[:MOST_UPDATES],
        "standards": Standard.objects.filter(number__in=item.standards),
        "is_issued": item.catalog.state == CatalogState.ISSUED,
        "may_update": _may_update(request.actor, item),
        "may_change": item.catalog.state == CatalogState.DRAFT and request.actor.may(Act.KEEP_CATALOGUE),
        "elsewhere": CatalogItem.objects.visible_to(request.actor)
        .filter(code=item.code)
        .exclude(pk=pk)
        .select_related("catalog")
        .order_by("-catalog"),
    }
    return render(request, "catalog/item.html", context)


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def catalog_item_new(request: StaffRequest, pk: int) -> HttpResponse:
    edition = _edition(request, pk)
    form = ItemForm(posted(request))
    return form_page(
        request,
        form,
        lambda given: add_item(edition=edition, code=given["code"], says=form.says(), by=request.actor),
        then=lambda item: _address(edition),
        heading=_("New item"),
        subtitle=edition.title,
        submit=_("Keep in the draft"),
        done=_("Kept in the draft."),
        back=_address(edition),
    )


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def catalog_item_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """What an item of a draft says; taking it out is on the same page."""
    item = _item(request, pk)
    if item.catalog.state != CatalogState.DRAFT:
        raise NotFound
    if request.POST.get("remove"):
        remove_item(item=item, by=request.actor)
        messages.success(request, _("The item is no longer part of the draft."))
        return redirect(_address(item.catalog))
    form = ItemForm(posted(request), item=item)
    return form_page(
        request,
        form,
        lambda given: change_item(item=item, says=form.says(), seen_step=given["seen_step"], by=request.actor),
        then=lambda changed: reverse("catalog_item", args=[changed.pk]),
        template="catalog/item_form.html",
        heading=_("Change the item"),
        subtitle=f"{item.code} {item.name}",
        submit=_("Keep in the draft"),
        done=_("Kept in the draft."),
        back=reverse("catalog_item", args=[pk]),
    )


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def catalog_updates(request: StaffRequest) -> HttpResponse:
    """The items of the edition that holds, when each was renewed last, and who is behind."""
    items = CatalogItem.objects.issued().with_updates().select_related("provider", "catalog")
    filtered = UpdateFilter(request.GET, queryset=items, request=request)
    table = paged(request, UpdatedItemTable(filtered.qs))
    edition = InformationCatalog.objects.issued().first()
    context = {
        "filter": filtered,
        "table": table,
        "total": table.paginator.count,
        "edition": edition,
        "subtitle": edition.title if edition is not None else "",
        "providers": _providers() if request.actor.may(Act.OVERSEE) else None,
    }
    return render(request, "catalog/updates.html", context)


@staff_page(Act.UPDATE_CATALOGUE)
@require_http_methods(["GET", "POST"])
def catalog_item_update(request: StaffRequest, pk: int) -> HttpResponse:
    """The provider records that the records of an item were renewed."""
    item = _item(request, pk)
    if not _may_update(request.actor, item):
        raise NotFound
    back = reverse("catalog_item", args=[pk])
    return form_page(
        request,
        UpdateForm(posted(request)),
        lambda given: record_update(item=item, **given, by=request.actor),
        then=lambda update: back,
        heading=_("Record an update"),
        subtitle=f"{item.code} {item.name}",
        submit=_("Record the update"),
        done=_("The update is recorded."),
        back=back,
    )


class ProviderLine(NamedTuple):
    provider: Unit
    items: int
    late: int


def _providers() -> list[ProviderLine]:
    """By provider: how many items it has, and how many of their updates are overdue. Those behind come first."""
    items = list(CatalogItem.objects.issued().with_updates().select_related("provider"))
    late = Counter(item.provider_id for item in items if item.is_late)
    count, units = Counter(item.provider_id for item in items), {item.provider_id: item.provider for item in items}
    lines = [ProviderLine(unit, count[pk], late[pk]) for pk, unit in units.items()]
    return sorted(lines, key=lambda line: (-line.late, line.provider.code))


def _may_update(actor: Actor, item: CatalogItem) -> bool:
    is_issued = item.catalog.state == CatalogState.ISSUED
    return is_issued and actor.may(Act.UPDATE_CATALOGUE) and catalog_items_of(actor).filter(pk=item.pk).exists()


def _edition(request: StaffRequest, pk: int) -> InformationCatalog:
    visible = InformationCatalog.objects.visible_to(request.actor)
    return get_object_or_404(visible.select_related("made_by", "reviewed_by"), pk=pk)


def _item(request: StaffRequest, pk: int) -> CatalogItem:
    visible = CatalogItem.objects.visible_to(request.actor).with_updates()
    return get_object_or_404(visible.select_related("catalog", "provider"), pk=pk)


def _address(edition: InformationCatalog) -> str:
    return reverse("catalog_edition", args=[edition.pk])
