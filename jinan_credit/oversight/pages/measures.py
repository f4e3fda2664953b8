"""Which measures are applied, which never, and why not."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.oversight.filters import MeasuresForm, Scope, ScopeForm
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.measures import MeasureUse, ReasonUse, measure_uses, reasons_given
from jinan_credit.oversight.sheets import Column, Given, Kind, Line, Sheet, line

MOST_REASONS = 50


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


def _reasons(scope: Scope, _values: dict[str, Any]) -> list[Sheet]:
    columns = [Column(_("Reports"))]

    def of(use: ReasonUse) -> Line:
        rows = scope.url("oversight_executions", figure="not_applied", same_reason_as=str(use.example))
        return line(use.reason, columns, [(use.reports, rows)])

    found = [of(use) for use in reasons_given(scope, MOST_REASONS)]
    note = _("As the units wrote them, the most frequent first; at most %(most)s.") % {"most": MOST_REASONS}
    return [Sheet("reasons", _("Why measures were not applied"), _("Reason"), columns, found, note=note)]


PAGE = FigurePage(
    "measures",
    gettext_lazy("Use of the measures"),
    gettext_lazy("Which measures are applied, and which never."),
    MeasuresForm,
    _measures,
)

REASONS = FigurePage(
    "reasons",
    gettext_lazy("Why not applied"),
    gettext_lazy("What the units say why they applied no measure."),
    ScopeForm,
    _reasons,
)
