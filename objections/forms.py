from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.applicants import WHO_APPLIES, ApplicantForm, CheckedForm, Pages, documents_field
from jinan_credit.accounts.forms import CHOOSE, DayInput
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.identifiers import is_uscc, normalise_text
from lists.enums import SubjectKind
from lists.forms.entries import EntryForm
from lists.forms.fields import CodeField, LineField
from lists.models import CreditList, Entry
from lists.services.corrections import CORRECTABLE
from objections.enums import ObjectionGrounds
from objections.models import TipOff
from objections.selectors import lists_of_dishonesty, units_that_verify
from objections.services.reporters import Reporter
from objections.services.tip_offs import Claim

_PARTIES = [(kind.value, kind.label) for kind in SubjectKind if kind != SubjectKind.ANONYMOUS]


class ObjectionForm(ApplicantForm):
    grounds = forms.ChoiceField(label=_("What is wrong?"), choices=ObjectionGrounds, widget=forms.RadioSelect)
    statement = forms.CharField(
        label=_("Your statement"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is wrong, since when, and what shows it."),
    )

    field_order = ["credit_list", "document_number", "grounds", "statement"]
    pages: ClassVar[Pages] = (("grounds",), ("statement",), *WHO_APPLIES)


class ObjectionByDocumentForm(ObjectionForm):
    """For whoever is not shown on the public site: by the document's number and the applicant's identifier."""

    credit_list = forms.ModelChoiceField(label=_("List"), queryset=CreditList.objects.all(), empty_label=CHOOSE)
    document_number = forms.CharField(
        label=_("Number of the decision document"),
        max_length=100,
        help_text=_("As printed on the decision that was served on you."),
    )

    pages: ClassVar[Pages] = (("credit_list", "document_number"), *ObjectionForm.pages)

    def clean_document_number(self) -> str:
        return normalise_text(self.cleaned_data["document_number"])


class EnterObjectionForm(ObjectionByDocumentForm):
    """A clerk writes down what a visitor or a letter says."""

    evidence = documents_field()

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
    evidence = documents_field(_("Document that commissions the inspection, test or appraisal"), required=True)


class ResumeForm(ReasonForm):
    evidence = documents_field(_("Report of the inspection, test or appraisal"))


class ExtensionForm(ReasonForm):
    until = forms.DateField(label=_("New last day"), widget=DayInput())

    field_order = ["until", "reason"]


class AskHelpForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=CHOOSE)
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
    evidence = documents_field()


