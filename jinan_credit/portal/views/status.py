"""Where an application stands, by receipt number and secret."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.rate import handing_in, rate_limited
from jinan_credit.kernel.errors import DomainError
from jinan_credit.portal.forms import ReceiptForm, SupplementForm
from jinan_credit.portal.standing import Application, Case, case_of, standing_of
from objections.models import Objection, TipOff
from objections.services.objections import supplement_objection
from repair.services.applications import supplement_repair


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("20/minute", "status")
def status(request: HttpRequest) -> HttpResponseBase:
    """A wrong number and a wrong secret get the same answer."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form)
    case = case_of(form.cleaned_data["number"], form.cleaned_data["secret"])
    if case is None:
        wrong = _("No application fits this number and this query code. Please compare both with your receipt.")
        form.add_error(None, wrong)
        return _ask(request, form)
    if "supplement" in request.POST and not isinstance(case, TipOff):
        return _supplement(request, form, case)
    return _show(request, form, case, SupplementForm())


def _ask(request: HttpRequest, form: ReceiptForm) -> HttpResponse:
    return render(request, "portal/status.html", {"form": form})


def _show(
    request: HttpRequest, form: ReceiptForm, case: Case, supplement: SupplementForm, *, is_sent: bool = False
) -> HttpResponse:
    context = {"form": form, "standing": standing_of(case), "supplement_form": supplement, "is_sent": is_sent}
    context["address"] = request.build_absolute_uri("/")
    return render(request, "portal/standing.html", context)


def _supplement(request: HttpRequest, form: ReceiptForm, case: Application) -> HttpResponse:
    """The applicant's supplement: whoever holds the secret is the applicant."""
    supplement = SupplementForm(request.POST, request.FILES)
    if not supplement.is_valid():
        return _show(request, form, case, supplement)
    text, evidence = supplement.cleaned_data["text"], supplement.cleaned_data["evidence"]
    try:
        with handing_in(request.META.get("REMOTE_ADDR", ""), evidence):
            if isinstance(case, Objection):
                supplement_objection(objection=case, text=text, by=SYSTEM, evidence=evidence)
            else:
                supplement_repair(application=case, text=text, by=SYSTEM, evidence=evidence)
    except DomainError as refusal:
        add_refusal(supplement, refusal)
        return _show(request, form, case, supplement)
    case.refresh_from_db()
    return _show(request, form, case, SupplementForm(), is_sent=True)
