"""Period, unit and list of a dashboard: in the URL, so that a figure can be sent to somebody and opened again."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.models import CreditList
from sanctions.selectors import TaskFigures

DEFAULT_PERIOD = timedelta(days=90)

FIGURES: dict[str, str | Promise] = {
    "tasks": _("Tasks to sign"),
    "signed": _("Signed"),
    "signed_on_time": _("Signed in time"),
    "responded": _("Answered"),
    "owing_feedback": _("Owing feedback"),
    "fed_back": _("Fed back"),
    "not_executed": _("Not executed"),
    "overdue": _("Overdue"),
    "releases": _("Releases to confirm"),
    "released": _("Release confirmed"),
    "released_on_time": _("Release confirmed in time"),
}
"""The words for each field of TaskFigures."""

assert set(FIGURES) == {field.name for field in fields(TaskFigures)}


@dataclass(frozen=True)
class Scope:
    """What the figures are about. Both days count; None stands for all."""

    since: date
    until: date
    unit: Unit | None = None
    credit_list: CreditList | None = None

    @property
    def conditions(self) -> dict[str, Any]:
        """The arguments of the selectors of sanctions."""
        return {"since": self.since, "until": self.until, "unit": self.unit, "credit_list": self.credit_list}

    def rows_url(self, figure: str, *, unit: str = "", credit_list: str = "") -> str:
        """The rows behind a figure; `unit` and `credit_list` (codes) narrow it to a line of a table."""
        return self._url("oversight_tasks", figure=figure, unit=unit, list=credit_list)

    @property
    def responses_url(self) -> str:
        """The response matrix of the same period, unit and list."""
        return self._url("responses")

    def _url(self, page: str, **narrower: str) -> str:
        query = {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "unit": self.unit.code if self.unit else "",
            "list": self.credit_list.code if self.credit_list else "",
        } | {key: value for key, value in narrower.items() if value}
        return f"{reverse(page)}?{urlencode({key: value for key, value in query.items() if value})}"


class ScopeForm(forms.Form):
    """The last ninety days of all units and lists, unless the URL says otherwise."""

    without_chip = ("since", "until")

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ModelChoiceField(
        Unit.objects.order_by("name"), label=_("Unit"), required=False, to_field_name="code", empty_label=_("All")
    )
    list = forms.ModelChoiceField(
        CreditList.objects.order_by("name"), label=_("List"), required=False, to_field_name="code", empty_label=_("All")
    )

    def __init__(self, query: QueryDict) -> None:
        until = clock.today()
        given = {"since": (until - DEFAULT_PERIOD).isoformat(), "until": until.isoformat(), "figure": "tasks"}
        super().__init__({**given, **{name: value for name, value in query.items() if value}})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        return cleaned

    @property
    def form(self) -> "ScopeForm":
        """What the filter bar asks a filter for."""
        return self

    @property
    def scope(self) -> Scope | None:
        """None when the URL says something that cannot be understood; the fields then say what."""
        if not self.is_valid():
            return None
        values = self.cleaned_data
        return Scope(values["since"], values["until"], values["unit"], values["list"])


class RowsForm(ScopeForm):
    """The scope, and the figure whose rows are shown."""

    figure = forms.ChoiceField(label=_("Figure"), required=False, choices=list(FIGURES.items()))

    field_order = ["figure", "since", "until", "unit", "list"]

    @property
    def chosen_figure(self) -> str:
        return str(self.data["figure"])
