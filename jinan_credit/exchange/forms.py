from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.exchange.addresses import LONGEST_URL
from jinan_credit.exchange.certificates import LONGEST_PEM
from jinan_credit.exchange.rules import Position
from lists.models import CreditList


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
    most_per_minute = forms.IntegerField(
        label=_("Messages a minute, at most"),
        required=False,
        min_value=1,
        max_value=6000,
        help_text=_("Empty: as fast as your system answers. Nothing is dropped, it only comes later."),
    )
    ca_certificates = forms.CharField(
        label=_("Certificate authorities"),
        required=False,
        max_length=LONGEST_PEM,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("PEM. Only if your system's certificate is not from a public authority."),
    )
    client_certificate = forms.CharField(
        label=_("Client certificate"),
        required=False,
        max_length=LONGEST_PEM,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("PEM. Only if your system asks us for a certificate (mutual TLS)."),
    )
    client_key = forms.CharField(
        label=_("Key of the client certificate"),
        required=False,
        max_length=LONGEST_PEM,
        empty_value=None,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("PEM, without a password. Kept encrypted and never shown; empty: as it is."),
    )


class OfficeHookForm(forms.Form):
    url = forms.CharField(
        label=_("Address of the office system"),
        max_length=LONGEST_URL,
        help_text=_("https:// and the host of your unit's own system. It must answer the challenge at once."),
    )
    ca_certificates = forms.CharField(
        label=_("Certificate authorities"),
        required=False,
        max_length=LONGEST_PEM,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("PEM. Only if your system's certificate is not from a public authority."),
    )


class RewindForm(forms.Form):
    """From where a list is sent again. Nothing given: from the beginning."""

    credit_list = forms.ModelChoiceField(
        CreditList.objects.none(), label=_("List"), to_field_name="code", empty_label=CHOOSE
    )
    at = forms.DateTimeField(
        label=_("Published since"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("What was published at this time or later comes again."),
    )
    publication = forms.IntegerField(
        label=_("From a publication on"),
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text=_("The number in its name that follows the year."),
    )
    position = forms.IntegerField(
        label=_("After a position"),
        required=False,
        min_value=0,
        max_value=10**15,
        help_text=_("The position that your system's copy was at when it was last right."),
    )

    def __init__(self, *args: Any, lists: QuerySet[CreditList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].queryset = lists  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self._given(cleaned)) > 1:
            raise forms.ValidationError(_("Give one of time, publication and position; none means from the beginning."))
        return cleaned

    def start_of(self, epoch: str) -> Position | datetime | int:
        """What to give to the service that sends again."""
        given = self._given(self.cleaned_data)
        if "at" in given or "publication" in given:
            return next(iter(given.values()))
        return Position(epoch, given.get("position", 0))

    @staticmethod
    def _given(cleaned: dict[str, Any]) -> dict[str, Any]:
        return {name: cleaned[name] for name in ("at", "publication", "position") if cleaned.get(name) is not None}
