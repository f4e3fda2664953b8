"""A draft by hand: made, revised; what another person changed meanwhile is shown, what was typed is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.models import RuleProfile
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.forms.entries import ROWS_OF_PERSONS, EntryForm, ListChoiceForm, initial_of
from lists.models import CreditList, Entry
from lists.services.entries import draft_entry, revise_draft
from lists.views.staff import StaffRequest, own_unit, staff_page
from lists.views.steps import ENTRY_STEPS
from lists.views.versions import Line, in_words
from lists.workflow import EDITABLE

_FIELD_OF = {"subject_name": "name", "related_persons": ""}
"""The entry's names are not all those of the form."""


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_new(request: StaffRequest) -> HttpResponse:
    """First the list, where there is more than one, then its form."""
    lists = CreditList.objects.initiated_by(own_unit(request))
    code = request.GET.get("credit_list", "")
    credit_list = lists.filter(code=code).first() if code else (lists[0] if len(lists) == 1 else None)
    if credit_list is None:
        choice = ListChoiceForm({"credit_list": code} if code else None, lists=lists)
        return render(request, "lists/entry_choose_list.html", {"form": choice, "lists": lists})
    form = _bound(request, credit_list, None)
    if request.method == "POST" and not _wants_more(request) and form.is_valid():
        try:
            entry = draft_entry(credit_list=credit_list, values=form.cleaned_data, by=request.actor)
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("The draft is kept. Submit it when it is complete."))
            return redirect("entry", entry.pk)
    return _page(request, form, credit_list, back=reverse("entries"))


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_edit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Change an entry of one's own unit that is not with the reviewer."""
    own = Entry.objects.select_related("credit_list", "subject").filter(unit=own_unit(request))
    entry = get_object_or_404(own, pk=pk)
    if entry.state not in EDITABLE:
        raise DomainError("entry_not_draft", _("This entry is no draft any more. Reload the page to see its state."))
    form, conflict = _bound(request, entry.credit_list, entry), None
    if request.method == "POST" and not _wants_more(request) and form.is_valid():
        values = dict(form.cleaned_data)
        seen_step = values.pop("seen_step", None)
        try:
            revise_draft(entry=entry, values=values, by=request.actor, seen_step=seen_step)
        except DomainError as refusal:
            if refusal.code == "edit_conflict":
                form, conflict = _after_conflict(request, entry, refusal)
            else:
                _show(form, refusal)
        else:
            messages.success(request, _("The changes are kept."))
            return redirect("entry", entry.pk)
    return _page(request, form, entry.credit_list, back=reverse("entry", args=[pk]), conflict=conflict)


def _wants_more(request: StaffRequest) -> bool:
    return "more_persons" in request.POST


def _bound(request: StaffRequest, credit_list: CreditList, entry: Entry | None) -> EntryForm:
    """With what was typed; where more rows are wanted nothing is judged yet."""
    if request.method != "POST":
        return EntryForm(credit_list=credit_list, entry=entry)
    form = EntryForm(
        request.POST, credit_list=credit_list, entry=entry, rows=ROWS_OF_PERSONS if _wants_more(request) else 0
    )
    if _wants_more(request):
        form.wait()
    return form


def _show(form: EntryForm, refusal: DomainError) -> None:
    refusal.field = _FIELD_OF.get(refusal.field, refusal.field)
    add_refusal(form, refusal)


def _after_conflict(request: StaffRequest, entry: Entry, refusal: DomainError) -> tuple[EntryForm, dict[str, Any]]:
    """The form as it was typed, ready to be kept over what the other person wrote, and the two side by side."""
    data = request.POST.copy()
    data["seen_step"] = str(refusal.details["seen_step"])
    form = EntryForm(data, credit_list=entry.credit_list, entry=entry)
    form.is_valid()
    form.add_error(None, _("Another person changed this entry meanwhile. What you typed is kept below."))
    present = initial_of(Entry.objects.select_related("subject").get(pk=entry.pk))
    lines = [
        Line(form.fields[name].label or name, _words(name, theirs), _words(name, form.cleaned_data.get(name)))
        for name, theirs in present.items()
        if name in form.fields and name != "seen_step"
    ]
    steps = {step.name: step.label for step in ENTRY_STEPS}
    conflict = {
        "by": refusal.details["by"],
        "at": datetime.fromisoformat(refusal.details["at"]),
        "step": steps.get(refusal.details["step"], refusal.details["step"]),
        "lines": [line for line in lines if line.differs],
    }
    return form, conflict


_KIND_OF = {"kind": "subject_kind", "name": "subject_name"}


def _words(name: str, value: Any) -> str:
    if name in ("code", "document_type", "representative"):
        return str(value or "")
    return in_words(_KIND_OF.get(name, name), value)


def _page(
    request: StaffRequest, form: EntryForm, credit_list: CreditList, back: str, conflict: dict[str, Any] | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "credit_list": credit_list,
        "back": back,
        "conflict": conflict,
        "rule": RuleProfile.objects.valid(clock.today()).filter(code=credit_list.term_profile).first(),
    }
    status = 409 if conflict else 400 if form.is_bound and form.errors else 200
    return render(request, "lists/entry_form.html", context, status=status)
