"""The documents of an entry: add one, download one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel.errors import DomainError
from lists.enums import DocumentKind
from lists.forms.entry_acts import DocumentForm
from lists.models import EntryDocument
from lists.services.documents import add_document, kinds_taken
from lists.views.one_entry import form_page, own_entry
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def document_new(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Add a file to an entry of one's own unit."""
    entry = own_entry(request, pk)
    kinds = kinds_taken(entry)
    if not kinds:
        raise DomainError(
            "documents_closed",
            _("The entry is in a state in which no document can be added. Reload the page to see its state."),
        )
    data: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*data, kinds=kinds)
    if data and form.is_valid():
        values = form.cleaned_data
        try:
            add_document(
                entry=entry,
                file=values["file"],
                kind=DocumentKind(values["kind"]),
                title=values["title"],
                by=request.actor,
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The document is kept."))
            return redirect("entry", pk)
    effects = (_("A document is never replaced, nor deleted before the disclosure limit. Another is added beside it."),)
    return form_page(
        request,
        entry,
        form,
        heading=_("Add a document"),
        submit=_("Keep the document"),
        effects=effects,
        icon="file-upload",
    )


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def document(request: StaffRequest, pk: UUID, document_pk: int) -> FileResponse:
    """A document as an attachment, for those who may see it; 404 for others."""
    found = get_object_or_404(EntryDocument.objects.visible_to(request.actor), pk=document_pk, entry=pk)
    return attachment(found.file, found.download_name, found.content_type)
