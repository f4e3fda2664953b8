"""The forms of an import: which file, which rows, why it is undone."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import Unit
from lists.forms.entries import ListChoiceForm


class ImportForm(ListChoiceForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel workbook (.xlsx) or CSV, at most 50 MB and 100,000 rows, with the header of the template."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    source = forms.ModelChoiceField(
        label=_("Data source"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Your own unit"),
        help_text=_("Where the file was received from another platform or region."),
    )

    def __init__(self, *args: Any, sources: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].widget = forms.HiddenInput()
        if sources:
            self.fields["source"].queryset = sources  # type: ignore[attr-defined]
        else:
            del self.fields["source"]


class ImportConfirmForm(forms.Form):
    """Which rows are taken, where a file has both new rows and rows that differ from their entries."""

    take = forms.ChoiceField(label=_("Which rows are taken?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(choices) > 1:
            self.fields["take"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["take"]


class ReversalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the import is undone"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the history; whoever decides on a removal reads it."),
    )
