from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel.identifiers import normalise_code, normalise_text
from lists.models import CreditList
from lists.models.credit_list import CreditListQuerySet


class LineField(forms.CharField):
    """One line of text in one spelling: half width, no invisible characters."""

    def to_python(self, value: Any) -> str:
        return normalise_text(super().to_python(value) or "")


class CodeField(forms.CharField):
    """A code in one spelling: half width, upper case, no spaces or hyphens."""

    def to_python(self, value: Any) -> str:
        return normalise_code(super().to_python(value) or "")


class TolerantDateField(forms.DateField):
    """A day as people write it: 2026-03-31, 2026/3/31, 2026年3月31日, 20260331."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2026-03-31", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
        super().__init__(input_formats=formats, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(normalise_text(value).replace(" ", "") if isinstance(value, str) else value)


class RevealForm(forms.Form):
    reason = LineField(
        label=_("Why you need the full number"), max_length=500, help_text=_("Kept in the log with your name.")
    )


class ListChoiceForm(forms.Form):
    """Which list an entry is for; sent by GET."""

    credit_list = forms.ModelChoiceField(
        label=_("List"), queryset=CreditList.objects.none(), to_field_name="code", empty_label="—"
    )

    def __init__(self, *args: Any, lists: CreditListQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].queryset = lists  # type: ignore[attr-defined]


class ImportForm(ListChoiceForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel workbook (.xlsx) or CSV, at most 50 MiB and 100,000 rows, with the header of the template."),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].widget = forms.HiddenInput()


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
