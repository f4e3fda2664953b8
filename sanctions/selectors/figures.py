"""The figures the coordinator reads (domain §6), by period, list and unit. Set-based: one query each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.models import CreditList
from sanctions.enums import HitState, ScreeningResult, TaskKind, TaskState
from sanctions.models import Hit, Screening, ScreeningBatch, UnitTask, UnitTaskMove
from sanctions.models.unit_task import ANSWERED, UnitTaskQuerySet, overdue_on

SIGNING = ("sign", "sign_automatically")
Span = tuple[date, date]
"""The first and the last day of a period; both count."""


@dataclass(frozen=True)
class TaskFigures:
    """Of the publications of a period. `tasks` are those to sign, `releases` those to confirm."""

    tasks: int = 0
    signed: int = 0
    signed_on_time: int = 0
    responded: int = 0
    owing_feedback: int = 0
    fed_back: int = 0
    not_executed: int = 0
    overdue: int = 0
    releases: int = 0
    released: int = 0
    released_on_time: int = 0

    def __add__(self, other: "TaskFigures") -> "TaskFigures":
        names = [field.name for field in fields(self)]
        return TaskFigures(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def sign_rate(self) -> float | None:
        return _rate(self.signed, self.tasks)

    @property
    def on_time_rate(self) -> float | None:
        return _rate(self.signed_on_time, self.tasks)

    @property
    def response_rate(self) -> float | None:
        return _rate(self.responded, self.tasks)

    @property
    def feedback_rate(self) -> float | None:
        return _rate(self.fed_back, self.owing_feedback)

    @property
    def release_rate(self) -> float | None:
        return _rate(self.released, self.releases)


@dataclass(frozen=True)
class UnitFigures:
    unit_id: int
    unit_code: str
    unit_name: str
    figures: TaskFigures


@dataclass(frozen=True)
class ListFigures:
    list_id: int
    list_code: str
    list_name: str
    figures: TaskFigures


@dataclass(frozen=True)
class ScreeningFigures:
    screenings: int
    with_hits: int
    cannot_tell: int
    hits: int
    answered: int


def made_within(spans: Iterable[Span], path: str = "made_at") -> Q:
    """Made on one of these days; nothing is, where there are none."""
    within = Q(pk__in=[])
    for since, until in spans:
        within |= Q(**{f"{path}__gte": clock.start_of(since), f"{path}__lt": clock.start_of(until + timedelta(days=1))})
    return within


def tasks_of_period(
    *, since: date, until: date, unit: Unit | None = None, credit_list: CreditList | None = None
) -> UnitTaskQuerySet:
    """Tasks of publications from `since` to `until`, both days counted: the rows behind the figures."""
    tasks = UnitTask.objects.filter(made_within([(since, until)]))
    if unit is not None:
        tasks = tasks.filter(unit=unit)
    if credit_list is not None:
        tasks = tasks.filter(credit_list=credit_list)
    return tasks


def tasks_behind(
    figure: str, *, since: date, until: date, unit: Unit | None = None, credit_list: CreditList | None = None
) -> UnitTaskQuerySet:
    """The rows that a figure counts: `figure` is a field of TaskFigures. KeyError for another name."""
    tasks = tasks_of_period(since=since, until=until, unit=unit, credit_list=credit_list)
    return tasks.filter(task_conditions([(since, until)])[figure])


def task_figures(
    *, since: date, until: date, unit: Unit | None = None, credit_list: CreditList | None = None
) -> TaskFigures:
    """The totals of the period."""
    tasks = tasks_of_period(since=since, until=until, unit=unit, credit_list=credit_list)
    return TaskFigures(**tasks.aggregate(**task_counts([(since, until)])))


@dataclass(frozen=True)
class FigureTable:
    """The figures of a period by unit and list, counted once: whatever lines are asked for are sums of these."""

    cells: list[tuple[UnitFigures, ListFigures]]

    def by_unit(self, *, credit_list: CreditList | None = None) -> list[UnitFigures]:
        """A line for each unit that owed something in the period, by unit code."""
        lines: dict[int, UnitFigures] = {}
        for of_unit, of_list in self.cells:
            if credit_list is None or of_list.list_id == credit_list.pk:
                known = lines.get(of_unit.unit_id)
                summed = of_unit.figures + known.figures if known else of_unit.figures
                lines[of_unit.unit_id] = replace(of_unit, figures=summed)
        return sorted(lines.values(), key=lambda line: line.unit_code)

    def by_list(self, *, unit: Unit | None = None) -> list[ListFigures]:
        """A line for each list that published in the period, by list code."""
        lines: dict[int, ListFigures] = {}
        for of_unit, of_list in self.cells:
            if unit is None or of_unit.unit_id == unit.pk:
                known = lines.get(of_list.list_id)
                summed = of_list.figures + known.figures if known else of_list.figures
                lines[of_list.list_id] = replace(of_list, figures=summed)
        return sorted(lines.values(), key=lambda line: line.list_code)


def figure_table(*, since: date, until: date) -> FigureTable:
    """One query."""
    rows = (
        tasks_of_period(since=since, until=until)
        .order_by()
        .values("unit_id", "unit__code", "unit__name", "credit_list_id", "credit_list__code", "credit_list__name")
        .annotate(**task_counts([(since, until)]))
    )
    return FigureTable(
        [
            (
                UnitFigures(row["unit_id"], row["unit__code"], row["unit__name"], _figures(row)),
                ListFigures(row["credit_list_id"], row["credit_list__code"], row["credit_list__name"], _figures(row)),
            )
            for row in rows
        ]
    )


def task_figures_by_unit(*, since: date, until: date, credit_list: CreditList | None = None) -> list[UnitFigures]:
    return figure_table(since=since, until=until).by_unit(credit_list=credit_list)


def task_figures_by_list(*, since: date, until: date, unit: Unit | None = None) -> list[ListFigures]:
    return figure_table(since=since, until=until).by_list(unit=unit)


def screening_figures(*, since: date, until: date, unit: Unit | None = None) -> ScreeningFigures:
    """Parties looked up in the period, singly or in batches, what was found and what was answered. Three queries."""
    period = {"screened_at__gte": clock.start_of(since), "screened_at__lt": clock.start_of(until + timedelta(days=1))}
    of_unit = {"unit": unit} if unit is not None else {}
    screenings = Screening.objects.filter(**period, **of_unit).aggregate(
        screenings=Count("pk"),
        with_hits=Count("pk", filter=Q(result=ScreeningResult.HIT)),
        cannot_tell=Count("pk", filter=Q(result=ScreeningResult.UNKNOWN)),
    )
    without_hits = ScreeningBatch.objects.filter(**period, **of_unit).aggregate(
        clear=Sum("clear_count", default=0), unknown=Sum("unknown_count", default=0)
    )
    screenings["screenings"] += sum(without_hits.values())
    screenings["cannot_tell"] += without_hits["unknown"]
    hits = Hit.objects.filter(
        **{f"screening__{name}": value for name, value in {**period, **of_unit}.items()}
    ).aggregate(hits=Count("pk"), answered=Count("pk", filter=Q(state=HitState.ANSWERED)))
    return ScreeningFigures(**screenings, **hits)


def in_time(names: tuple[str, ...], of: Q) -> Q:
    """One of these steps was taken by the end of the day on which it was due. Read once, for all tasks that `of` names."""
    steps = UnitTaskMove.objects.filter(of, name__in=names).annotate(day=TruncDate("at"))
    return Q(pk__in=steps.filter(of__due_on__gte=F("day")).order_by().values("of"))


def task_counts(spans: Iterable[Span]) -> dict[str, Count]:
    """What is counted of tasks made on these days, by field of TaskFigures."""
    return {name: Count("pk", filter=condition) for name, condition in task_conditions(spans).items()}


def task_conditions(spans: Iterable[Span]) -> dict[str, Q]:
    """Which tasks made on these days each field of TaskFigures counts."""
    to_sign, release = Q(kind=TaskKind.SIGN), Q(kind=TaskKind.RELEASE)
    signed = to_sign & ~Q(state=TaskState.TO_SIGN)
    of_them = made_within(spans, "of__made_at")
    owing = to_sign & Q(feedback_due_on__isnull=False) | Q(kind=TaskKind.FEEDBACK)
    return {
        "tasks": to_sign,
        "signed": signed,
        "signed_on_time": signed & in_time(SIGNING, of_them),
        "responded": to_sign & Q(state__in=ANSWERED),
        "owing_feedback": owing,
        "fed_back": owing & Q(state__in=ANSWERED),
        "not_executed": Q(state=TaskState.NOT_EXECUTED),
        "overdue": overdue_on(clock.today()),
        "releases": release,
        "released": Q(state=TaskState.CONFIRMED),
        "released_on_time": Q(state=TaskState.CONFIRMED) & in_time(("confirm_release",), of_them),
    }


def _figures(row: Mapping[str, Any]) -> TaskFigures:
    return TaskFigures(**{field.name: row[field.name] for field in fields(TaskFigures)})


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
