"""The public forms: objections by a published entry or by the decision document's number, and tip-offs."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import ApplicantForm, CheckedFormView, Receipt, show_receipt
from jinan_credit.accounts.rate import rate_limited
from jinan_credit.kernel.uploads import CleanFile
from lists.forms.about_entry import AboutEntryView
from objections.forms import ObjectionByDocumentForm, ObjectionForm, TipOffForm
from objections.services.objections import SubmittedObjection, submit_objection, submit_objection_by_document
from objections.services.tip_offs import receive_tip_off


@method_decorator(rate_limited("20/minute", "objection-form"), name="dispatch")
class NewObjection(AboutEntryView):
    form_template = "objections/new.html"
    check_template = "objections/check.html"
    received_url = "objection_received"

    def context(self) -> dict[str, Any]:
        return {"entry": self.entry}

    def make_form(self, data: Any = None) -> ApplicantForm:
        return (ObjectionForm if self.entry else ObjectionByDocumentForm)(data)

    def send(self, form: Any, evidence: Iterable[CleanFile]) -> Receipt:
        submitted = self._submit(form, evidence)
        return Receipt(submitted.objection.receipt_number, submitted.secret, submitted.objection.due_on.isoformat())

    def _submit(self, form: Any, evidence: Iterable[CleanFile]) -> SubmittedObjection:
        data = form.cleaned_data
        common: dict[str, Any] = {
            "applicant": form.applicant,
            "grounds": data["grounds"],
            "statement": data["statement"],
            "by": SYSTEM,
            "evidence": evidence,
        }
        if self.entry is not None:
            return submit_objection(entry=self.entry, **common)
        return submit_objection_by_document(
            credit_list=data["credit_list"], document_number=data["document_number"], **common
        )


def received(request: HttpRequest) -> HttpResponse:
    return show_receipt(request, "objections/received.html")


@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(rate_limited("20/minute", "tip-off-form"), name="dispatch")
class NewTipOff(CheckedFormView):
    """What is typed stays in the browser until it is sent: not in a session, a cache or an error report."""

    form_template = "objections/tip_off_new.html"
    check_template = "objections/tip_off_check.html"
    received_url = "tip_off_received"

    def make_form(self, data: Any = None) -> TipOffForm:
        return TipOffForm(data)

    def send(self, form: Any, evidence: Iterable[CleanFile]) -> Receipt:
        received = receive_tip_off(claim=form.claim, by=SYSTEM, reporter=form.reporter, evidence=evidence)
        return Receipt(received.tip_off.receipt_number, received.secret, received.tip_off.due_on.isoformat())


def tip_off_received(request: HttpRequest) -> HttpResponse:
    return show_receipt(request, "objections/tip_off_received.html")
