"""What static/js/charts.js draws: plain data, in the page as JSON. Each chart has its table below it."""

from typing import Any

from django.utils.translation import gettext as _

from sanctions.selectors import UnitFigures

MOST_BARS = 15


def furthest_behind_first(lines: list[UnitFigures]) -> list[UnitFigures]:
    return sorted(lines, key=lambda line: (-line.figures.overdue, _order(line), line.unit_code))


def rates_by_unit(lines: list[UnitFigures]) -> dict[str, Any]:
    """Sign rate and feedback rate in per cent, of MOST_BARS units at most; null where nothing was owed."""
    shown = lines[:MOST_BARS]
    return {
        "title": _("Sign rate and feedback rate of the units that are furthest behind"),
        "unit": "%",
        "labels": [line.unit_name for line in shown],
        "series": [
            {"name": _("Sign rate"), "values": [_per_cent(line.figures.sign_rate) for line in shown]},
            {"name": _("Feedback rate"), "values": [_per_cent(line.figures.feedback_rate) for line in shown]},
        ],
    }


def _order(line: UnitFigures) -> float:
    return 1.0 if line.figures.sign_rate is None else line.figures.sign_rate


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
