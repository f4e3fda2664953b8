"""What other units ask of this one: the list, the question, the answer."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError
from objections.desks import HELP_REQUESTS
from objections.filters import HelpRequestFilter
from objections.forms import AnswerHelpForm
from objections.models import HelpRequest
from objections.services.help import answer_help
from objections.tables import HelpRequestTable


@staff_page(Act.ANSWER_HELP)
@require_GET
def help_requests(request: StaffRequest) -> HttpResponse:
    asked = HelpRequest.objects.asked_of(request.actor).select_related(
        "objection__entry", "objection__credit_list", "objection__unit"
    )
    chosen = HelpRequestFilter(request.GET, queryset=asked)
    table = HelpRequestTable(chosen.qs)
    paged(request, table)
    context = {"filter": chosen, "table": table, "total": chosen.qs.count()}
    return render(request, "objections/help_requests.html", context)


@staff_page(Act.ANSWER_HELP)
def help_request(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The question with what is needed to answer it; of the applicant neither name nor contact nor identifier."""
    asked = get_object_or_404(
        HelpRequest.objects.asked_of(request.actor).select_related(
            "objection__entry__subject", "objection__credit_list", "objection__unit", "answered_by"
        ),
        pk=pk,
    )
    form = AnswerHelpForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answer_help(request=asked, answer=data["answer"], by=request.actor, evidence=data["evidence"])
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return HELP_REQUESTS.go_on(request, asked, _("The answer is sent to the unit that asked."))
    return render(request, "objections/help_request.html", {"asked": asked, "form": form})
