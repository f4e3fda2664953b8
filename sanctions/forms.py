from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.enums import MeasureCategory
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.applicants import documents_field
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import CHOOSE, DayInput
from jinan_credit.accounts.models import User
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.wording import listed_apart
from lists.enums import DocumentType
from sanctions.enums import Outcome, PartyKind
from sanctions.rules import MOST_PARTNERS, Matter, Party, party_of_line
from sanctions.selectors.duties import OwnMeasure
from sanctions.selectors.releases import TakenMeasure
from sanctions.services.executions import Report
from sanctions.services.liftings import Settlement, check_settlement
from sanctions.services.looking_up import Query
from sanctions.services.promises import GivenPromise


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


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
        label=pgettext_lazy("of a person", "Document number"),
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
    partners = forms.CharField(
        label=_("Other members of a consortium"),
        required=False,
        max_length=5_000,
        help_text=_("One a line: the code or citizen number, then the name. One of them listed counts for all."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )
    as_of = forms.DateField(
        label=_("Listed on the day"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: today. Another day tells whether the party was listed then."),
    )
    known_at = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty: by what is known now. Another time tells what the lists said then."),
    )

    def clean_partners(self) -> list[Party]:
        try:
            parties = [party_of_line(line) for line in self.cleaned_data["partners"].splitlines() if line.strip()]
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        if len(parties) > MOST_PARTNERS:
            raise forms.ValidationError(_("At most %(most)s."), code="too_many", params={"most": MOST_PARTNERS})
        return parties

    def parties(self) -> list[Party]:
        """The party, then the rest of its consortium."""
        given: dict[str, Any] = self.cleaned_data
        is_person = given["kind"] == PartyKind.PERSON
        party = Party(
            kind=given["kind"],
            name=given["name"],
            code=given["code"],
            document_type=given["document_type"] if is_person else "",
            document_number=given["document_number"],
        )
        return [party, *given["partners"]]

    def query(self) -> Query:
        given = self.cleaned_data
        matter = Matter(name=given["matter"], code=given["matter_code"], reference=given["reference"])
        return Query(matter, given["purpose"], given["as_of"], given["known_at"])


class ReportForm(forms.Form):
    """The answer to a hit, feedback on a publication or on an entry: what was done, or why nothing was.

    Where the unit has a green channel, material may be missing against a written promise.
    """

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
    missing = forms.CharField(
        label=_("Missing material"),
        required=False,
        max_length=1000,
        help_text=_("Only where an application was accepted although material was missing."),
    )
    promise = forms.CharField(
        label=_("Written promise"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Its words; or attach the signed promise below."),
    )
    promise_due_on = forms.DateField(label=_("Material due on"), required=False, widget=DayInput)
    attachments = documents_field(_("Attachments"))

    def __init__(self, *args: Any, measures: tuple[OwnMeasure, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not any(measure.category == MeasureCategory.GREEN_CHANNEL for measure in measures):
            for name in ("missing", "promise", "promise_due_on"):
                del self.fields[name]
        self.fields["performed_on"].initial = clock.today
        field: Any = self.fields["measures"]
        field.choices = [(measure.id, _with_bases(measure)) for measure in measures]
        if not measures:
            field.help_text = _("Your unit has no measure of its own that applies here.")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (given.get("missing") or given.get("promise")) and not given.get("promise_due_on"):
            self.add_error("promise_due_on", _("Give the day by which the missing material is promised."))
        return given

    def report(self) -> Report:
        given = dict(self.cleaned_data)
        missing, wording, due_on = (given.pop(name, None) for name in ("missing", "promise", "promise_due_on"))
        return Report(**given, promise=GivenPromise(missing or "", due_on, wording or "") if due_on else None)


class ReleaseForm(forms.Form):
    """Of each measure that was taken: lifted on a day, or why it stays."""

    LIFTED, STAYS = "LIFTED", "STAYS"

    def __init__(self, *args: Any, taken: Iterable[TakenMeasure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = list(taken)
        for one in self.taken:
            self.fields[f"fate-{one.pk}"] = forms.ChoiceField(
                label=_("What became of it"),
                choices=[(self.LIFTED, _("Lifted")), (self.STAYS, _("Stays"))],
                initial=self.LIFTED,
                widget=forms.RadioSelect,
            )
            self.fields[f"lifted_on-{one.pk}"] = forms.DateField(
                label=_("Lifted on"), required=False, initial=clock.today, widget=DayInput
            )
            self.fields[f"reason-{one.pk}"] = forms.CharField(
                label=_("Why it stays"),
                required=False,
                max_length=1000,
                help_text=_("For example: a fine that was paid."),
            )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for one in self.taken:
            fate = given.get(f"fate-{one.pk}")
            name = f"lifted_on-{one.pk}" if fate == self.LIFTED else f"reason-{one.pk}"
            if fate and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Give the day.") if fate == self.LIFTED else _("Say why it stays."))
            elif fate and name not in self.errors:
                try:
                    check_settlement(self._settlement(one), one.execution)
                except DomainError as refusal:
                    self.add_error(name, str(refusal))
        return given

    @property
    def lines(self) -> list[tuple[TakenMeasure, list[forms.BoundField]]]:
        """Each measure with its fields."""
        names = ("fate", "lifted_on", "reason")
        return [(one, [self[f"{name}-{one.pk}"] for name in names]) for one in self.taken]

    def settlements(self) -> list[Settlement]:
        return [self._settlement(one) for one in self.taken]

    def _settlement(self, one: TakenMeasure) -> Settlement:
        given, execution, measure = self.cleaned_data, one.execution.pk, one.measure.pk
        if given[f"fate-{one.pk}"] == self.LIFTED:
            return Settlement(execution, measure, lifted_on=given[f"lifted_on-{one.pk}"])
        return Settlement(execution, measure, reason=given[f"reason-{one.pk}"])


class AnswerForm(ReportForm):
    """The answer to a hit, or to several; with the last one the officer is done."""

    closes = forms.BooleanField(
        label=_("Close the screening when no hit is left to answer"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self.is_last_word: bool = given.pop("closes", False)
        return given


class SubstituteForm(forms.Form):
    """Whose claimed tasks another officer of the unit acts on, from day to day."""

    absent = forms.ModelChoiceField(User.objects.none(), label=_("Who is absent"), empty_label=CHOOSE)
    substitute = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Substitute"),
        empty_label=CHOOSE,
        help_text=_("Acts on what the absent officer has taken on."),
    )
    valid_from = forms.DateField(label=_("First day"), widget=DayInput)
    valid_to = forms.DateField(label=pgettext_lazy("of a substitution", "Last day"), widget=DayInput)

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
    code = forms.CharField(
        label=_("Unified social credit code of the organisation"),
        required=False,
        max_length=40,
        help_text=_("To learn whether the receipt is about this organisation. A receipt names nobody."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def _with_bases(measure: OwnMeasure) -> str:
    return f"{measure.content} ({listed_apart(measure.bases)})"
