"""The form on which the coordinator keeps a list."""

import hashlib
import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Memorandum
from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.enums import BlackField, Disclosure, FeedbackMode, ListKind, ListLevel, RedCategory, RequiredField
from lists.forms.fields import CodeField, LinesField
from lists.models import CreditList

_OF_THE_FORM = ("reason", "seen_version", "confirmed")


def _or_none(enum: Any, none: Any = "—") -> list[tuple[str, Any]]:
    return [("", none), *enum.choices]


class CreditListForm(forms.Form):
    """What a list says. `code` and `kind` only for a new one: they never change."""

    code = CodeField(
        label=_("Code"), max_length=32, help_text=_("Capital letters and digits. It never changes afterwards.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=_or_none(ListKind, CHOOSE), help_text=_("It never changes afterwards.")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    level = forms.ChoiceField(label=_("Level"), choices=ListLevel.choices, initial=ListLevel.CITY)
    is_serious = forms.BooleanField(
        label=_("List of serious dishonesty"), required=False, help_text=_("Severe measures apply only to such lists.")
    )
    red_category = forms.ChoiceField(
        label=_("Object category"), choices=_or_none(RedCategory), required=False, help_text=_("For a red list.")
    )
    black_field = forms.ChoiceField(
        label=_("Field"), choices=_or_none(BlackField), required=False, help_text=_("For a black list.")
    )
    category = forms.CharField(label=_("Category or field in detail"), max_length=200, required=False)
    initiating_units = forms.ModelMultipleChoiceField(
        label=_("Initiating units"),
        queryset=Unit.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("One or more; hold Ctrl to choose several."),
    )
    sources = forms.ModelMultipleChoiceField(
        label=_("Data sources"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
        help_text=_("Other platforms and regions that may hand in files; the initiating unit reviews what they bring."),
    )
    memoranda = forms.ModelMultipleChoiceField(
        label=_("Memoranda"),
        queryset=Memorandum.objects.all(),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Their measures in force apply to the list; the units responsible for them cooperate."),
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)
    term_profile = forms.ChoiceField(label=_("Term rules"))
    notice_required = forms.BooleanField(
        label=_("Notice before listing"),
        required=False,
        help_text=_("The party is told first and may state his defence; only then is the entry reviewed."),
    )
    required_fields = forms.MultipleChoiceField(
        label=_("Fields required besides"),
        choices=RequiredField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    repair_documents = LinesField(
        label=_("Documents for credit repair"),
        required=False,
        help_text=_("One a line. Empty: those that the rules name for all lists."),
    )
    no_repair_basis = forms.CharField(
        label=_("Law that excludes credit repair"),
        max_length=300,
        required=False,
        help_text=_("Empty: entries of this list can be repaired."),
    )
    feedback_mode = forms.ChoiceField(label=_("Feedback"), choices=FeedbackMode.choices, initial=FeedbackMode.ON_ACTION)
    disclosure = forms.ChoiceField(label=_("Disclosure"), choices=Disclosure.choices, initial=Disclosure.PUBLIC)
    person_disclosure_basis = forms.CharField(
        label=_("Statutory exception for natural persons"),
        max_length=300,
        required=False,
        help_text=_("Empty: natural persons on this list are never shown to the public."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Kept in the history.")
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, credit_list: CreditList | None, term_profiles: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("initiating_units", "sources"):
            self.fields[name].queryset = Unit.objects.active(clock.today())  # type: ignore[attr-defined]
        self.fields["term_profile"].choices = term_profiles  # type: ignore[attr-defined]
        if credit_list is not None:
            del self.fields["code"], self.fields["kind"]

    def values(self) -> dict[str, Any]:
        """What the services take."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in _OF_THE_FORM}
        return {**values, **{name: list(values[name]) for name in ("initiating_units", "sources", "memoranda")}}

    def digest(self) -> str:
        """Tells whether what is confirmed is what was shown."""
        shown = {name: self.data.getlist(self.add_prefix(name)) for name in self.fields if name != "confirmed"}  # type: ignore[attr-defined]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]
