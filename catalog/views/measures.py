"""The rows of the matrix in a draft version: added, changed, taken out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.enums import VersionState
from catalog.forms import MeasureForm
from catalog.models import Measure, MemorandumVersion
from catalog.selectors import parts_of_kinds
from catalog.services.measures import add_measure, change_measure, remove_measure
from catalog.views.form_page import form_page, posted
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.staff import StaffRequest, staff_page


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def measure_new(request: StaffRequest, number: int, version: int) -> HttpResponse:
    drafts = MemorandumVersion.objects.filter(state=VersionState.DRAFT).select_related("memorandum")
    return _form(request, get_object_or_404(drafts, memorandum__number=number, number=version), None)


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def measure_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """What a measure says; taking it out is on the same page."""
    actor = request.actor
    drafts = Measure.objects.filter(version__state=VersionState.DRAFT).select_related("version__memorandum")
    measure = get_object_or_404(drafts, pk=pk)
    if request.POST.get("remove"):
        remove_measure(measure=measure, by=actor)
        messages.success(request, _("The measure is no longer part of the draft."))
        return redirect("memorandum", measure.version.memorandum.number, measure.version.number)
    return _form(request, measure.version, measure)


def _form(request: StaffRequest, version: MemorandumVersion, measure: Measure | None) -> HttpResponse:
    form = MeasureForm(posted(request), version=version, measure=measure)

    def keep(given: dict[str, Any]) -> Measure:
        if measure is None:
            return add_measure(version=version, clause=form.values(), by=request.actor)
        return change_measure(measure=measure, clause=form.values(), by=request.actor)

    back = reverse("memorandum", args=[version.memorandum.number, version.number])
    return form_page(
        request,
        form,
        keep,
        then=lambda kept: back,
        done=_("Kept in the draft."),
        template="catalog/measure_form.html",
        version=version,
        measure=measure,
        parts=parts_of_kinds(),
        back=back,
    )
