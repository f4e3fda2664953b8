"""The pages of a unit without a system: take what is new as a file, confirm, take again; and whose copies are stale."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.exchange.copies import copies_to_delete, new_changes, stale_copies
from jinan_credit.exchange.downloads import file_name, write_file
from jinan_credit.exchange.models import Download, OfflineCopy
from jinan_credit.exchange.rules import read_position
from jinan_credit.exchange.services.copies import confirm_deletion
from jinan_credit.exchange.services.downloads import confirm_download, take_again, take_download
from jinan_credit.exchange.tables import DownloadTable, NewChangesTable, RepeatTable, StaleCopyTable
from jinan_credit.kernel.errors import NotAllowed
from lists.enums import ExportFormat
from lists.services.inert_workbook import CONTENT_TYPES

PER_PAGE = 50


@staff_page(Act.SIGN_TASKS)
@require_GET
@never_cache
def downloads(request: StaffRequest) -> HttpResponse:
    """What is new in each list that concerns the clerk's unit; below, the files that the unit took."""
    actor = request.actor
    if actor.unit is None:
        raise NotAllowed("no_unit", _("Your account belongs to no unit."))
    taken = Download.objects.visible_to(actor).select_related("credit_list", "by", "confirmed_by")
    context = {
        "lines": NewChangesTable(new_changes(actor.unit)),
        "to_delete": copies_to_delete(actor.unit),
        "taken": paged(request, DownloadTable(taken), per_page=PER_PAGE),
        "formats": ExportFormat.values,
    }
    return render(request, "exchange/downloads.html", context)


@staff_page(Act.SIGN_TASKS)
@require_POST
@never_cache
def downloads_take(request: StaffRequest) -> FileResponse:
    actor, asked = request.actor, request.POST
    return _file(
        take_download(
            code=asked.get("list", ""),
            after=read_position(asked.get("after"), field="after"),
            file_format=asked.get("format", ""),
            reason=asked.get("reason", ""),
            by=actor,
        )
    )


@staff_page(Act.SIGN_TASKS)
@require_GET
@never_cache
def download(request: StaffRequest, pk: int) -> HttpResponse:
    shown = _found(request.actor, pk)
    first = shown.again_of or shown
    context = {
        "download": shown,
        "first": first,
        "is_outdated": first.epoch != first.credit_list.head.epoch,
        "repeats": RepeatTable(first.repeats.select_related("by").order_by("id")),
        "formats": ExportFormat.values,
    }
    return render(request, "exchange/downloads_file.html", context)


@staff_page(Act.SIGN_TASKS)
@require_POST
@never_cache
def download_again(request: StaffRequest, pk: int) -> FileResponse:
    actor = request.actor
    asked = request.POST
    return _file(
        take_again(
            download=_found(actor, pk), file_format=asked.get("format", ""), reason=asked.get("reason", ""), by=actor
        )
    )


@staff_page(Act.SIGN_TASKS)
@require_POST
def download_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    actor = request.actor
    confirm_download(download=_found(actor, pk), by=actor)
    messages.success(request, _("Confirmed: your unit's copy is up to date with this file."))
    return redirect("downloads")


@staff_page(Act.SIGN_TASKS)
@require_POST
def copy_deleted(request: StaffRequest, pk: int) -> HttpResponse:
    actor = request.actor
    copy = get_object_or_404(OfflineCopy.objects.visible_to(actor), pk=pk)
    confirm_deletion(copy, by=actor)
    messages.success(request, _("Confirmed: your unit no longer holds %(list)s.") % {"list": copy.credit_list})
    return redirect("downloads")


@staff_page(Act.SEE_PUSH)
@require_GET
def stale(request: StaffRequest) -> HttpResponse:
    """The coordinator: all units. Anybody else: the own unit."""
    actor = request.actor
    context = {
        "table": paged(request, StaleCopyTable(stale_copies(actor)), per_page=PER_PAGE),
        "is_overseen": actor.may(Act.OVERSEE),
        "may_take": actor.may(Act.SIGN_TASKS),
    }
    return render(request, "exchange/stale_copies.html", context)


def _found(actor: Actor, pk: int) -> Download:
    """A file of the own unit; another's is not there (404)."""
    mine = Download.objects.visible_to(actor).select_related(
        "credit_list__head",
        "by",
        "confirmed_by",
        "again_of__by",
        "again_of__confirmed_by",
        "again_of__credit_list__head",
    )
    return get_object_or_404(mine, pk=pk)


def _file(taken: Download) -> FileResponse:
    file = BytesIO()
    write_file(taken, file)
    return attachment(file, file_name(taken), CONTENT_TYPES[taken.file_format])
