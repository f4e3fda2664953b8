from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.applicants import ApplicantForm, EvidenceForm, FilesField
from jinan_credit.accounts.forms import DayInput
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import normalise_text
from lists.models import CreditList, Entry
from lists.services.corrections import CORRECTABLE
from objections.enums import ObjectionGrounds


class ObjectionForm(ApplicantForm):
    grounds = forms.ChoiceField(label=_("What is wrong?"), choices=ObjectionGrounds, widget=forms.RadioSelect)
    statement = forms.CharField(
        label=_("Your statement"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is wrong, since when, and what shows it."),
    )

    field_order = ["credit_list", "document_number", "grounds", "statement"]


class ObjectionByDocumentForm(ObjectionForm):
    """For whoever is not shown on the public site: by the document's number and the applicant's identifier."""

    credit_list = forms.ModelChoiceField(label=_("List"), queryset=CreditList.objects.all())
    document_number = forms.CharField(
        label=_("Number of the decision document"),
        max_length=100,
        help_text=_("As printed on the decision that was served on you."),
    )

    def clean_document_number(self) -> str:
        return normalise_text(self.cleaned_data["document_number"])


class EnterObjectionForm(ObjectionByDocumentForm):
    """A clerk writes down what a visitor or a letter says."""

    evidence = FilesField(label=EvidenceForm.base_fields["evidence"].label, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].queryset = CreditList.objects.initiated_by(actor.unit)  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """The entry's values beside what they become, and the reasons of the decision."""

    reason = forms.CharField(
        label=_("Reasons of the decision"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        for name in CORRECTABLE:
            field = Entry._meta.get_field(name).formfield()  # type: ignore[union-attr]
            assert field is not None, "a correctable value has an input"
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2026-11-24"})
            field.initial = getattr(entry, name)
            self.fields[name] = field

    @property
    def pairs(self) -> list[tuple[forms.BoundField, str]]:
        """Each field with the value that is published now."""
        return [(self[name], self._words(name)) for name in CORRECTABLE]

    def _words(self, name: str) -> str:
        display = getattr(self.entry, f"get_{name}_display", None)
        return str(display() if display else getattr(self.entry, name))

    @property
    def new_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CORRECTABLE if name in self.changed_data}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class PauseForm(ReasonForm):
    evidence = FilesField(
        label=_("Document that commissions the inspection, test or appraisal"),
        help_text=EvidenceForm.base_fields["evidence"].help_text,
    )


class ResumeForm(ReasonForm):
    evidence = FilesField(
        label=_("Report of the inspection, test or appraisal"),
        required=False,
        help_text=EvidenceForm.base_fields["evidence"].help_text,
    )


class ExtensionForm(ReasonForm):
    until = forms.DateField(label=_("New last day"), widget=DayInput())

    field_order = ["until", "reason"]


class AskHelpForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    question = forms.CharField(
        label=_("Question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The unit sees the entry, the grounds and the statement besides, and nothing of the applicant."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Unit.objects.active(clock.today()).exclude(users=actor.user)
        self.fields["unit"].queryset = others.order_by("name")  # type: ignore[attr-defined]


class AnswerHelpForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer to the question"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    evidence = FilesField(
        label=EvidenceForm.base_fields["evidence"].label,
        required=False,
        help_text=EvidenceForm.base_fields["evidence"].help_text,
    )
