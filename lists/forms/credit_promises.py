"""The form of a public credit promise."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.kernel.identifiers import is_uscc
from lists.enums import CreditPromiseKind, SubjectKind
from lists.forms.fields import CodeField, LineField, TolerantDateField, choices

_ORGANISATIONS = (SubjectKind.LEGAL_PERSON, SubjectKind.OTHER_ORGANISATION, SubjectKind.SOLE_TRADER)


class CreditPromiseForm(forms.Form):
    subject_kind = forms.ChoiceField(
        label=_("Kind of subject"), choices=[("", CHOOSE), *((kind.value, kind.label) for kind in _ORGANISATIONS)]
    )
    name = LineField(
        label=_("Name"), max_length=200, help_text=_("As on the licence; of a sole trader the trade name only.")
    )
    code = CodeField(label=_("Unified social credit code"), help_text=_("18 characters."))
    kind = forms.ChoiceField(label=_("Kind of promise"), choices=choices(CreditPromiseKind, CHOOSE))
    matter = LineField(label=_("Matter"), max_length=200, help_text=_("What it is about, in one line."))
    text = forms.CharField(
        label=_("Text of the promise"),
        max_length=4000,
        help_text=_("Shown to everybody as it stands. Name no natural person."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    promised_on = TolerantDateField(label=_("Promised on"))
    valid_until = TolerantDateField(label=_("Valid until"), help_text=_("The last day, which counts."))

    def clean_code(self) -> Any:
        code = self.cleaned_data["code"]
        if not is_uscc(code):
            raise forms.ValidationError(
                _("A unified social credit code: 18 characters with the right check character (GB 32100).")
            )
        return code
