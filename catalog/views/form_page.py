"""A page of the catalogue with one form, and the page that comes after its act."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.staff import StaffRequest
from jinan_credit.kernel.errors import DomainError

Made = TypeVar("Made")


def posted(request: StaffRequest) -> Any:
    """What a form is bound to: nothing while it is only asked for."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: StaffRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Made],
    *,
    then: Callable[[Made], str],
    done: str,
    template: str = "catalog/form.html",
    **context: Any,
) -> HttpResponse:
    """The form, or the act with its values: `then` gives the next page, which says `done`. A refusal stands at its
    field (422).

    `context` of the form's own template: heading, submit, back; may be given: subtitle, effects.
    """
    if form.is_bound and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(then(made))
    context = {"subtitle": "", "effects": [], **context, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)
