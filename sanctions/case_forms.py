"""The forms of typical cases and bulletins."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanctions.models import CaseReport
from sanctions.services.case_texts import TEXTS, CaseText


def _text(label: Any, rows: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class CaseForm(forms.Form):
    """What a case says. Everything is needed before it is reported; a draft may have gaps."""

    title = forms.CharField(
        label=_("Heading"),
        max_length=200,
        help_text=_("Organisations by name; no name, and no number of a document, of a natural person."),
    )
    findings = _text(_("What was found"), 6)
    response = _text(_("Measures and their basis"), 6)
    effect = _text(_("What it led to"), 4, help_text=_("For example: the debt was paid, the tender went to another."))
    seen_step = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def text(self) -> CaseText:
        return CaseText(**{name: self.cleaned_data[name] for name in TEXTS})


class BulletinForm(forms.Form):
    """The coordinator's own words and the cases that the bulletin collects."""

    title = forms.CharField(label=_("Heading"), max_length=200)
    text = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Name parties in the cases only: these words stay when a case must be taken off."),
    )
    cases = forms.TypedMultipleChoiceField(
        label=_("Adopted cases"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cases: list[CaseReport], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cases"]
        field.choices = [(case.pk, f"{case.title} ({case.unit})") for case in cases]
        if not cases:
            field.help_text = _("No adopted case waits for a bulletin.")
