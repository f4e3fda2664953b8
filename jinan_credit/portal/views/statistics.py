"""Figures of the public site, charts with a table below."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jinan_credit.portal.statistics import Count, statistics_now


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    figures = statistics_now()
    tables = [
        _table("lists", _("In force by list"), _("List"), figures.by_list),
        _table("months", _("In force by month of publication"), _("Month"), figures.by_month),
        _table("reasons", _("Left in the last twelve months, by reason"), _("Reason"), figures.by_reason),
        _table("promises", _("Public credit promises"), _("State"), figures.promises),
    ]
    return render(request, "portal/statistics.html", {"figures": figures, "tables": tables})


def _table(name: str, title: str, head: str, lines: list[Count]) -> dict[str, object]:
    """`chart` is what static/js/charts.js draws."""
    chart = {
        "title": title,
        "unit": "",
        "labels": [str(line.label) for line in lines],
        "series": [{"name": _("Count"), "values": [line.count for line in lines]}],
    }
    return {"name": name, "title": title, "head": head, "lines": lines, "chart": chart}
