"""Objections and repairs of a period: figures by unit, and the rows behind them. Of the applicant nothing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, CharField, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate

from jinan_credit.accounts.enums import EscalationStep
from jinan_credit.oversight.enums import CaseSort
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.selectors.figures import median_working_days, rate_of
from lists.models import EntryProposalEscalation
from objections.enums import ObjectionState
from objections.models import HelpEscalation, Objection, ObjectionEscalation, ObjectionMove
from repair.enums import RepairState
from repair.models import RepairApplication, RepairEscalation, RepairMove

FALLEN_BASIS = "basis"


@dataclass(frozen=True)
class CaseFigures:
    """Received in the period; not to be accepted is a decision too. `median_wd` from receipt to the decision."""

    received: int = 0
    granted: int = 0
    decided: int = 0
    decided_in_time: int = 0
    overdue: int = 0
    median_wd: float | None = None

    @property
    def in_time_rate(self) -> float | None:
        """Of those whose day has come: decided, or overdue without a decision."""
        return rate_of(self.decided_in_time, self.decided + self.overdue)


@dataclass(frozen=True)
class _Sort:
    """`accept_due_on`: by when it is said that a case is not accepted."""

    model: Any
    moves: Any
    granted: str
    not_accepted: str
    supplement_asked: str
    decided_at: str
    due_on: str
    accept_due_on: str


_SORTS: Mapping[str, _Sort] = {
    CaseSort.OBJECTION: _Sort(
        Objection,
        ObjectionMove,
        granted=ObjectionState.UPHELD,
        not_accepted=ObjectionState.NOT_ACCEPTED,
        supplement_asked=ObjectionState.SUPPLEMENT_ASKED,
        decided_at="decided_at",
        due_on="due_on",
        accept_due_on="due_on",
    ),
    CaseSort.REPAIR: _Sort(
        RepairApplication,
        RepairMove,
        granted=RepairState.APPROVED,
        not_accepted=RepairState.NOT_ACCEPTED,
        supplement_asked=RepairState.SUPPLEMENT_ASKED,
        decided_at="approved_at",
        due_on="decide_due_on",
        accept_due_on="accept_due_on",
    ),
}


_COUNTED = ("received_on", "decided_on", "was_in_time", "was_granted", "missed_its_day")


def case_rows(sort: str, scope: Scope, figure: str = "received") -> QuerySet[Any]:
    """The cases that a figure counts, with `decided_on`, `last_day`, `was_in_time`, `was_granted` and `missed_its_day`.

    Where a supplement was awaited to the end, the case was answered in time: it can be asked for in time only.
    """
    of = _SORTS[sort]
    cases = of.model.objects.filter(received_on__range=(scope.since, scope.until), **scope.keys("unit", "credit_list"))
    late = Q(pk__in=of.model.objects.overdue().order_by().values("pk"))
    refusals = of.moves.objects.filter(of=OuterRef("pk"), to_state=of.not_accepted).order_by("-pk")
    is_refused = Q(state=of.not_accepted)
    rows = cases.annotate(
        refused_from=Subquery(refusals.values("from_state")[:1]),
        decided_on=Coalesce(TruncDate(of.decided_at), Subquery(refusals.values(day=TruncDate("at"))[:1])),
        last_day=Case(When(is_refused, then=F(of.accept_due_on)), default=F(of.due_on)),
        was_in_time=_claim(
            Q(decided_on__lte=F("last_day")) | is_refused & Q(refused_from=of.supplement_asked),
        ),
        was_granted=_claim(Q(state=of.granted)),
        missed_its_day=_claim(late),
    )
    conditions = {
        "received": Q(),
        "granted": Q(was_granted=True),
        "decided": Q(decided_on__isnull=False),
        "decided_in_time": Q(was_in_time=True),
        "overdue": Q(missed_its_day=True),
    }
    return rows.filter(conditions[figure]).order_by("-received_on", "-pk")


def case_figures(sort: str, scope: Scope) -> dict[int, CaseFigures]:
    """By unit. Two queries."""
    found: dict[int, list[Any]] = defaultdict(list)
    names = ("unit_id", *_COUNTED)
    for row in case_rows(sort, scope).order_by().values_list(*names, named=True):
        found[row.unit_id].append(row)
    return {unit: figures_of(rows) for unit, rows in found.items()}


def case_total(sort: str, scope: Scope) -> CaseFigures:
    return figures_of(list(case_rows(sort, scope).order_by().values_list(*_COUNTED, named=True)))


def figures_of(rows: list[Any]) -> CaseFigures:
    decided = [row for row in rows if row.decided_on]
    return CaseFigures(
        received=len(rows),
        granted=sum(row.was_granted for row in rows),
        decided=len(decided),
        decided_in_time=sum(row.was_in_time for row in decided),
        overdue=sum(row.missed_its_day for row in rows),
        median_wd=median_working_days((row.received_on, row.decided_on) for row in decided),
    )


def escalated_cases() -> QuerySet[Any, Any]:
    """Objections, repairs, questions to other units and what rests on a fallen basis, that came to the coordinator and
    still wait: the unit that owes, kind, number, day missed. Of a fallen basis one row a document, with its number.
    """
    kinds = {
        "objection": (ObjectionEscalation.objects.standing(), "of__receipt_number"),
        "help": (HelpEscalation.objects.standing(), "of__objection__receipt_number"),
        "repair": (RepairEscalation.objects.standing(), "of__receipt_number"),
    }
    first, *others = [
        escalations.filter(step=EscalationStep.COORDINATOR)
        .order_by()
        .annotate(kind=Value(kind, CharField()), number=F(number), unit=F("of__unit__name"))
        .values("kind", "number", "unit", "due_on", "at", "of")
        for kind, (escalations, number) in kinds.items()
    ]
    of_fallen_bases = (
        EntryProposalEscalation.objects.standing()
        .filter(step=EscalationStep.COORDINATOR)
        .order_by()
        .annotate(kind=Value(FALLEN_BASIS, CharField()), number=F("of__order_number"), unit=F("of__entry__unit__name"))
        .values("kind", "number", "unit", "due_on")
        .annotate(first_at=Min("at"), first_of=Min("of"))
        .values("kind", "number", "unit", "due_on", "first_at", "first_of")
    )
    return first.union(*others, of_fallen_bases, all=True).order_by("due_on", "number")


def _claim(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())
