"""The release task with measures: what became of each of them, a page at a time."""

import re
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.desks import handed_on
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import require_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.kernel.errors import DomainError
from sanctions.desks import INBOX
from sanctions.forms import ReleaseForm
from sanctions.selectors.releases import measures_to_lift, with_liftings
from sanctions.selectors.unit_tasks import own_task
from sanctions.services.unit_tasks import confirm_release, settle_measures
from sanctions.workflow import UNIT_TASK

PAGE = 25


@staff_page(Act.SIGN_TASKS)
def task_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Settles the measures that the page names; with the last of them the release is confirmed."""
    actor = request.actor
    task = own_task(pk, actor)
    require_move(UNIT_TASK, "confirm_release", state=task.state, by=actor)
    to_lift = measures_to_lift(task)
    form = ReleaseForm(request.POST or None, taken=with_liftings(_asked_for(request, to_lift), task))
    left = to_lift.count() - len(form.taken)
    if request.method == "POST" and form.is_valid():
        act = settle_measures if left else confirm_release
        try:
            act(task=task, settlements=form.settlements(), by=actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            if not left:
                return INBOX.go_on(request, task, _("The release is confirmed."))
            messages.success(request, _("Kept. The next measures follow."))
            return redirect(f"{reverse('task_release', args=[pk])}{handed_on(request)}")
    context = {"task": task, "form": form, "left": left, "back": INBOX.address(request, pk)}
    return render(request, "sanctions/task_release.html", context)


def _asked_for(request: HttpRequest, to_lift: QuerySet[Any]) -> QuerySet[Any]:
    """The first measures; when the form comes back, those it was about."""
    if request.method != "POST":
        return to_lift[:PAGE]
    numbers = [name.removeprefix("fate-") for name in request.POST if re.fullmatch(r"fate-[0-9]{1,18}", name)]
    return to_lift.filter(pk__in=numbers[:PAGE])
