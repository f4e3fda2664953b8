"""The party is heard: its statement against the proposed listing, the unit's answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.forms.entry_acts import AnswerForm, StatementForm
from lists.services.defence import answer_statement, record_statement
from lists.views.one_entry import form_page, own_entry
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def statement_new(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Keep what the party states against the proposed listing."""
    entry = own_entry(request, pk)
    form = StatementForm(request.POST if request.method == "POST" else None, initial={"received_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            record_statement(
                entry=entry, received_on=values["received_on"], content=values["content"], by=request.actor
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The statement is kept. It must be answered before the entry is submitted."))
            return redirect("entry", pk)
    effects = (_("Until it is answered with reasons the entry can neither be submitted nor published."),)
    return form_page(
        request,
        entry,
        form,
        heading=_("Record a statement"),
        submit=_("Keep the statement"),
        effects=effects,
        icon="message",
    )


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def statement_answer(request: StaffRequest, pk: UUID, statement_pk: int) -> HttpResponse:
    """Answer a statement with reasons."""
    entry = own_entry(request, pk)
    statement = get_object_or_404(entry.statements.select_related("entry"), pk=statement_pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            answer_statement(
                statement=statement, is_adopted=values["is_adopted"], answer=values["answer"], by=request.actor
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The statement is answered."))
            return redirect("entry", pk)
    effects = (
        _("An adopted statement holds the entry up until it is revised, or discarded. The answer cannot be changed."),
    )
    return form_page(
        request,
        entry,
        form,
        heading=_("Answer the statement"),
        submit=_("Send the answer"),
        effects=effects,
        icon="message-check",
        statement=statement,
    )
