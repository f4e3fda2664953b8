"""Which unit follows a list from when to when, and why it ends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import CHOOSE
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.forms.fields import LineField, TolerantDateField
from lists.models import Subscription


class SubscriptionForm(forms.Form):
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), to_field_name="code", empty_label=CHOOSE
    )
    basis = LineField(
        label=_("Legal basis"),
        max_length=300,
        help_text=_("The document by which the list is shared with this unit, with its number."),
    )
    valid_from = TolerantDateField(label=_("First day"), initial=clock.today)
    valid_to = TolerantDateField(label=_("Last day"), required=False, help_text=_("Empty: until it is ended."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.active(clock.today())  # type: ignore[attr-defined]


class SubscriptionEndForm(forms.Form):
    last_day = TolerantDateField(label=_("Last day"), help_text=_("It still counts."))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Kept in the history.")
    )

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = max(clock.today(), subscription.valid_from)
