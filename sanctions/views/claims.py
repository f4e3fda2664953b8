"""Taking a task on and giving it back; who acts for whom in the unit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.staff import staff_page
from jinan_credit.kernel.errors import DomainError
from sanctions.desks import INBOX
from sanctions.forms import SubstituteForm
from sanctions.models import Substitution
from sanctions.selectors.claims import officers_of, substitutions
from sanctions.selectors.unit_tasks import own_task
from sanctions.services.claims import claim_task, end_substitution, give_back_task, name_substitute


@staff_page(Act.SIGN_TASKS)
@require_POST
def task_claim(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Take the task on, or over; with `back` give it back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    task = own_task(pk, actor)
    try:
        if request.POST.get("back"):
            give_back_task(task=task, by=actor)
            messages.success(request, _("Given back. Anybody of your unit may take it on."))
        else:
            claim_task(task=task, by=actor)
            messages.success(request, _("You have taken this task on."))
    except DomainError as refusal:
        note_refusal(request, refusal)
    return redirect(INBOX.address(request, pk))


@staff_page(Act.SIGN_TASKS)
def substitutes(request: HttpRequest) -> HttpResponse:
    """Who acts for whom in the unit, now and later; and the form that names one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = SubstituteForm(request.POST or None, officers=officers_of(actor), actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            name_substitute(**form.cleaned_data, by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Named. The substitute sees the tasks in his inbox on these days."))
            return redirect("substitutes")
    may_name = actor.may(Act.NAME_SUBSTITUTES)
    lines = [(one, may_name or one.absent == actor.user) for one in substitutions(actor)]
    return render(request, "sanctions/substitutes.html", {"form": form, "lines": lines})


@staff_page(Act.SIGN_TASKS, Act.NAME_SUBSTITUTES)
@require_POST
def substitute_end(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        end_substitution(substitution=Substitution(pk=pk), by=actor)
        messages.success(request, _("The substitution has ended."))
    except DomainError as refusal:
        note_refusal(request, refusal)
    return redirect("substitutes")
