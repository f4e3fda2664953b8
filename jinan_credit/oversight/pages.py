"""The pages of figures: each makes its sheets of a scope, with the address of the rows behind every count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.oversight.enums import CaseSort
from jinan_credit.oversight.filters import LeagueForm, MeasuresForm, Scope, ScopeForm, WeeksForm
from jinan_credit.oversight.selectors.cases import CaseFigures, case_figures, case_total
from jinan_credit.oversight.selectors.figures import (
    Expired,
    expired_by,
    rate_of,
    screenings_by,
    task_figures,
    weekly_tasks,
    weeks_of,
)
from jinan_credit.oversight.selectors.measures import MeasureUse, measure_uses
from jinan_credit.oversight.selectors.quality import qualities
from jinan_credit.oversight.selectors.supervision import SupervisionFigures, supervision_figures
from jinan_credit.oversight.sheets import Column, Kind, Line, Sheet, Value, line
from jinan_credit.oversight.spans import week_of
from jinan_credit.oversight.tallies import OVERDUE
from lists.models import CreditList
from sanctions.selectors import ScreeningFigures, TaskFigures

Given = Value | tuple[Value, str]
MOST_MATTERS = 200


@dataclass(frozen=True)
class FigurePage:
    """`sheets` are made of a valid form. `of_all`: only who oversees all units sees it."""

    code: str
    title: str | Promise
    subtitle: str | Promise
    form: type[ScopeForm]
    sheets: Callable[[Scope, dict[str, Any]], list[Sheet]]
    of_all: bool = False


# Tasks -------------------------------------------------------------------------------------------------------


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
    mondays = weeks_of(scope)
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
            note=_("A column is a week, named by its Monday; a cell opens what is missing in it."),
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


# Measures ----------------------------------------------------------------------------------------------------


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


# Screenings --------------------------------------------------------------------------------------------------


def screening_columns() -> list[Column]:
    return [
        Column(_("Screenings")),
        Column(_("With hits")),
        Column(_("Could not tell")),
        Column(_("Hits")),
        Column(_("Hits answered")),
        Column(_("Hit rate"), Kind.RATE),
        Column(_("Answered"), Kind.RATE),
    ]


def screening_line(name: str, scope: Scope, found: ScreeningFigures, **narrower: str) -> Line:
    def counted(figure: str) -> Given:
        return getattr(found, figure), scope.url("oversight_screenings", figure=figure, **narrower)

    values: list[Given] = [
        found.screenings,
        counted("with_hits"),
        found.cannot_tell,
        counted("hits"),
        counted("answered"),
        rate_of(found.with_hits, found.screenings),
        rate_of(found.answered, found.hits),
    ]
    return line(name, screening_columns(), values)


def _screenings(scope: Scope, _values: dict[str, Any]) -> list[Sheet]:
    by_unit, by_matter = screenings_by(scope, "unit"), screenings_by(scope, "matter_name")
    units = Unit.objects.in_bulk({unit for (unit,) in by_unit})
    lines = [
        screening_line(units[unit].name, scope, found, unit=units[unit].code)
        for (unit,), found in sorted(by_unit.items(), key=lambda one: -one[1].screenings)
    ]
    most = sorted(by_matter.items(), key=lambda one: -one[1].screenings)
    matters = [
        screening_line(matter or _("Not named"), scope, found, matter=matter)
        for (matter,), found in most[:MOST_MATTERS]
    ]
    more = _("The most frequent %(shown)s of %(all)s.") % {"shown": len(matters), "all": len(most)}
    note = _("Whom a unit looked up concerns nobody else: the rows name no party.")
    heads = screening_columns()
    return [
        Sheet("screenings", _("Use by unit"), _("Unit"), heads, lines, note=note),
        Sheet(
            "matters", _("Use by matter"), _("Matter"), heads, matters, note=more if len(most) > MOST_MATTERS else ""
        ),
    ]


# Terms that ended --------------------------------------------------------------------------------------------


def term_columns() -> list[Column]:
    return [
        Column(_("Terms ended")),
        Column(_("Out in time")),
        Column(_("Out late")),
        Column(_("Still on the list")),
        Column(_("Out in time"), Kind.RATE),
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


# Objections and repairs --------------------------------------------------------------------------------------


def case_columns(sort: str) -> list[Column]:
    granted = _("Upheld") if sort == CaseSort.OBJECTION else _("Approved")
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


# Supervision notices -----------------------------------------------------------------------------------------


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


# Data quality ------------------------------------------------------------------------------------------------


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


PAGES = {
    page.code: page
    for page in (
        FigurePage(
            "units",
            gettext_lazy("League of the units"),
            gettext_lazy("Who signs, answers and confirms, and who does not."),
            LeagueForm,
            _league,
            of_all=True,
        ),
        FigurePage(
            "weeks",
            gettext_lazy("Units by week"),
            gettext_lazy("How a rate moves from week to week; an empty cell owed nothing."),
            WeeksForm,
            _weeks,
        ),
        FigurePage(
            "measures",
            gettext_lazy("Use of the measures"),
            gettext_lazy("Which measures are applied, which never, and what the units say why."),
            MeasuresForm,
            _measures,
        ),
        FigurePage(
            "screenings",
            gettext_lazy("Use of screening"),
            gettext_lazy("Who screens in which matters, and what becomes of hits."),
            ScopeForm,
            _screenings,
        ),
        FigurePage(
            "terms",
            gettext_lazy("Ended terms"),
            gettext_lazy("Whether entries left the day after their term ended."),
            ScopeForm,
            _terms,
        ),
        FigurePage(
            "cases",
            gettext_lazy("Objections and repairs"),
            gettext_lazy("Received in the period: decided, in time, in how many working days."),
            ScopeForm,
            _cases,
        ),
        FigurePage(
            "supervision",
            gettext_lazy("Supervision"),
            gettext_lazy("Notices issued in the period: replied to, in time, closed."),
            ScopeForm,
            _supervision,
        ),
        FigurePage(
            "quality",
            gettext_lazy("Data quality"),
            gettext_lazy("What is amiss with the entries in force."),
            ScopeForm,
            _quality,
            of_all=True,
        ),
    )
}
