"""Who applies at the counter of a unit: the fields, forms and pages that all public forms have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import TextChoices
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views import View

from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.rate import handing_in
from jinan_credit.kernel import crypto
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.identifiers import is_citizen_number, is_uscc, normalise_code, normalise_text
from jinan_credit.kernel.masking import mask_document_number
from jinan_credit.kernel.uploads import MOST_FILES, CleanFile, clean_upload


class Relation(TextChoices):
    SELF = "SELF", _("The listed party itself")
    REPRESENTATIVE = "REPRESENTATIVE", _("Its legal representative or principal")
    RELATED_PERSON = "RELATED_PERSON", _("A related person named with the entry")
    AGENT = "AGENT", _("Authorised agent")


@dataclass(frozen=True)
class Applicant:
    """`identifier`: USCC or document number; `contact`: telephone or address for the answer."""

    name: str
    relation: str
    identifier: str
    contact: str

    def as_fields(self) -> dict[str, str]:
        """The model fields of an application: what tells about a person is sealed or masked."""
        code = normalise_code(self.identifier)
        return {
            "applicant_name": self.name,
            "relation": self.relation,
            "sealed_identifier": crypto.seal(code),
            "masked_identifier": code if is_uscc(code) else mask_document_number(code),
            "applicant_index": self.index,
            "sealed_contact": crypto.seal(self.contact),
        }

    @property
    def index(self) -> str:
        return crypto.blind_index("applicant", normalise_code(self.identifier))


Pages = tuple[tuple[str, ...], ...]


class CheckedForm(forms.Form):
    """One thing a page; then what was typed is looked over on a page of its own before it is sent.

    `pages` names the fields of each page. What stands on another page is carried along, hidden.
    """

    pages: ClassVar[Pages]

    def summary(self) -> list[tuple[int, list[tuple[Any, Any]]]]:
        """What was typed, in words, page by page, for the page to check it."""
        return [
            (number, [(self[name].label, _words(self[name], self.cleaned_data.get(name))) for name in names])
            for number, names in enumerate(self.pages)
        ]

    def page_of(self, name: str | None) -> int:
        """Where a field stands; what concerns no field alone is said on the last page."""
        found = (number for number, names in enumerate(self.pages) if name in names)
        return next(found, len(self.pages) - 1)

    def show_only(self, number: int) -> None:
        """The fields of one page, with their errors."""
        for name, field in self.fields.items():
            if name not in self.pages[number]:
                field.widget = field.hidden_widget()
        if self.is_bound:
            for name in list(self.errors):
                if self.page_of(name) != number:
                    del self.errors[name]


WHO_APPLIES: Pages = (("relation", "applicant_name", "identifier"), ("contact",))
"""The pages on which every applicant says who he is, and where the answer reaches him."""


class ApplicantForm(CheckedForm):
    applicant_name = forms.CharField(label=_("Applicant's name"), max_length=100)
    relation = forms.ChoiceField(label=_("Who are you?"), choices=Relation, widget=forms.RadioSelect)
    identifier = forms.CharField(
        label=_("Your code or document number"),
        max_length=40,
        help_text=_(
            "An organisation gives its unified social credit code, a person the number of the identity document. "
            "Kept encrypted."
        ),
    )
    contact = forms.CharField(
        label=_("Telephone or e-mail for the answer"),
        max_length=100,
        help_text=_("Kept encrypted; only the deciding unit reads it."),
    )

    def clean_applicant_name(self) -> str:
        return normalise_text(self.cleaned_data["applicant_name"])

    def clean_identifier(self) -> str:
        code = normalise_code(self.cleaned_data["identifier"])
        if len(code) < 5 or not code.isalnum():
            raise forms.ValidationError(_("This is neither a unified social credit code nor a document number."))
        if len(code) == 18 and not is_uscc(code) and not is_citizen_number(code):
            raise forms.ValidationError(_("The check character does not fit. Please compare it with the document."))
        return code

    @property
    def applicant(self) -> Applicant:
        data = self.cleaned_data
        return Applicant(data["applicant_name"], data["relation"], data["identifier"], data["contact"])


def _words(field: BoundField, value: Any) -> Any:
    choices = getattr(field.field, "choices", None)
    if choices is not None and not hasattr(value, "pk"):
        return dict(choices).get(value, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is made harmless before anything else sees it."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[CleanFile]:
        uploads: list[UploadedFile] = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(_("At most %(count)d files at once.") % {"count": MOST_FILES})
        cleaned: list[CleanFile] = []
        refused: list[str] = []
        for upload in uploads:
            try:
                cleaned.append(self._clean_one(upload))
            except forms.ValidationError as refusal:
                refused += [self._named(upload, why, of=len(uploads)) for why in refusal.messages]
        if refused:
            raise forms.ValidationError(refused)
        return cleaned

    @staticmethod
    def _named(upload: UploadedFile, why: str, *, of: int) -> str:
        """Of several files it says which one is wrong."""
        return _("%(file)s: %(why)s") % {"file": upload.name, "why": why} if of > 1 else why

    def _clean_one(self, upload: UploadedFile) -> CleanFile:
        super().clean(upload)
        try:
            return clean_upload(upload)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def documents_field(label: Any = None, *, required: bool = False) -> FilesField:
    """What every form says of the files that it takes; without a label of its own they are documents."""
    words = _("PDF, JPEG or PNG, at most 5 files of 5 MB. Position and device data are taken out of pictures.")
    return FilesField(label=label or pgettext_lazy("handed in", "Documents"), required=required, help_text=words)


class EvidenceForm(forms.Form):
    evidence = documents_field()


@dataclass(frozen=True)
class Receipt:
    """What the applicant takes home. The secret is not kept."""

    number: str
    secret: str
    due_on: str


class CheckedFormView(View):
    """A public form: one thing a page, look it over and add documents, send; then the receipt, once.

    Works without JavaScript, and nothing is kept on the way: each page carries what was typed on the others.
    """

    form_template: str
    check_template: str
    received_url: str
    evidence_form: EvidenceForm

    def make_form(self, data: Any = None) -> CheckedForm:
        raise NotImplementedError

    def send(self, form: Any, evidence: Iterable[CleanFile]) -> Receipt:
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show_page(self.make_form(), 0)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.make_form(request.POST)
        step = request.POST.get("step", "")
        if step.startswith("page-"):
            return self._show_filled_page(_page_number(step.removeprefix("page-"), form))
        if not form.is_valid():
            return self._show_next_page(form)
        evidence_form = self.make_evidence_form(form, step == "send")
        if step != "send" or not evidence_form.is_valid():
            return self._show_check(form, evidence_form)
        self.evidence_form = evidence_form
        return self._send(form, evidence_form.cleaned_data["evidence"])

    def make_evidence_form(self, form: Any, is_sent: bool) -> EvidenceForm:
        """The second step, of what was filled in on the first; a view may ask for more than files."""
        return EvidenceForm(self.request.POST, self.request.FILES) if is_sent else EvidenceForm()

    def _send(self, form: CheckedForm, evidence: list[CleanFile]) -> HttpResponse:
        try:
            with handing_in(self.request.META.get("REMOTE_ADDR", ""), evidence):
                receipt = self.send(form, evidence)
        except DomainError as refusal:
            if refusal.field in self.evidence_form.fields:
                add_refusal(self.evidence_form, refusal)
                return self._show_check(form, self.evidence_form, status=refusal.status)
            add_refusal(form, refusal)
            return self._show_page(form, form.page_of(refusal.field))
        keep_receipt(self.request, receipt)
        return redirect(self.received_url)

    def _show_check(self, form: CheckedForm, evidence_form: EvidenceForm, status: int = 200) -> HttpResponse:
        context = {**self.context(), "form": form, "evidence_form": evidence_form}
        return render(self.request, self.check_template, context, status=status)

    def _show_next_page(self, form: CheckedForm) -> HttpResponse:
        """The first page that is wrong, of those that were filled in; else the one behind them."""
        filled = _page_number(self.request.POST.get("page", ""), form)
        wrong = min(form.page_of(name) for name in form.errors)
        return self._show_page(form, wrong) if wrong <= filled else self._show_filled_page(filled + 1)

    def _show_filled_page(self, number: int) -> HttpResponse:
        """A page that nothing is said against yet, with what was typed so far."""
        form = self.make_form()
        form.initial = self.request.POST.dict()
        return self._show_page(form, number)

    def _show_page(self, form: CheckedForm, number: int) -> HttpResponse:
        form.show_only(number)
        page = {"number": number, "shown": number + 1, "before": number - 1, "count": len(form.pages) + 1}
        return render(self.request, self.form_template, {**self.context(), "form": form, "page": page})


def _page_number(text: str, form: CheckedForm) -> int:
    """The page that was sent; where none is named all of them were."""
    last = len(form.pages) - 1
    return min(int(text), last) if text.isascii() and text.isdigit() and len(text) < 3 else last


def keep_receipt(request: HttpRequest, receipt: Receipt) -> None:
    request.session["receipt"] = {"number": receipt.number, "secret": receipt.secret, "due_on": receipt.due_on}


def show_receipt(request: HttpRequest, template: str) -> HttpResponse:
    """The receipt of the form just sent; gone when the page is left."""
    response = render(request, template, {"receipt": request.session.pop("receipt", None)})
    response["Cache-Control"] = "no-store"
    return response
