"""Period, unit and list of a page of figures: in the URL, so that a figure can be sent to somebody and opened again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Measure
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import DayInput
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import CaseSort
from lists.models import CreditList
from sanctions.selectors import TaskFigures

DEFAULT_PERIOD = timedelta(days=90)
LONGEST_PERIOD = timedelta(days=366 * 5)

LARGEST_ID = 2**63 - 1
NO_MATTER = "-"
"""In the URL: those without a matter."""

FIGURES: dict[str, str | Promise] = {
    "tasks": _("Tasks to sign"),
    "signed": _("Signed"),
    "not_signed": _("Not signed"),
    "signed_on_time": _("Signed in time"),
    "responded": pgettext_lazy("a task", "Answered"),
    "owing_feedback": _("Owing feedback"),
    "fed_back": _("Fed back"),
    "not_fed_back": _("Not fed back"),
    "not_executed": _("Not executed"),
    "overdue": _("Overdue"),
    "releases": _("Releases to confirm"),
    "released": _("Release confirmed"),
    "not_released": _("Release not confirmed"),
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
    def days(self) -> dict[str, date]:
        return {"since": self.since, "until": self.until}

    def keys(self, *names: str) -> dict[str, int]:
        """Those of `unit` and `credit_list` that are chosen, by id."""
        return self.keys_as(**{name: name for name in names})

    def keys_as(self, **paths: str) -> dict[str, int]:
        """The same under other names."""
        return {path: getattr(self, name).pk for name, path in paths.items() if getattr(self, name) is not None}

    @property
    def conditions(self) -> dict[str, Any]:
        """The arguments of the selectors of sanctions."""
        return {"since": self.since, "until": self.until, "unit": self.unit, "credit_list": self.credit_list}

    def rows_url(self, figure: str, **narrower: str) -> str:
        """The tasks behind a figure; `unit` and `list` (codes), `since` and `until` narrow it to a line of a table."""
        return self.url("oversight_tasks", figure=figure, **narrower)

    def opener(self, page: str, **narrower: str) -> Callable[[str], str]:
        """Of one line: gives the address of the rows behind each of its figures."""
        address = self.url(page, **narrower)
        return lambda figure: f"{address}&figure={figure}"

    @property
    def query(self) -> str:
        """Of another page about the same."""
        return f"?{self._query()}"

    @property
    def responses_url(self) -> str:
        """The response matrix of the same period, unit and list."""
        return self.url("responses")

    def page_url(self, code: str, **more: str) -> str:
        """Of a page of figures."""
        return f"{reverse('oversight_figures', args=[code])}?{self._query(**more)}"

    def url(self, page: str, **narrower: str) -> str:
        return f"{reverse(page)}?{self._query(**narrower)}"

    def _query(self, **narrower: str) -> str:
        query = {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "unit": self.unit.code if self.unit else "",
            "list": self.credit_list.code if self.credit_list else "",
        } | {key: value for key, value in narrower.items() if value}
        return urlencode({key: value for key, value in query.items() if value})


class ScopeForm(forms.Form):
    """The last ninety days of all units and lists, unless the URL says otherwise.

    Who oversees chooses any unit; everybody else has his own unit's figures.
    """

    without_chip = ("since", "until", "sort", "show", "figure")
    defaults: Mapping[str, str] = {}

    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())
    unit = forms.ModelChoiceField(
        Unit.objects.order_by("name"), label=_("Unit"), required=False, to_field_name="code", empty_label=_("All")
    )
    list = forms.ModelChoiceField(
        CreditList.objects.order_by("name"), label=_("List"), required=False, to_field_name="code", empty_label=_("All")
    )

    def __init__(self, query: QueryDict, actor: Actor) -> None:
        until = clock.today()
        given = {"since": (until - DEFAULT_PERIOD).isoformat(), "until": until.isoformat(), **self.defaults}
        super().__init__({**given, **{name: value for name, value in query.items() if value}})
        self.own_unit = None if actor.may(Act.OVERSEE) else actor.unit
        if self.own_unit is not None:
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if until and until.year == date.max.year:
            self.add_error("until", _("There are no figures of this day."))
        elif since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        elif since and until and until - since > LONGEST_PERIOD:
            self.add_error("since", _("Choose a period of five years at most."))
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
        return Scope(values["since"], values["until"], self.own_unit or values.get("unit"), values["list"])


class WeeksForm(ScopeForm):
    """The scope, and the rate that the heat map shows."""

    defaults: Mapping[str, str] = {"show": "response_rate"}

    show = forms.ChoiceField(
        label=_("Rate"),
        required=False,
        choices=[
            ("response_rate", _("Response rate")),
            ("sign_rate", _("Sign rate")),
            ("on_time_rate", _("On-time sign rate")),
            ("feedback_rate", _("Feedback rate")),
            ("release_rate", _("Release confirmation")),
        ],
    )


class LeagueForm(ScopeForm):
    """The scope, and what the units are sorted by."""

    defaults: Mapping[str, str] = {"sort": "overdue"}

    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("overdue", _("Furthest behind first")),
            ("feedback", _("Lowest feedback rate first")),
            ("sign", _("Lowest sign rate first")),
            ("release", _("Lowest release confirmation first")),
        ],
    )


class MeasuresForm(ScopeForm):
    never = forms.ChoiceField(label=_("Never applied"), required=False, choices=[("", _("All")), ("yes", _("Yes"))])


class RowsForm(ScopeForm):
    """The scope, and the figure whose rows are shown.

    Of executions also the measure, or one that gives the same reason; of screenings the matter.
    """

    defaults: Mapping[str, str] = {"figure": "tasks"}

    figure = forms.ChoiceField(label=_("Figure"), required=False)
    measure = forms.ModelChoiceField(
        Measure.objects.all(), label=_("Measure"), required=False, widget=forms.HiddenInput
    )
    matter = forms.CharField(label=_("Matter"), required=False, widget=forms.HiddenInput)
    same_reason_as = forms.IntegerField(
        label=_("Reason"), required=False, widget=forms.HiddenInput, min_value=1, max_value=LARGEST_ID
    )

    field_order = ["figure", "since", "until", "unit", "list"]

    def __init__(self, query: QueryDict, actor: Actor, figures: Mapping[str, str | Promise]) -> None:
        self.defaults = {"figure": next(iter(figures))}
        super().__init__(query, actor)
        self.fields["figure"].choices = list(figures.items())  # type: ignore[attr-defined]
        self.heading = figures.get(str(self.data["figure"]), next(iter(figures.values())))

    @property
    def chosen_figure(self) -> str:
        return str(self.data["figure"])


class CaseRowsForm(RowsForm):
    sort = forms.ChoiceField(label=_("Kind"), required=False, choices=CaseSort)

    field_order = ["sort", "figure", "since", "until", "unit", "list"]
