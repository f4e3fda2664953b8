"""How the units sign, answer and confirm: the league, and the units by week."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jinan_credit.accounts.models import Unit
from jinan_credit.oversight.filters import LeagueForm, Scope, WeeksForm
from jinan_credit.oversight.pages.page import FigurePage
from jinan_credit.oversight.selectors.figures import task_figures, weekly_tasks, weeks_of
from jinan_credit.oversight.sheets import Column, Given, Kind, Line, Sheet, line
from jinan_credit.oversight.spans import week_of
from jinan_credit.oversight.tallies import OVERDUE
from lists.models import CreditList
from sanctions.selectors import TaskFigures


def task_columns() -> dict[str, Column]:
    """By the name of the count or rate in TaskFigures."""
    return {
        "tasks": Column(_("Tasks to sign")),
        "signed": Column(_("Signed")),
        "sign_rate": Column(_("Sign rate"), Kind.RATE),
        "signed_on_time": Column(_("Signed in time")),
        "on_time_rate": Column(_("On-time sign rate"), Kind.RATE),
        "response_rate": Column(_("Response rate"), Kind.RATE),
        "fed_back": Column(_("Fed back")),
        "feedback_rate": Column(_("Feedback rate"), Kind.RATE),
        "not_executed": Column(_("Not executed")),
        "overdue": Column(_("Overdue")),
        "released": Column(_("Release confirmed")),
        "release_rate": Column(_("Release confirmation"), Kind.RATE),
    }


def task_line(name: str, scope: Scope, figures: TaskFigures, columns: Mapping[str, Column], **narrower: str) -> Line:
    open_rows = scope.opener("oversight_tasks", **narrower)
    values = (
        (getattr(figures, one), open_rows(one) if column.kind == Kind.COUNT else "") for one, column in columns.items()
    )
    return line(name, list(columns.values()), values)


_RATES = {"feedback": "feedback_rate", "sign": "sign_rate", "release": "release_rate"}


def worst_first(lines: Sequence[tuple[Unit, TaskFigures]], sort: str = "overdue") -> list[tuple[Unit, TaskFigures]]:
    """By what is overdue, or by a rate; a unit that owed nothing of the kind comes last."""

    def order(one: tuple[Unit, TaskFigures]) -> tuple[Any, ...]:
        unit, figures = one
        rate = getattr(figures, _RATES.get(sort, "sign_rate"))
        return -figures.overdue if sort == "overdue" else 0, 1.1 if rate is None else rate, unit.code

    return sorted(lines, key=order)


def units_sheet(scope: Scope, figures: Sequence[tuple[Unit, TaskFigures]], sort: str = "overdue") -> Sheet:
    columns = task_columns()
    return Sheet(
        code="units",
        title=_("By unit"),
        first=_("Unit"),
        columns=list(columns.values()),
        lines=[task_line(unit.name, scope, one, columns, unit=unit.code) for unit, one in worst_first(figures, sort)],
        total=task_line(_("All"), scope, sum((one for _unit, one in figures), TaskFigures()), columns),
        note=_("Fed back: what was done, that there was nothing to do, or why it was not done."),
    )


def lists_sheet(scope: Scope, figures: Sequence[tuple[CreditList, TaskFigures]]) -> Sheet:
    columns = task_columns()
    return Sheet(
        code="lists",
        title=_("By list"),
        first=_("List"),
        columns=list(columns.values()),
        lines=[task_line(one.name, scope, counts, columns, list=one.code) for one, counts in figures],
        total=task_line(_("All"), scope, sum((counts for _list, counts in figures), TaskFigures()), columns),
    )


def weeks_sheet(scope: Scope, weeks: Mapping[date, TaskFigures]) -> Sheet:
    def of(monday: date) -> Line:
        first, last = max(monday, scope.since), min(week_of(monday)[-1], scope.until)
        return task_line(f"{first} – {last}", scope, weeks[monday], columns, since=f"{first}", until=f"{last}")

    columns = {name: column for name, column in task_columns().items() if name != OVERDUE}
    lines = [of(monday) for monday in sorted(weeks, reverse=True)]
    heads = list(columns.values())
    return Sheet(code="weeks", title=_("By week"), first=_("Week"), columns=heads, lines=lines)


def _league(scope: Scope, values: dict[str, Any]) -> list[Sheet]:
    tasks = task_figures(scope)
    return [units_sheet(scope, tasks.by_unit(), values["sort"]), lists_sheet(scope, tasks.by_list())]


def _weeks(scope: Scope, values: dict[str, Any]) -> list[Sheet]:
    show = values.get("show") or "response_rate"
    figures = weekly_tasks(scope, "unit")
    mondays = weeks_of(scope)[::-1]
    units = Unit.objects.filter(pk__in={unit for _monday, unit in figures}).order_by("code")
    columns = [Column(f"{monday:%m-%d}", Kind.RATE) for monday in mondays]

    def cells(unit: Unit) -> list[Given]:
        given: list[Given] = []
        for monday in mondays:
            one = figures.get((monday, unit.pk), TaskFigures())
            first, last = max(monday, scope.since), min(week_of(monday)[-1], scope.until)
            url = scope.rows_url(_ROWS_OF_RATE[show], unit=unit.code, since=f"{first}", until=f"{last}")
            given.append((getattr(one, show), url))
        return given

    return [
        Sheet(
            code="weeks",
            title=str(dict(WeeksForm.base_fields["show"].choices)[show]),  # type: ignore[attr-defined]
            first=_("Unit"),
            columns=columns,
            lines=[line(unit.name, columns, cells(unit)) for unit in units],
            note=_(
                "A column is a week, named by its Monday, the newest first; "
                "a cell opens what is missing in it, or the tasks that it speaks of."
            ),
            is_heat_map=True,
        )
    ]


_ROWS_OF_RATE = {
    "response_rate": "tasks",
    "sign_rate": "not_signed",
    "on_time_rate": "tasks",
    "feedback_rate": "not_fed_back",
    "release_rate": "not_released",
}


LEAGUE = FigurePage(
    "units",
    gettext_lazy("Ranking of the units"),
    gettext_lazy("Who signs, answers and confirms, and who does not."),
    LeagueForm,
    _league,
    of_all=True,
)

WEEKS = FigurePage(
    "weeks",
    gettext_lazy("Units by week"),
    gettext_lazy("How a rate moves from week to week; an empty cell owed nothing."),
    WeeksForm,
    _weeks,
)
