"""What the pages of one entry have in common: finding it for this person, and a page with one form."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jinan_credit.kernel.errors import NotFound
from lists.models import Entry
from lists.views.staff import StaffRequest, own_unit

_RELATED = "credit_list subject unit term_rule list_version last_publication__credit_list from_import__source"


def visible_entry(request: StaffRequest, pk: UUID) -> Entry:
    """404 where this person may not see it: another unit's draft is not there."""
    return get_object_or_404(Entry.objects.visible_to(request.actor).select_related(*_RELATED.split()), pk=pk)


def own_entry(request: StaffRequest, pk: UUID) -> Entry:
    """`entry_not_found` for another unit's."""
    unit = own_unit(request)
    found = visible_entry(request, pk)
    if found.unit_id != unit.pk:
        raise NotFound("entry_not_found", _("There is no such entry."))
    return found


def form_page(
    request: StaffRequest,
    entry: Entry,
    form: forms.Form,
    *,
    heading: str | Promise,
    submit: str | Promise,
    effects: tuple[str, ...] = (),
    icon: str = "check",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """One form about an entry, with what it leads to in words."""
    values = {"entry": entry, "form": form, "heading": heading, "submit": submit, "effects": effects, "icon": icon}
    return render(
        request, "lists/entry_act.html", {**values, **context}, status=400 if form.errors and status == 200 else status
    )
