"""The forms of reports to the city government."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import ReportKind
from jinan_credit.oversight.models.city_report import SECTIONS
from jinan_credit.oversight.rules import ReportPeriod, periods_over


class PeriodForm(forms.Form):
    """The quarters and years that are over; at first the last quarter."""

    period = forms.ChoiceField(label=_("Period"), help_text=_("Quarters and years that are over."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {kind: periods_over(kind, clock.today()) for kind in ReportKind}
        self._periods = {period.code: period for periods in offered.values() for period in periods}
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (kind.label, [(period.code, str(period)) for period in periods]) for kind, periods in offered.items()
        ]
        self.fields["period"].initial = offered[ReportKind.QUARTERLY][0].code

    def chosen(self) -> ReportPeriod:
        return self._periods[self.cleaned_data["period"]]


def _section(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))


class ReportForm(forms.Form):
    """The coordinator's own words. An empty section is left out of the report."""

    title = forms.CharField(
        label=_("Heading"),
        max_length=200,
        help_text=_("Plain text; each line is a paragraph. A report names no natural person, and is kept for good."),
    )
    seen_step = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _section(heading) for name, heading in SECTIONS.items()})

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("title", *SECTIONS)}
