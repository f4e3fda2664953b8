"""信用承诺 for the staff: those of one's unit, one of them, a new one."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.tables import CappedPaginator, paged
from jinan_credit.kernel.errors import DomainError
from lists.forms.credit_promises import CreditPromiseForm
from lists.models import CreditPromise
from lists.promise_tables import CreditPromiseFilter, CreditPromiseTable
from lists.services.credit_promises import decide_credit_promise, enter_credit_promise
from lists.tables import PER_PAGE
from lists.views.staff import StaffRequest, own_unit, staff_page
from lists.views.steps import Step
from lists.workflow import CREDIT_PROMISE

_STEPS = [*CREDIT_PROMISE, Step("give", gettext_lazy("Entered and published"))]


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def credit_promises(request: StaffRequest) -> HttpResponse:
    visible = CreditPromise.objects.visible_to(request.actor).select_related("subject")
    filtered = CreditPromiseFilter(request.GET, queryset=visible, request=request)
    table = CreditPromiseTable(filtered.qs)
    paged(request, table, per_page=PER_PAGE, paginator_class=CappedPaginator)
    context = {
        "filter": filtered,
        "table": table,
        "total": table.paginator.count,
        "may_enter": request.actor.may(Act.KEEP_PROMISES),
    }
    return render(request, "lists/credit_promises.html", context)


@staff_page(Act.KEEP_PROMISES)
@require_http_methods(["GET", "POST"])
def credit_promise_new(request: StaffRequest) -> HttpResponse:
    own_unit(request)
    form = CreditPromiseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = enter_credit_promise(values=form.cleaned_data, by=request.actor)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Entered. The promise is on the public site."))
            return redirect("credit_promise", made.pk)
    return render(request, "lists/credit_promise_form.html", {"form": form}, status=400 if form.errors else 200)


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
def credit_promise(request: StaffRequest, pk: int) -> HttpResponse:
    """One promise of one's unit; the coordinator reads all. Else it is not there (404)."""
    visible = CreditPromise.objects.visible_to(request.actor)
    shown = get_object_or_404(visible.select_related("subject", "unit", "entered_by", "decided_by"), pk=pk)
    if request.method == "POST":
        return make_posted_move(request, partial(decide_credit_promise, promise=shown), request.path)
    is_own = shown.unit_id in request.actor.units
    made_by = [shown.entered_by_id]
    context = {
        "promise": shown,
        "moves": open_moves(CREDIT_PROMISE, state=shown.state, by=request.actor, made_by=made_by) if is_own else [],
        "effects": {
            "keep": _("Shown to the public as kept."),
            "break": _("Shown to the public as broken. Your reason is not shown."),
            "take_back": _("Shown to the public as promised again, if its time is not over."),
            "withdraw": _("The promise leaves the public site at once."),
        },
        "is_own_work": is_own and shown.entered_by_id == request.user.pk,
        "moves_made": shown.moves.select_related("by", "by_client", "unit"),
        "steps": _STEPS,
    }
    return render(request, "lists/credit_promise.html", context)
