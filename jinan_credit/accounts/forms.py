import hashlib
from typing import Any

from django import forms
from django.forms import BaseForm, DateInput
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError

CHOOSE = _("Choose …")  # the first line of a list from which something must be chosen


class CreditFormRenderer(TemplatesSetting):
    """Every form and field of the site looks the same: templates/_components/."""

    form_template_name = "_components/form.html"
    field_template_name = "_components/field.html"


class DayInput(DateInput):
    """A day chosen from the browser's calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def add_refusal(form: BaseForm, refusal: DomainError) -> None:
    """Show a service's refusal at the field it is about, or on top; what was typed stays."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


class SuccessionForm(forms.Form):
    """Who succeeds a unit, from when, and why."""

    successor = forms.ModelChoiceField(
        label=_("Successor"),
        queryset=Unit.objects.none(),
        empty_label=CHOOSE,
        help_text=_("A unit that exists today and has no last day."),
    )
    begins_on = forms.DateField(
        label=_("First day of the successor"),
        widget=DayInput,
        initial=clock.today,
        help_text=_(
            "The unit ends on the day before. On a later day than today, everything stays as it is until then."
        ),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lasting = Unit.objects.active(clock.today()).filter(valid_to=None).exclude(pk=unit.pk)
        self.fields["successor"].queryset = lasting.order_by("name")  # type: ignore[attr-defined]

    def digest(self) -> str:
        """Tells whether what is confirmed is what was shown."""
        return hashlib.sha256(repr([self.data.get(name) for name in self.fields]).encode()).hexdigest()[:32]


class WithdrawSuccessionForm(forms.Form):
    """Why a succession that is recorded is not to be carried out."""

    reason = forms.CharField(label=_("Why it is withdrawn"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class LiftLockForm(forms.Form):
    """Why a lock of sign-in ends before its time."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)
