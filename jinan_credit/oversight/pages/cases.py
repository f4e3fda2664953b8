"""Objections and repairs: decided, in time, in how many working days."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from jinan_credit.accounts.models import Unit
from jinan_credit.oversight.enums import CaseSort
from jinan_credit.oversight.filters import Scope, ScopeForm
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.cases import CaseFigures, case_figures, case_total
from jinan_credit.oversight.sheets import Column, Given, Kind, Line, Sheet, line


def case_columns(sort: str) -> list[Column]:
    granted = _("Upheld") if sort == CaseSort.OBJECTION else pgettext("a repair", "Approved")
    return [
        Column(_("Received")),
        Column(_("Decided")),
        Column(granted),
        Column(_("Decided in time")),
        Column(_("Decided in time"), Kind.RATE),
        Column(_("Overdue")),
        Column(_("Working days to decide (median)"), Kind.DAYS),
    ]


def case_line(name: str, sort: str, scope: Scope, found: CaseFigures, **narrower: str) -> Line:
    def counted(figure: str) -> Given:
        return getattr(found, figure), scope.url("oversight_cases", sort=sort, figure=figure, **narrower)

    values: list[Given] = [
        counted("received"),
        counted("decided"),
        counted("granted"),
        counted("decided_in_time"),
        found.in_time_rate,
        counted("overdue"),
        found.median_wd,
    ]
    return line(name, case_columns(sort), values)


def cases_sheet(sort: str, scope: Scope) -> Sheet:
    found = case_figures(sort, scope)
    units = Unit.objects.in_bulk(list(found))
    order = sorted(found, key=lambda pk: (-found[pk].overdue, -found[pk].received, units[pk].code))
    return Sheet(
        code=f"cases-{sort.lower()}",
        title=_("Objections") if sort == CaseSort.OBJECTION else _("Repairs"),
        first=_("Unit"),
        columns=case_columns(sort),
        lines=[case_line(units[pk].name, sort, scope, found[pk], unit=units[pk].code) for pk in order],
        total=case_line(_("All"), sort, scope, case_total(sort, scope)),
    )


def _cases(scope: Scope, _values: dict[str, Any]) -> list[Sheet]:
    return [cases_sheet(sort, scope) for sort in CaseSort.values]


PAGE = FigurePage(
    "cases",
    gettext_lazy("Objections and repairs"),
    gettext_lazy("Received in the period: decided, in time, in how many working days."),
    ScopeForm,
    _cases,
)
