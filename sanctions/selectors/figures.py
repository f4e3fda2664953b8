"""What the figures of domain §6 count: the conditions of each, and the rows behind it. Oversight keeps the counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from operator import add, attrgetter

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from lists.models import CreditList
from sanctions.enums import TaskKind, TaskState
from sanctions.models import UnitTask, UnitTaskMove
from sanctions.models.unit_task import ANSWERED, UnitTaskQuerySet, kinds_of_overdue, overdue_on

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
    not_signed: int = 0
    not_fed_back: int = 0
    not_released: int = 0

    def __add__(self, other: "TaskFigures") -> "TaskFigures":
        return TaskFigures(*map(add, _COUNTS(self), _COUNTS(other)))

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


_COUNTS = attrgetter(*(field.name for field in fields(TaskFigures)))


@dataclass(frozen=True)
class ScreeningFigures:
    """`in_batches` and `unknown_in_batches`: those of `screenings` and `cannot_tell` that are no rows of their own, but
    parties of a batch of which nothing was found.
    """

    screenings: int = 0
    with_hits: int = 0
    cannot_tell: int = 0
    hits: int = 0
    answered: int = 0
    in_batches: int = 0
    unknown_in_batches: int = 0

    @property
    def kept(self) -> int:
        return self.screenings - self.in_batches

    @property
    def kept_unknown(self) -> int:
        return self.cannot_tell - self.unknown_in_batches


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


def overdue_counts(
    *, since: date, until: date, unit: Unit | None = None, credit_list: CreditList | None = None
) -> dict[tuple[int, int], int]:
    """How many of the tasks of a period are overdue now, by unit and list: each kind read from its index alone."""
    tasks = tasks_of_period(since=since, until=until, unit=unit, credit_list=credit_list).order_by()
    counts: Counter[tuple[int, int]] = Counter()
    for kind in kinds_of_overdue(clock.today()):
        lines = tasks.filter(kind).values_list("unit_id", "credit_list_id").annotate(count=Count("*"))
        counts.update({(unit_id, list_id): count for unit_id, list_id, count in lines})
    return dict(counts)


def in_time(names: tuple[str, ...], of: Q) -> Q:
    """One of these steps was taken by the end of the day on which it was due. Read once, for all that `of` names."""
    steps = UnitTaskMove.objects.filter(of, name__in=names).annotate(day=TruncDate("at"))
    return Q(pk__in=steps.filter(of__due_on__gte=F("day")).order_by().values("of"))


def task_counts(spans: Iterable[Span]) -> dict[str, Count]:
    """What is counted of tasks made on these days, by field of TaskFigures."""
    return {name: Count("pk", filter=condition) for name, condition in task_conditions(spans).items()}


def task_conditions(spans: Iterable[Span]) -> dict[str, Q]:
    """Which tasks made on these days each field of TaskFigures counts."""
    counts = ~Q(state=TaskState.TAKEN_OVER)  # the successor's own task of the publication is counted
    to_sign, release = Q(kind=TaskKind.SIGN) & counts, Q(kind=TaskKind.RELEASE) & counts
    signed = to_sign & ~Q(state=TaskState.TO_SIGN)
    of_them = made_within(spans, "of__made_at")
    owing = to_sign & Q(feedback_due_on__isnull=False) | Q(kind=TaskKind.FEEDBACK) & counts
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
        "not_signed": Q(state=TaskState.TO_SIGN),
        "not_fed_back": owing & ~Q(state__in=ANSWERED),
        "not_released": Q(state=TaskState.TO_CONFIRM),
    }


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