class TipOffForm(CheckedForm):
    """What a member of the public reports; who he is only if he wants."""

    NAMED = "NAMED"
    pages: ClassVar[Pages] = (
        ("party_kind", "party_name", "party_code"),
        ("credit_list",),
        ("facts",),
        ("stated_time", "stated_place"),
        ("naming", "reporter_name", "reporter_contact"),
    )

    party_kind = forms.ChoiceField(label=_("Whom is it about?"), choices=_PARTIES, widget=forms.RadioSelect)
    party_name = LineField(label=_("Name of the party"), max_length=200, help_text=_("As exactly as you know it."))
    party_code = CodeField(
        label=_("Unified social credit code"),
        max_length=30,
        required=False,
        help_text=_("If you know it: 18 characters, on the business licence. Not for natural persons."),
    )
    credit_list = forms.ModelChoiceField(
        label=_("Which list does it concern?"),
        queryset=CreditList.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("I do not know"),
    )
    facts = forms.CharField(
        label=_("What happened?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What the party did and what shows it. Leave out who you are: the unit that verifies reads this."),
    )
    stated_time = LineField(label=_("When?"), max_length=100, required=False)
    stated_place = LineField(label=_("Where?"), max_length=200, required=False)
    naming = forms.ChoiceField(
        label=_("Do you give your name?"),
        choices=[("ANONYMOUS", _("No, anonymously")), (NAMED, _("Yes, with name and contact"))],
        widget=forms.RadioSelect,
        help_text=_("Either way you read the answer with the receipt number and the query code."),
    )
    reporter_name = LineField(
        label=_("Your name"), max_length=50, required=False, help_text=_("Empty if you report anonymously.")
    )
    reporter_contact = LineField(
        label=_("Telephone or e-mail for questions"),
        max_length=100,
        required=False,
        help_text=_(
            "Empty if you report anonymously. A few words go there when the answer is ready; "
            "they do not say what it is about."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].queryset = lists_of_dishonesty()  # type: ignore[attr-defined]

    def clean_party_code(self) -> str:
        code: str = self.cleaned_data["party_code"]
        if code and self.cleaned_data.get("party_kind") == SubjectKind.NATURAL_PERSON:
            raise forms.ValidationError(_("Leave empty for a natural person."))
        if code and not is_uscc(code):
            raise forms.ValidationError(
                _("This is no unified social credit code. Compare it with the licence, or leave it empty.")
            )
        return code

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("reporter_name", "reporter_contact"):
            given = bool(values.get(name))
            if values.get("naming") == self.NAMED and not given and name not in self.errors:
                self.add_error(name, _("Fill this in, or report anonymously."))
            elif values.get("naming") == "ANONYMOUS" and given:
                self.add_error(name, _("Leave this empty to stay anonymous, or choose to give your name."))
        return values

    @property
    def claim(self) -> Claim:
        names = ("party_kind", "party_name", "facts", "party_code", "credit_list", "stated_time", "stated_place")
        return Claim(**{name: self.cleaned_data[name] for name in names})

    @property
    def reporter(self) -> Reporter | None:
        data = self.cleaned_data
        return Reporter(data["reporter_name"], data["reporter_contact"]) if data["naming"] == self.NAMED else None


class EnterTipOffForm(TipOffForm):
    """An officer writes down what a visitor, a caller or a letter says."""

    facts = forms.CharField(
        label=_("What happened?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What the party did and what shows it. Leave out who reports: the unit that verifies reads this."),
    )
    naming = forms.ChoiceField(
        label=_("Does the reporter give a name?"),
        choices=[("ANONYMOUS", _("No, anonymously")), (TipOffForm.NAMED, _("Yes, with name and contact"))],
        widget=forms.RadioSelect,
        help_text=_("Kept apart from the tip-off, encrypted; every later look is written down."),
    )
    reporter_name = LineField(label=_("Reporter's name"), max_length=50, required=False)
    reporter_contact = LineField(label=_("Reporter's telephone or e-mail"), max_length=100, required=False)
    evidence = documents_field()


class AssignForm(forms.Form):
    unit = forms.ModelChoiceField(
        label=_("Unit that verifies"),
        queryset=Unit.objects.none(),
        to_field_name="code",
        empty_label=CHOOSE,
        help_text=_("Units that initiate a list for the dishonest. The unit does not learn who made the tip-off."),
    )

    def __init__(self, data: Any = None, *, tip_off: TipOff) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = units = units_that_verify()  # type: ignore[attr-defined]
        if tip_off.credit_list is not None:
            self.initial["unit"] = units.filter(initiated_lists=tip_off.credit_list).order_by("code").first()


class ForwardForm(forms.Form):
    forwarded_to = LineField(label=_("Forwarded to"), max_length=200, help_text=_("A body outside these lists."))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class LookForm(forms.Form):
    reason = LineField(
        label=_("Why you need to know who it is"),
        max_length=500,
        help_text=_("Kept in the log with your name. Do not write the reporter's name here."),
    )


class VerificationForm(EntryForm):
    """The findings, and the draft of an entry of one list. Of the tip-off only the party is filled in beforehand."""

    findings = forms.CharField(
        label=_("Findings"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was found and how. They stay with the tip-off; the entry says what your unit decided."),
    )

    groups = ((_("Findings"), ("findings",)), *EntryForm.groups)

    def __init__(self, data: Any = None, *, tip_off: TipOff, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.initial.update(kind=tip_off.party_kind, name=tip_off.party_name, code=tip_off.party_code)
