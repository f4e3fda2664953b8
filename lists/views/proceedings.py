"""Reconsideration and suit: marks that the clerk of the deciding unit sets and takes off."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel.errors import DomainError
from lists.enums import ON_THE_LIST
from lists.forms.proceedings import EndForm, ProceedingForm
from lists.models import Entry
from lists.selectors import told_units
from lists.services.acts import require_published
from lists.services.proceedings import end_proceeding, record_proceeding
from lists.views.one_entry import form_page, own_entry
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def proceeding_new(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Record that the party asked for reconsideration, or sued."""
    shown = own_entry(request, pk)
    require_published(shown)
    form = ProceedingForm(request.POST if request.method == "POST" else None, entry=shown)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            record_proceeding(
                entry=shown, kind=given["kind"], order=form.order, by=request.actor, reason=given["reason"]
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The entry is marked, and the units are told."))
            return redirect("entry", pk)
    return form_page(
        request,
        shown,
        form,
        heading=_("Record reconsideration or suit"),
        submit=_("Record"),
        effects=(
            _("The entry keeps its effect: only an order to stay execution suspends it, which is proposed separately."),
            _told(shown),
        ),
        icon="gavel",
    )


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def proceeding_end(request: StaffRequest, pk: UUID, proceeding_pk: int) -> HttpResponse:
    """Record how it ended; the mark goes."""
    shown = own_entry(request, pk)
    proceeding = get_object_or_404(shown.proceedings, pk=proceeding_pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            end_proceeding(proceeding=proceeding, by=request.actor, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The end is recorded."))
            return redirect("entry", pk)
    effects = [_("Where the decision was revoked or changed, also propose what follows from it for the entry.")]
    if shown.state in ON_THE_LIST:
        effects.append(_told(shown))
    return form_page(
        request,
        shown,
        form,
        heading=_("%(label)s: %(value)s") % {"label": _("Record the end"), "value": proceeding},
        submit=_("Record"),
        effects=tuple(effects),
    )


def _told(shown: Entry) -> str:
    units = told_units(shown.credit_list).count()
    return ngettext(
        "The mark is pushed to %(units)s unit at once, when it is set and when it goes.",
        "The mark is pushed to %(units)s units at once, when it is set and when it goes.",
        units,
    ) % {"units": f"{units:,}"}
