"""What the audit is asked, and why a part of it is taken away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.forms import DayInput
from jinan_credit.accounts.models import Unit, User
from jinan_credit.oversight.selectors.access import LOGS, Asked
from jinan_credit.oversight.selectors.changes import Wanted, name_of, tracked


class _Filters(forms.Form):
    """Without a label suffix for chips; a field left empty leaves all."""

    @property
    def in_words(self) -> str:
        given = [(field.label, self.cleaned_data.get(field.name)) for field in self]
        return "; ".join(f"{label}: {value}" for label, value in given if value)


class AccessForm(_Filters):
    kind = forms.ChoiceField(label=_("What was seen or taken"), required=False)
    person = forms.CharField(label=_("Person or API client"), required=False, max_length=50)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.all(), to_field_name="code", required=False, empty_label=_("All")
    )
    subject = forms.CharField(label=_("About whom or what"), required=False, max_length=100)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=100)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *((code, log.name) for code, log in LOGS.items())]  # type: ignore[attr-defined]

    @property
    def asked(self) -> Asked | None:
        return Asked(**self.cleaned_data) if self.is_valid() else None


class ChangesForm(_Filters):
    table = forms.ChoiceField(label=_("Table"))
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.all(), to_field_name="username", required=False, empty_label=_("All")
    )
    row = forms.CharField(label=_("Row"), required=False, max_length=40)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((name_of(event), table) for table, event in tracked().items())
        self.fields["table"].choices = [(table, name) for name, table in named]  # type: ignore[attr-defined]

    def clean_row(self) -> str:
        text: str = self.cleaned_data["row"]
        event = tracked().get(self.cleaned_data.get("table", ""))
        if text and event is not None:
            event._meta.get_field("pgh_obj").target_field.to_python(text)  # type: ignore[union-attr]
        return text

    @property
    def wanted(self) -> Wanted | None:
        return Wanted(**self.cleaned_data) if self.is_valid() else None


class AuditExportForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)
