"""What is amiss with the entries in force."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.kernel import clock
from jinan_credit.oversight.filters import Scope, ScopeForm
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.figures import rate_of
from jinan_credit.oversight.selectors.quality import qualities
from jinan_credit.oversight.sheets import Column, Given, Kind, Sheet, line


def _quality(scope: Scope, _values: dict[str, Any]) -> list[Sheet]:
    columns = [
        Column(_("Entries in force")),
        Column(_("Organisations")),
        Column(_("Valid code"), Kind.RATE),
        Column(_("Without a code")),
        Column(_("Twice on the list")),
        Column(_("Without a basis")),
        Column(_("Without facts")),
        Column(_("Counted at"), Kind.TEXT),
    ]
    lines = []
    for one in qualities().filter(**scope.keys("credit_list")):
        urls = {
            figure: scope.url("oversight_entries", figure=figure, list=one.credit_list.code)
            for figure in ("entries", "organisations", "without_code", "twice", "without_basis", "without_facts")
        }
        values: list[Given] = [
            (one.entries, urls["entries"]),
            (one.organisations, urls["organisations"]),
            rate_of(one.organisations - one.without_code, one.organisations),
            (one.without_code, urls["without_code"]),
            (one.twice, urls["twice"]),
            (one.without_basis, urls["without_basis"]),
            (one.without_facts, urls["without_facts"]),
            f"{clock.in_jinan(one.counted_at):%Y-%m-%d %H:%M}",
        ]
        lines.append(line(one.credit_list.name, columns, values))
    note = _("Of the entries in force now, counted every hour; the period plays no part.")
    return [Sheet("quality", _("Data quality, by list"), _("List"), columns, lines, note=note)]


PAGE = FigurePage(
    "quality",
    gettext_lazy("Data quality"),
    gettext_lazy("What is amiss with the entries in force."),
    ScopeForm,
    _quality,
    of_all=True,
)
