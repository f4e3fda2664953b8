"""Whether entries left the day after their term ended."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.oversight.filters import Scope, ScopeForm
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.figures import Expired, expired_by
from jinan_credit.oversight.sheets import Column, Given, Kind, Line, Sheet, line
from lists.models import CreditList


def term_columns() -> list[Column]:
    return [
        Column(_("Terms ended")),
        Column(_("Out in time")),
        Column(_("Out late")),
        Column(_("Still on the list")),
        Column(_("Rate out in time"), Kind.RATE),
    ]


def term_line(name: str, scope: Scope, found: Expired, **narrower: str) -> Line:
    def counted(value: int, figure: str) -> Given:
        return value, scope.url("oversight_terms", figure=figure, **narrower)

    values: list[Given] = [
        counted(found.ended, "ended"),
        counted(found.out_on_time, "out_on_time"),
        counted(found.late, "late"),
        counted(found.standing, "standing"),
        found.on_time_rate,
    ]
    return line(name, term_columns(), values)


def _terms(scope: Scope, _values: dict[str, Any]) -> list[Sheet]:
    by_list = expired_by(scope, "credit_list")
    lists = CreditList.objects.in_bulk({pk for (pk,) in by_list})
    whole = expired_by(scope).get((), Expired(0, 0, 0))
    lines = [
        term_line(lists[pk].name, scope, found, list=lists[pk].code)
        for (pk,), found in sorted(
            by_list.items(), key=lambda one: (-one[1].standing, -one[1].late, lists[one[0][0]].code)
        )
    ]
    note = _("In time: out on the day after the last day of the term, which counts. It must be 100 %.")
    total = term_line(_("All"), scope, whole)
    return [Sheet("terms", _("Terms that ended, by list"), _("List"), term_columns(), lines, total, note)]


PAGE = FigurePage(
    "terms",
    gettext_lazy("Ended terms"),
    gettext_lazy("Whether entries left the day after their term ended."),
    ScopeForm,
    _terms,
)
