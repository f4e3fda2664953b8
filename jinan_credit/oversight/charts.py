"""What static/js/charts.js draws: plain data, in the page as JSON. Each chart has its table below it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jinan_credit.accounts.models import Unit
from sanctions.selectors import TaskFigures

MOST_BARS = 15


def rates_by_unit(lines: Sequence[tuple[Unit, TaskFigures]]) -> dict[str, Any]:
    """Sign rate and feedback rate in per cent, of MOST_BARS units at most; null where nothing was owed."""
    shown = lines[:MOST_BARS]
    return {
        "kind": "bars",
        "title": _("Sign rate and feedback rate of the units that are furthest behind"),
        "unit": "%",
        "labels": [unit.name for unit, _figures in shown],
        "series": _rates([figures for _unit, figures in shown], "sign_rate", "feedback_rate"),
    }


def rates_by_week(weeks: Mapping[date, TaskFigures]) -> dict[str, Any]:
    """The same in time, with the response rate; labels are Mondays."""
    mondays = sorted(weeks)
    return {
        "kind": "lines",
        "title": _("Sign rate, response rate and feedback rate by week"),
        "unit": "%",
        "labels": [f"{monday:%Y-%m-%d}" for monday in mondays],
        "series": _rates([weeks[monday] for monday in mondays], "sign_rate", "response_rate", "feedback_rate"),
    }


def _rates(figures: Sequence[TaskFigures], *names: str) -> list[dict[str, Any]]:
    words = {
        "sign_rate": _("Sign rate"),
        "response_rate": _("Response rate"),
        "feedback_rate": _("Feedback rate"),
    }
    return [{"name": words[name], "values": [_per_cent(getattr(one, name)) for one in figures]} for name in names]


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
