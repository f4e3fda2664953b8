"""What is counted by day, and how: one definition for what is kept, for its recount and for the days still open."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate, TruncWeek

from jinan_credit.oversight.enums import TallyCode
from jinan_credit.oversight.models import (
    ExecutionCount,
    ExpiryCount,
    HitCount,
    KeptCount,
    MeasureCount,
    ReleaseCount,
    ScreeningCount,
    TaskCount,
)
from lists.enums import ExitReason
from lists.models import Entry
from sanctions.enums import HitState, Outcome, ScreeningResult
from sanctions.models import Execution, Hit, Screening, UnitTask, UnitTaskMove
from sanctions.selectors import Span, made_within, task_counts

Spans = Iterable[Span]
ALL = {"by_nothing": Value(0)}
"""What all rows have in common."""
OVERDUE = "overdue"
"""The one field of TaskFigures that changes without a change of any row: it is counted when it is asked for."""


@dataclass(frozen=True)
class Tally:
    """`keys` and `week` say where the rows have what they are counted by; `counts` what is counted of given days.

    `is_moment`: the rows' day lies in a moment (`day` is its path), else `day` is the path of a date.
    """

    code: TallyCode
    kept: type[KeptCount]
    rows: Callable[[], QuerySet[Any]]
    day: str
    is_moment: bool
    keys: Mapping[str, str | Expression]
    counts: Callable[[Spans], dict[str, Any]]

    def within(self, spans: Spans) -> QuerySet[Any]:
        """The rows of these days."""
        return self.rows().filter(made_within(spans, self.day) if self.is_moment else days_within(spans, self.day))

    def counted(self, spans: Spans, by: Iterable[str], conditions: Mapping[str, Any]) -> QuerySet[Any]:
        """A recount of these days, by any of the keys, `day` and `week`; conditions on keys, such as `unit__in`."""
        spans = list(spans)
        when = {
            "day": TruncDate(self.day) if self.is_moment else F(self.day),
            "week": TruncWeek(self.day, output_field=DateField()),
        }
        keys = {name: F(path) if isinstance(path, str) else path for name, path in self.keys.items()}
        named = {f"by_{name}": (keys | when)[name] for name in by} or ALL
        narrowed = {f"only_{name}": keys[name] for name in (condition.split("__")[0] for condition in conditions)}
        rows = (
            self.within(spans).alias(**narrowed).filter(**{f"only_{name}": given for name, given in conditions.items()})
        )
        return rows.annotate(**named).order_by().values(*named).annotate(**self.counts(spans))

    def kept_lines(self, days: int) -> QuerySet[Any]:
        """What is kept of spans of this length."""
        return self.kept._default_manager.filter(days=days).order_by()

    def kept_sums(self) -> dict[str, Any]:
        return {f"sum_{name}": Sum(name) for name in self.counts([])}

    def first_day(self) -> date | None:
        """The day of the earliest row; None without rows."""
        return self.rows().aggregate(first=Min(TruncDate(self.day) if self.is_moment else self.day))["first"]


def days_within(spans: Spans, path: str) -> Q:
    within = Q(pk__in=[])
    for span in spans:
        within |= Q(**{f"{path}__range": span})
    return within


def _kept_task_counts(spans: Spans) -> dict[str, Any]:
    counts = task_counts(spans)
    del counts[OVERDUE]
    return counts


LIST_OF_EXECUTION = Coalesce("entry__credit_list", "task__credit_list")
_TAKEN_DAYS = Func(
    ExpressionWrapper(F("at") - F("of__made_at"), DurationField()),
    template="(extract(epoch FROM %(expressions)s)::bigint / 86400)::int",
    output_field=IntegerField(),
)
_TASKS = Tally(
    code=TallyCode.TASKS,
    kept=TaskCount,
    rows=UnitTask.objects.all,
    day="made_at",
    is_moment=True,
    keys={"unit": "unit_id", "credit_list": "credit_list_id"},
    counts=_kept_task_counts,
)
_RELEASES = Tally(
    code=TallyCode.RELEASES,
    kept=ReleaseCount,
    rows=lambda: UnitTaskMove.objects.filter(name="confirm_release"),
    day="of__made_at",
    is_moment=True,
    keys={"unit": "of__unit_id", "credit_list": "of__credit_list_id", "took": _TAKEN_DAYS},
    counts=lambda spans: {"released": Count("pk")},
)
_EXECUTIONS = Tally(
    code=TallyCode.EXECUTIONS,
    kept=ExecutionCount,
    rows=Execution.objects.valid,
    day="performed_on",
    is_moment=False,
    keys={"unit": "unit_id", "credit_list": LIST_OF_EXECUTION},
    counts=lambda spans: {
        "applied": Count("pk", filter=Q(outcome=Outcome.APPLIED)),
        "not_applied": Count("pk", filter=Q(outcome=Outcome.NOT_APPLIED)),
        "amount": Sum("amount"),
    },
)
_MEASURES = Tally(
    code=TallyCode.MEASURES,
    kept=MeasureCount,
    rows=lambda: Execution.objects.valid().filter(outcome=Outcome.APPLIED, measures__isnull=False),
    day="performed_on",
    is_moment=False,
    keys={"unit": "unit_id", "credit_list": LIST_OF_EXECUTION, "measure": "measures__id"},
    counts=lambda spans: {"applied": Count("pk")},
)
_SCREENINGS = Tally(
    code=TallyCode.SCREENINGS,
    kept=ScreeningCount,
    rows=Screening.objects.all,
    day="screened_at",
    is_moment=True,
    keys={"unit": "unit_id", "matter_name": "matter_name"},
    counts=lambda spans: {
        "screenings": Count("pk"),
        "with_hits": Count("pk", filter=Q(result=ScreeningResult.HIT)),
        "cannot_tell": Count("pk", filter=Q(result=ScreeningResult.UNKNOWN)),
    },
)
_HITS = Tally(
    code=TallyCode.HITS,
    kept=HitCount,
    rows=Hit.objects.all,
    day="screening__screened_at",
    is_moment=True,
    keys={"unit": "screening__unit_id", "matter_name": "screening__matter_name"},
    counts=lambda spans: {"hits": Count("pk"), "answered": Count("pk", filter=Q(state=HitState.ANSWERED))},
)
_OUT = Q(exit_reason=ExitReason.EXPIRED)
THE_DAY_AFTER = Q(last_publication__published_at__date__lte=F("term_to") + timedelta(days=1))
_EXPIRY = Tally(
    code=TallyCode.EXPIRY,
    kept=ExpiryCount,
    rows=Entry.objects.term_ran_out,
    day="term_to",
    is_moment=False,
    keys={"unit": "unit_id", "credit_list": "credit_list_id"},
    counts=lambda spans: {
        "ended": Count("pk"),
        "out": Count("pk", filter=_OUT),
        "out_on_time": Count("pk", filter=_OUT & THE_DAY_AFTER),
    },
)
TALLIES = {tally.code: tally for tally in (_TASKS, _RELEASES, _EXECUTIONS, _MEASURES, _SCREENINGS, _HITS, _EXPIRY)}
