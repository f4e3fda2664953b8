from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.applicants import documents_field


class ReceiptForm(forms.Form):
    number = forms.CharField(
        label=_("Receipt number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "YY-20261124-7F3K9Q"}),
    )
    secret = forms.CharField(
        label=_("Query code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "XXXX-XXXX-XXXX"}),
    )


class SupplementForm(forms.Form):
    text = forms.CharField(label=_("What you add"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    evidence = documents_field()


class VerificationForm(forms.Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        help_text=_("16 characters, at the end of the notice."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "XXXX-XXXX-XXXX-XXXX"}),
    )
