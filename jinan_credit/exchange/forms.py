from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.exchange.addresses import LONGEST_URL


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=_("Push address"),
        max_length=LONGEST_URL,
        help_text=_("https:// and the host of your unit's own system. It must answer the challenge at once."),
    )
    auto_sign = forms.BooleanField(
        label=_("Sign automatically"),
        required=False,
        help_text=_("What your system acknowledges then counts as signed by your unit. Without it a clerk signs."),
    )
    wants_gzip = forms.BooleanField(
        label=_("Compress (gzip)"), required=False, help_text=_("The signature is then over the compressed bytes.")
    )


class PauseForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
