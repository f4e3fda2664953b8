"""The names and codes of a subject: a clerk of a unit that has an entry of it keeps them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel.errors import DomainError
from lists.enums import WAS_PUBLISHED
from lists.forms.entry_acts import OlderCodeForm, RenameForm
from lists.models import Subject
from lists.selectors import names_known
from lists.services.subjects import add_older_code, rename_subject
from lists.views.one_entry import own_entry
from lists.views.staff import StaffRequest, staff_page


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
def entry_subject(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The subject of an entry that one's own unit has published: its names and codes, a rename, an older code."""
    entry = own_entry(request, pk)
    if entry.state not in WAS_PUBLISHED:
        raise DomainError("names_not_kept_yet", _("Names are kept once the entry is published. Correct the draft."))
    subject, act = entry.subject, request.POST.get("act", "")
    if request.method == "POST" and act not in ("rename", "code"):
        raise Http404
    rename = RenameForm(request.POST if act == "rename" else None, prefix="rename")
    code = OlderCodeForm(request.POST if act == "code" else None, prefix="code")
    form = rename if act == "rename" else code
    if request.method == "POST" and form.is_valid() and _done(form, subject, request.actor):
        messages.success(request, _("It is kept. The subject is found by its old and its new names and codes."))
        return redirect("entry_subject", pk)
    context = {
        "entry": entry,
        "subject": subject,
        "names": names_known(entry, request.actor).order_by("-id"),
        "codes": subject.older_codes.order_by("id"),
        "rename": rename,
        "code": None if subject.is_person else code,
    }
    return render(request, "lists/subject.html", context, status=400 if form.is_bound and form.errors else 200)


def _done(form: forms.Form, subject: Subject, by: Actor) -> bool:
    act: Any = rename_subject if isinstance(form, RenameForm) else add_older_code
    try:
        act(subject=subject, by=by, **form.cleaned_data)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return False
    return True
