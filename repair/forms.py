from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import RuleProfile
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.applicants import WHO_APPLIES, ApplicantForm, EvidenceForm, Pages, Relation, documents_field
from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import normalise_text
from lists.enums import ListKind
from lists.models import CreditList
from repair.selectors import documents_for
from repair.services.applications import Plea

PROMISE = _(
    "I promise that what I state and hand in is true and complete, that the dishonesty is corrected and its bad "
    "effects are removed, and that I will act lawfully and in good faith. "
    "If this is untrue I bear the consequences; new "
    "applications are then barred."
)


_FOR_THE_PARTY = [choice for choice in Relation.choices if choice[0] != Relation.RELATED_PERSON]


class RepairForm(ApplicantForm):
    relation = forms.ChoiceField(label=_("Who are you?"), choices=_FOR_THE_PARTY, widget=forms.RadioSelect)
    statement = forms.CharField(
        label=_("What was corrected"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    evidence_note = forms.CharField(
        label=_("What proves it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For example: fine paid on 2026-03-01, receipt enclosed; order carried out, acceptance report enclosed."
        ),
    )
    promise = forms.BooleanField(label=_("I give this credit promise"), help_text=PROMISE)

    field_order = ["credit_list", "document_number", "statement", "evidence_note"]
    pages: ClassVar[Pages] = (("statement", "evidence_note"), *WHO_APPLIES, ("promise",))

    def plea(self, enclosed: Iterable[str]) -> Plea:
        return Plea(self.cleaned_data["statement"], self.cleaned_data["evidence_note"], str(PROMISE), tuple(enclosed))


class RepairByDocumentForm(RepairForm):
    """For whoever is not shown on the public site: by the document's number and the applicant's identifier.

    Also for a related person, who applies for himself alone.
    """

    relation = forms.ChoiceField(
        label=_("Who are you?"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        help_text=_("A related person applies for himself: success takes him off the entry, which stays."),
    )
    credit_list = forms.ModelChoiceField(
        label=_("List"), queryset=CreditList.objects.exclude(kind=ListKind.RED), empty_label=CHOOSE
    )
    document_number = forms.CharField(
        label=_("Number of the decision document"),
        max_length=100,
        help_text=_("As printed on the decision that was served on you."),
    )

    pages: ClassVar[Pages] = (("credit_list", "document_number"), *RepairForm.pages)

    def clean_document_number(self) -> str:
        return normalise_text(self.cleaned_data["document_number"])


class RepairEvidenceForm(EvidenceForm):
    """The documents that the list asks for, ticked where they are enclosed; what is missing may be supplemented."""

    documents = forms.MultipleChoiceField(
        label=_("Enclosed are"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is missing may hold your application up: the unit then asks for it, once."),
    )

    field_order = ["documents", "evidence"]

    def __init__(self, *args: Any, documents: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["documents"].choices = [(name, name) for name in documents]  # type: ignore[attr-defined]


class EnterRepairForm(RepairByDocumentForm):
    """A clerk writes down what a visitor or a letter says."""

    documents = forms.MultipleChoiceField(label=_("Enclosed are"), required=False, widget=forms.CheckboxSelectMultiple)
    evidence = documents_field()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = CreditList.objects.initiated_by(actor.unit).exclude(kind=ListKind.RED)
        self.fields["credit_list"].queryset = mine  # type: ignore[attr-defined]
        rules = RuleProfile.objects.for_case("repair", clock.today())
        asked = dict.fromkeys(name for credit_list in mine for name in documents_for(credit_list, rules))
        self.fields["documents"].choices = [(name, name) for name in asked]  # type: ignore[attr-defined]
