"""Which measures are applied, and which never."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.oversight.filters import MeasuresForm, Scope
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.measures import MeasureUse, measure_uses
from jinan_credit.oversight.sheets import Column, Given, Kind, Line, Sheet, line


def _measures(scope: Scope, values: dict[str, Any]) -> list[Sheet]:
    uses = measure_uses(scope)
    shown = [use for use in uses if not use.applied] if values.get("never") else uses
    columns = [
        Column(_("Memorandum"), Kind.TEXT),
        Column(_("Units that answer for it")),
        Column(_("Units that applied it")),
        Column(_("Applied")),
        Column(_("Reported as not applied")),
    ]

    def of(use: MeasureUse) -> Line:
        pk = str(use.measure.pk)
        applied = scope.url("oversight_executions", figure="applied", measure=pk)
        refused = scope.url("oversight_executions", figure="not_applied", measure=pk)
        values: list[Given] = [
            use.measure.version.memorandum.title,
            use.answering,
            use.applying,
            (use.applied, applied),
            (use.not_applied, refused),
        ]
        return line(use.measure.content, columns, values)

    never = sum(not use.applied for use in uses)
    return [
        Sheet(
            code="measures",
            title=_("%(never)s of %(all)s measures in force were never applied in this period")
            % {"never": never, "all": len(uses)},
            first=_("Measure"),
            columns=columns,
            lines=[of(use) for use in shown],
            note=_("Not applied: the reports of the units that answer for a measure, on its lists. Each says why."),
        )
    ]


PAGE = FigurePage(
    "measures",
    gettext_lazy("Use of the measures"),
    gettext_lazy("Which measures are applied, which never, and what the units say why."),
    MeasuresForm,
    _measures,
)
