"""Forms beside the entries page: a person by document number, the reason of an export."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lists.enums import DocumentType, ExportFormat
from lists.forms.fields import CodeField, LineField


class NumberSearchForm(forms.Form):
    document_type = forms.ChoiceField(label=_("Document type"), choices=DocumentType.choices)
    number = CodeField(
        label=_("Document number"),
        max_length=40,
        help_text=_("The whole number. It is not kept in clear and never stands in an address."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = LineField(
        label=_("Reason"), max_length=500, help_text=_("Kept with your name and the time, whatever is found.")
    )


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=_("Format"), choices=ExportFormat.choices, initial=ExportFormat.XLSX, widget=forms.RadioSelect
    )
    reason = LineField(
        label=_("Reason"), max_length=500, help_text=_("Kept with your name, the filters and every download.")
    )
