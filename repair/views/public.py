"""The public form: by a published entry, or by the number of the decision document."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import ApplicantForm, EvidenceForm, Receipt, show_receipt
from jinan_credit.accounts.rate import rate_limited
from jinan_credit.kernel import clock
from jinan_credit.kernel.uploads import CleanFile
from lists.forms.about_entry import AboutEntryView
from repair.forms import RepairByDocumentForm, RepairEvidenceForm, RepairForm
from repair.selectors import documents_for, hindrance_of, possible_from
from repair.services.applications import SubmittedRepair, submit_repair, submit_repair_by_document


@method_decorator(rate_limited("20/minute", "repair-form"), name="dispatch")
class NewRepair(AboutEntryView):
    form_template = "repair/new.html"
    check_template = "repair/check.html"
    received_url = "repair_received"

    def context(self) -> dict[str, Any]:
        return {
            "entry": self.entry,
            "possible_from": possible_from(self.entry) if self.entry else None,
            "hindrance": hindrance_of(self.entry) if self.entry else None,
        }

    def make_form(self, data: Any = None) -> ApplicantForm:
        return (RepairForm if self.entry else RepairByDocumentForm)(data)

    def make_evidence_form(self, form: Any, is_sent: bool) -> EvidenceForm:
        credit_list = self.entry.credit_list if self.entry else form.cleaned_data["credit_list"]
        rules = RuleProfile.objects.for_case("repair", clock.today())
        given = (self.request.POST, self.request.FILES) if is_sent else ()
        return RepairEvidenceForm(*given, documents=documents_for(credit_list, rules))

    def send(self, form: Any, evidence: Iterable[CleanFile]) -> Receipt:
        application = (submitted := self._submit(form, evidence)).application
        return Receipt(application.receipt_number, submitted.secret, application.decide_due_on.isoformat())

    def _submit(self, form: Any, evidence: Iterable[CleanFile]) -> SubmittedRepair:
        plea = form.plea(self.evidence_form.cleaned_data["documents"])
        common: dict[str, Any] = {"applicant": form.applicant, "plea": plea, "by": SYSTEM, "evidence": evidence}
        if self.entry is not None:
            return submit_repair(entry=self.entry, **common)
        data = form.cleaned_data
        return submit_repair_by_document(
            credit_list=data["credit_list"], document_number=data["document_number"], **common
        )


def received(request: HttpRequest) -> HttpResponse:
    return show_receipt(request, "repair/received.html")
