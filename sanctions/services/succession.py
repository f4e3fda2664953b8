"""A unit was succeeded: what it still owes its successor owes, one task a publication."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Left

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import make_moves, pass_on
from jinan_credit.kernel import clock
from sanctions.enums import CaseState, PortfolioState, TaskState
from sanctions.models import (
    CaseReport,
    CaseReportMove,
    Portfolio,
    PortfolioMove,
    Substitution,
    UnitTask,
    UnitTaskMove,
)
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.workflow import UNIT_TASK

NOT_ADOPTED = (CaseState.DRAFT, CaseState.REPORTED, CaseState.RETURNED)


def open_tasks_of_unit(unit: Unit) -> UnitTaskQuerySet:
    return UnitTask.objects.open().filter(unit=unit)


def open_cases_of_unit(unit: Unit) -> QuerySet[CaseReport]:
    return CaseReport.objects.filter(unit=unit, state__in=NOT_ADOPTED)


def portfolios_of_unit(unit: Unit) -> QuerySet[Portfolio]:
    return Portfolio.objects.filter(unit=unit, state=PortfolioState.KEPT)


def substitutions_of_unit(unit: Unit) -> QuerySet[Substitution]:
    return Substitution.objects.filter(unit=unit, ended_at=None, valid_to__gte=clock.today())


@transaction.atomic
def pass_on_tasks(*, predecessor: Unit, successor: Unit, by: Actor, reason: str) -> dict[str, int]:
    """What was signed, fed back or confirmed stays with who did it. What an officer had taken on is anybody's again.

    By the system, as part of the succession. Returns {what: how many}; `tasks` with those that were taken over.
    """
    taken = _take_over(predecessor, successor, by, reason)
    released = {"claimed_by": None, "claimed_at": None}
    tasks = pass_on(UnitTaskMove, open_tasks_of_unit(predecessor), successor, by=by, reason=reason, **released)
    _rename(predecessor, successor)
    return {
        "tasks": taken + tasks,
        "cases": pass_on(CaseReportMove, open_cases_of_unit(predecessor), successor, by=by, reason=reason),
        "portfolios": pass_on(PortfolioMove, portfolios_of_unit(predecessor), successor, by=by, reason=reason),
        "substitutions": substitutions_of_unit(predecessor).update(unit=successor),
    }


def _take_over(predecessor: Unit, successor: Unit, by: Actor, reason: str) -> int:
    """Where the successor has its own task of a publication or period, the other is closed. A release that it has
    confirmed is opened again: of what its predecessor took nobody has said yet whether it was lifted."""
    of_same = Q(publication=OuterRef("publication")) | Q(
        credit_list=OuterRef("credit_list"), period_to=OuterRef("period_to")
    )
    own = UnitTask.objects.filter(of_same, unit=successor)
    doubled = open_tasks_of_unit(predecessor).filter(Exists(own))
    theirs = list(doubled.order_by("pk").select_for_update(of=("self",), no_key=True))
    publications = [task.publication_id for task in theirs if task.state == TaskState.TO_CONFIRM]
    confirmed = UnitTask.objects.filter(unit=successor, publication__in=publications, state=TaskState.CONFIRMED)
    to_reopen = list(confirmed.order_by("pk").select_for_update(of=("self",), no_key=True))
    make_moves(UnitTaskMove, to_reopen, UNIT_TASK, "reopen_release", by=SYSTEM, reason=reason)
    for state in sorted({task.state for task in theirs}):
        some = [task for task in theirs if task.state == state]
        make_moves(UnitTaskMove, some, UNIT_TASK, "take_over", by=by, reason=reason)
    UnitTask.objects.filter(pk__in=[task.pk for task in theirs]).update(claimed_by=None, claimed_at=None)
    return len(theirs)


def _rename(predecessor: Unit, successor: Unit) -> None:
    """A portfolio of a name that the successor has too says whose it was."""
    same = Portfolio.objects.filter(unit=successor, state=PortfolioState.KEPT).values("name")
    named = Concat(Left(F("name"), 60), Value("（"), Value(predecessor.name[:30]), Value("）"))
    portfolios_of_unit(predecessor).filter(name__in=same).update(name=named)
