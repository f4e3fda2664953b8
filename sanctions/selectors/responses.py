"""The response matrix over many publications: how the units answered, by publication or by unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from jinan_credit.kernel import clock
from lists.models import CreditList, Publication
from sanctions.enums import TaskKind, TaskState
from sanctions.models.unit_task import OWES_FEEDBACK, UnitTaskQuerySet, number_of, overdue_on
from sanctions.selectors.figures import SIGNING, in_time

_OCCASION = ("publication_id", "credit_list_id", "period_from", "period_to")
_UNIT = ("unit_id", "unit__code", "unit__name")
COUNTS = (
    "tasks",
    "signed_in_time",
    "signed_late",
    "to_sign",
    "feedback_owed",
    "fed_back",
    "nothing",
    "not_executed",
    "to_confirm",
    "released",
    "overdue",
)
"""What a line of the matrix counts, in its order; the words are in `sanctions.tables`."""


@dataclass(frozen=True)
class Occasion:
    """What units answered: a publication, or a period of a list."""

    credit_list: CreditList
    publication: Publication | None
    period_from: date | None
    period_to: date | None
    opened_at: datetime
    counts: Mapping[str, int]

    @property
    def number(self) -> str:
        return number_of(self.publication, self.credit_list, self.period_from, self.period_to)


@dataclass(frozen=True)
class Answerer:
    """A unit and how it answered all of them."""

    code: str
    name: str
    counts: Mapping[str, int]


def occasion_keys(tasks: UnitTaskQuerySet) -> QuerySet[Any, dict[str, Any]]:
    """The publications and periods that these tasks are for, newest first: what is paged."""
    return (
        tasks.order_by()
        .values(*_OCCASION)
        .annotate(opened_at=Min("made_at"))
        .order_by("-opened_at", "-publication_id", "credit_list_id", "-period_to")
    )


def occasions(tasks: UnitTaskQuerySet, keys: Iterable[Mapping[str, Any]]) -> list[Occasion]:
    """The lines of these keys, counted. Three queries, however many."""
    keys = list(keys)
    publications = [key["publication_id"] for key in keys if key["publication_id"]]
    chosen = Q(publication__in=publications)
    for key in keys:
        if not key["publication_id"]:
            chosen |= Q(publication=None, credit_list=key["credit_list_id"], period_to=key["period_to"])
    counted = {
        tuple(row[name] for name in _OCCASION): _with_late(row)
        for row in tasks.filter(chosen)
        .order_by()
        .values(*_OCCASION)
        .annotate(**_counts(of__publication__in=publications))
    }
    lists = CreditList.objects.in_bulk({key["credit_list_id"] for key in keys})
    found = Publication.objects.select_related("credit_list").in_bulk(publications)
    return [
        Occasion(
            lists[key["credit_list_id"]],
            found.get(key["publication_id"]),
            key["period_from"],
            key["period_to"],
            key["opened_at"],
            counted[tuple(key[name] for name in _OCCASION)],
        )
        for key in keys
    ]


def answerers(tasks: UnitTaskQuerySet, *, since: date) -> list[Answerer]:
    """A line for each unit, by its code; `tasks` are of publications since that day. One query."""
    rows = tasks.order_by("unit__code").values(*_UNIT).annotate(**_counts(at__gte=clock.start_of(since)))
    return [Answerer(row["unit__code"], row["unit__name"], _with_late(row)) for row in rows]


def _counts(**steps_of: Any) -> dict[str, Count]:
    signed = Q(kind=TaskKind.SIGN) & ~Q(state=TaskState.TO_SIGN)
    conditions = {
        "tasks": Q(),
        "signed": signed,
        "signed_in_time": signed & in_time(SIGNING, Q(**steps_of)),
        "to_sign": Q(state=TaskState.TO_SIGN),
        "feedback_owed": OWES_FEEDBACK,
        "fed_back": Q(state=TaskState.FED_BACK),
        "nothing": Q(state=TaskState.NOTHING_TO_FEED_BACK),
        "not_executed": Q(state=TaskState.NOT_EXECUTED),
        "to_confirm": Q(state=TaskState.TO_CONFIRM),
        "released": Q(state=TaskState.CONFIRMED),
        "overdue": overdue_on(clock.today()),
    }
    return {name: Count("pk", filter=condition or None) for name, condition in conditions.items()}


def _with_late(row: Mapping[str, Any]) -> dict[str, int]:
    return {**row, "signed_late": row["signed"] - row["signed_in_time"]}
