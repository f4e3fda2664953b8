"""Who screens in which matters, and what becomes of hits."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from jinan_credit.accounts.models import Unit
from jinan_credit.oversight.filters import NO_MATTER, Scope, ScopeForm
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.figures import most_frequent_matters, rate_of, screenings_by
from jinan_credit.oversight.sheets import Column, Given, Kind, Line, Sheet, line
from sanctions.selectors import ScreeningFigures

MOST_MATTERS = 200


def screening_columns() -> list[Column]:
    return [
        Column(_("Screenings")),
        Column(_("Parties of batches without a hit")),
        Column(_("With hits")),
        Column(_("Could not tell")),
        Column(_("Could not tell, in batches")),
        Column(_("Hits")),
        Column(_("Hits answered")),
        Column(_("Hit rate"), Kind.RATE),
        Column(pgettext("hits", "Answered"), Kind.RATE),
    ]


def screening_line(name: str, scope: Scope, found: ScreeningFigures, **narrower: str) -> Line:
    def counted(figure: str) -> Given:
        return getattr(found, figure), scope.url("oversight_screenings", figure=figure, **narrower)

    def of_batches(figure: str) -> Given:
        return getattr(found, figure), scope.url("oversight_batches", figure=figure, **narrower)

    values: list[Given] = [
        counted("kept"),
        of_batches("in_batches"),
        counted("with_hits"),
        counted("kept_unknown"),
        of_batches("unknown_in_batches"),
        counted("hits"),
        counted("answered"),
        rate_of(found.with_hits, found.screenings),
        rate_of(found.answered, found.hits),
    ]
    return line(name, screening_columns(), values)


def _screenings(scope: Scope, _values: dict[str, Any]) -> list[Sheet]:
    by_unit = screenings_by(scope, "unit")
    units = Unit.objects.in_bulk({unit for (unit,) in by_unit})
    lines = [
        screening_line(units[unit].name, scope, found, unit=units[unit].code)
        for (unit,), found in sorted(by_unit.items(), key=lambda one: -one[1].screenings)
    ]
    shown, total = most_frequent_matters(scope, MOST_MATTERS)
    by_matter = screenings_by(scope, "matter_name", only={"matter_name__in": shown})
    matters = [
        screening_line(matter or _("Not named"), scope, by_matter[matter,], matter=matter or NO_MATTER)
        for matter in shown
    ]
    more = _("The most frequent %(shown)s of %(all)s.") % {"shown": len(shown), "all": total}
    note = _(
        "Whom a unit looked up concerns nobody else: the rows name no party. Of the parties of a batch those with hits "
        "are screenings, the others are counted with their batch."
    )
    heads = screening_columns()
    return [
        Sheet("screenings", _("Use by unit"), _("Unit"), heads, lines, note=note),
        Sheet("matters", _("Use by matter"), _("Matter"), heads, matters, note=more if total > MOST_MATTERS else ""),
    ]


PAGE = FigurePage(
    "screenings",
    gettext_lazy("Use of screening"),
    gettext_lazy("Who screens in which matters, and what becomes of hits."),
    ScopeForm,
    _screenings,
)
