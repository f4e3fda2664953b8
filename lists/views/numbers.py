"""The full number of a document: with a reason, logged, shown once."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.forms.entry_acts import RevealForm
from lists.services.reveals import reveal_number
from lists.views.one_entry import visible_entry
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.REVEAL_NUMBERS)
@require_POST
@never_cache
def entry_number(request: StaffRequest, pk: UUID, person: int | None = None) -> HttpResponse:
    """The number of the subject, or of a related person. As a fragment for htmx, else as a page."""
    entry = visible_entry(request, pk)
    holder = get_object_or_404(entry.related_persons, pk=person) if person is not None else None
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    form, number = RevealForm(request.POST), ""
    if form.is_valid():
        try:
            number = reveal_number(entry=entry, by=request.actor, reason=form.cleaned_data["reason"], person=holder)
        except NotFound:
            raise
        except DomainError as refusal:
            add_refusal(form, refusal)
    context = {
        "entry": entry,
        "person": holder,
        "masked": holder.masked_number if holder else entry.subject.masked_number,
        "number": number,
        "reveal_form": form,
        "may_reveal": True,
    }
    template = "lists/_number.html" if is_fragment else "lists/number.html"
    return render(request, template, context, status=400 if form.errors and not is_fragment else 200)
