"""Supervision notices: replied to, in time, closed."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from jinan_credit.oversight.filters import Scope, ScopeForm
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.supervision import SupervisionFigures, supervision_figures
from jinan_credit.oversight.sheets import Column, Given, Kind, Line, Sheet, line


def supervision_columns() -> list[Column]:
    return [
        Column(_("Notices issued")),
        Column(_("Replied")),
        Column(_("Replied in time")),
        Column(_("Rate in time"), Kind.RATE),
        Column(_("Reply overdue")),
        Column(pgettext("a supervision notice", "Closed")),
        Column(_("Settled")),
        Column(_("Withdrawn")),
    ]


def supervision_line(name: str, scope: Scope, found: SupervisionFigures, **narrower: str) -> Line:
    def counted(figure: str) -> Given:
        return getattr(found, figure), scope.url("supervision", figure=figure, **narrower)

    values: list[Given] = [
        counted("issued"),
        counted("replied"),
        counted("replied_in_time"),
        found.in_time_rate,
        counted("overdue"),
        counted("closed"),
        counted("settled"),
        counted("withdrawn"),
    ]
    return line(name, supervision_columns(), values)


def _supervision(scope: Scope, _values: dict[str, Any]) -> list[Sheet]:
    found = supervision_figures(scope)
    lines = [supervision_line(one.unit_name, scope, one.figures, unit=one.unit_code) for one in found.by_unit]
    total = supervision_line(_("All"), scope, found.total)
    note = _("In time: each reply came by its day, and none is overdue; of the notices that are not withdrawn.")
    title, heads = _("Supervision notices, by unit"), supervision_columns()
    return [Sheet("supervision", title, _("Unit"), heads, lines, total, note)]


PAGE = FigurePage(
    "supervision",
    gettext_lazy("Supervision"),
    gettext_lazy("Notices issued in the period: replied to, in time, closed."),
    ScopeForm,
    _supervision,
)
