from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from lists.enums import DocumentType
from sanctions.enums import Outcome, PartyKind
from sanctions.rules import Matter, Party
from sanctions.selectors.duties import OwnMeasure
from sanctions.services.executions import Report


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ScreeningForm(forms.Form):
    """The screening desk: whom, in what matter, for what purpose."""

    kind = forms.ChoiceField(
        label=_("Party"), choices=PartyKind.choices, initial=PartyKind.ORGANISATION, widget=forms.RadioSelect
    )
    code = forms.CharField(
        label=_("Unified social credit code"),
        required=False,
        max_length=40,
        help_text=_("For an organisation: 18 characters. Spaces and hyphens do not matter."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false"}),
    )
    document_type = forms.ChoiceField(
        label=_("Document type"), choices=DocumentType.choices, initial=DocumentType.CITIZEN, required=False
    )
    document_number = forms.CharField(
        label=_("Document number"),
        required=False,
        max_length=40,
        help_text=_("For a natural person. Kept encrypted, shown masked."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("A name alone cannot tell whether a party is listed."),
    )
    matter = forms.CharField(label=_("Matter"), max_length=200, help_text=_("For example: tender, licence, subsidy."))
    matter_code = forms.CharField(label=_("Matter code"), required=False, max_length=100)
    reference = forms.CharField(label=_("File reference"), required=False, max_length=100)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, help_text=_("Kept with the screening, for the audit.")
    )
    as_of = forms.DateField(
        label=_("Listed on the day"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: today. Another day tells whether the party was listed then."),
    )

    def party(self) -> Party:
        given: dict[str, Any] = self.cleaned_data
        is_person = given["kind"] == PartyKind.PERSON
        return Party(
            kind=given["kind"],
            name=given["name"],
            code=given["code"],
            document_type=given["document_type"] if is_person else "",
            document_number=given["document_number"],
        )

    def matter_given(self) -> Matter:
        given = self.cleaned_data
        return Matter(name=given["matter"], code=given["matter_code"], reference=given["reference"])


class ReportForm(forms.Form):
    """The answer to a hit, or feedback on a publication: what was done, or why nothing was."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    measures = forms.TypedMultipleChoiceField(
        label=_("Measures applied"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Reason, where nothing was applied"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    performed_on = forms.DateField(label=_("Performed on"), widget=DayInput)
    amount = forms.DecimalField(label=_("Amount (CNY)"), required=False, min_value=0, max_digits=16, decimal_places=2)
    matter = forms.CharField(label=_("Matter"), required=False, max_length=300)
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, measures: tuple[OwnMeasure, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["performed_on"].initial = clock.today
        field: Any = self.fields["measures"]
        field.choices = [(measure.id, _with_bases(measure)) for measure in measures]
        if not measures:
            field.help_text = _("Your unit has no measure of its own that applies here.")

    def report(self) -> Report:
        return Report(**self.cleaned_data)


class SubstituteForm(forms.Form):
    """Whose claimed tasks another officer of the unit acts on, from day to day."""

    absent = forms.ModelChoiceField(User.objects.none(), label=_("Who is absent"))
    substitute = forms.ModelChoiceField(
        User.objects.none(), label=_("Substitute"), help_text=_("Acts on what the absent officer has taken on.")
    )
    valid_from = forms.DateField(label=_("First day"), widget=DayInput)
    valid_to = forms.DateField(label=_("Last day"), widget=DayInput)

    def __init__(self, *args: Any, actor: Actor, officers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        absent, substitute = (
            cast("forms.ModelChoiceField[User]", self.fields[name]) for name in ("absent", "substitute")
        )
        absent.queryset = substitute.queryset = officers
        absent.initial = actor.user
        if not actor.may(Act.NAME_SUBSTITUTES):
            absent.queryset = officers.filter(pk__in=[actor.user.pk] if actor.user else [])
        self.fields["valid_from"].initial = clock.today


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autofocus": True}),
        help_text=_("The whole line that begins with JC1."),
    )


def _with_bases(measure: OwnMeasure) -> str:
    return f"{measure.content} ({'; '.join(measure.bases)})"
