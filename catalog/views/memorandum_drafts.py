"""What was written when a memorandum was opened, corrected while nobody else has seen it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.forms import MemorandumForm
from catalog.models import MemorandumVersion
from catalog.services.memoranda import correct_memorandum
from catalog.views.form_page import form_page, posted
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.staff import StaffRequest, staff_page


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def memorandum_correct(request: StaffRequest, number: int, version: int) -> HttpResponse:
    versions = MemorandumVersion.objects.visible_to(request.actor).select_related("memorandum")
    shown = get_object_or_404(versions, memorandum__number=number, number=version)
    memorandum = shown.memorandum
    written = {name: getattr(memorandum, name) for name in ("title", "document_number", "kind")}
    back = reverse("memorandum", args=[number, version])
    return form_page(
        request,
        MemorandumForm(posted(request), initial={**written, "lead_units": memorandum.lead_units.all()}),
        lambda given: correct_memorandum(memorandum, **given, by=request.actor),
        then=lambda corrected: back,
        heading=_("Correct the memorandum"),
        subtitle=memorandum.title,
        submit=_("Keep the correction"),
        done=_("The memorandum is corrected."),
        back=back,
    )
