"""督办: what may be urged, what became of it, and the figures (P §五(四)). Set-based, a constant number of queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import RuleProfile
from catalog.selectors import work_calendar
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act, EscalationStep
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.moves import open_moves
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotFound
from jinan_credit.kernel.workflow import Move
from jinan_credit.oversight.enums import Owed, SupervisionState
from jinan_credit.oversight.filters import Scope
from jinan_credit.oversight.models import SupervisionMove, SupervisionNotice, SupervisionNoticeQuerySet, SupervisionRow
from jinan_credit.oversight.models.supervision import ABOUT, OPEN
from jinan_credit.oversight.selectors.cases import FALLEN_BASIS
from jinan_credit.oversight.workflow import AWAITS_REPLY, SUPERVISION
from lists.models import Entry, EntryProposal, EntryProposalEscalation
from objections.models import HelpEscalation, HelpRequest, Objection, ObjectionEscalation
from repair.models import RepairApplication, RepairEscalation
from sanctions.enums import TaskState
from sanctions.models import UnitTask
from sanctions.models.unit_task import UnitTaskQuerySet

RULES = "supervision"

AnyRows = TypeVar("AnyRows", bound=QuerySet[Any])

OWED_IN = {
    TaskState.TO_SIGN: Owed.SIGN,
    TaskState.SIGNED: Owed.FEED_BACK,
    TaskState.TO_FEED_BACK: Owed.FEED_BACK,
    TaskState.TO_CONFIRM: Owed.CONFIRM_RELEASE,
}


# What may be urged


@dataclass(frozen=True)
class Choice:
    """The rows that a coordinator chose."""

    tasks: UnitTaskQuerySet
    objections: QuerySet[Objection]
    help_requests: QuerySet[HelpRequest]
    repairs: QuerySet[RepairApplication]
    proposals: QuerySet[EntryProposal]

    def locked(self) -> "Choice":
        """The same, to be read under lock: of two coordinators who choose a row, the second finds it urged."""
        return Choice(*map(_locked, self._parts))

    def count(self) -> int:
        return sum(part.count() for part in self._parts)

    @property
    def _parts(self) -> tuple[Any, ...]:
        return (self.tasks, self.objections, self.help_requests, self.repairs, self.proposals)


def _locked(rows: AnyRows) -> AnyRows:
    return rows.order_by("pk").select_for_update(of=("self",), no_key=True)


def choice_of(tasks: UnitTaskQuerySet, cases: Mapping[str, Collection[int]] | None = None) -> Choice:
    """Tasks, and by kind and id the cases that came to the coordinator and still wait (`escalated_cases`)."""

    def told(kind: str, escalations: QuerySet[Any]) -> QuerySet[Any]:
        chosen = escalations.filter(step=EscalationStep.COORDINATOR, of__in=(cases or {}).get(kind, ()))
        return chosen.order_by().values("of")

    return Choice(
        tasks,
        Objection.objects.filter(pk__in=told("objection", ObjectionEscalation.objects.standing())),
        HelpRequest.objects.filter(pk__in=told("help", HelpEscalation.objects.standing())),
        RepairApplication.objects.filter(pk__in=told("repair", RepairEscalation.objects.standing())),
        _of_documents((cases or {}).get(FALLEN_BASIS, ())),
    )


def _of_documents(proposals: Collection[int]) -> QuerySet[EntryProposal]:
    """All that rests on the same documents as these proposals: a document is one row of `escalated_cases`."""
    told = EntryProposalEscalation.objects.standing().filter(step=EscalationStep.COORDINATOR).order_by().values("of")
    same = {name: OuterRef(name) for name in ("order_number", "due_on", "entry__unit")}
    chosen = EntryProposal.objects.filter(pk__in=proposals, **same)
    return EntryProposal.objects.filter(Exists(chosen), pk__in=told)


@dataclass(frozen=True)
class Urging:
    """What a choice comes to: for each unit the rows of its notice, not kept yet; and what is urged already."""

    by_unit: list[tuple[Unit, list[SupervisionRow]]]
    urged_already: list[SupervisionRow]

    @property
    def count(self) -> int:
        return sum(len(rows) for _unit, rows in self.by_unit)


def urging(choice: Choice) -> Urging:
    """One notice a unit. What the unit has done meanwhile is left out. Six queries."""
    tasks = choice.tasks.select_related("publication", "credit_list", "unit")
    objections = choice.objections.select_related("credit_list", "unit")
    questions = choice.help_requests.select_related("objection__credit_list", "unit")
    repairs = choice.repairs.select_related("credit_list", "unit")
    proposals = choice.proposals.select_related("entry__credit_list", "entry__unit")
    rows = [
        *(row for task in tasks if (row := _of_task(task))),
        *(_row(Owed.DECIDE_OBJECTION, one, one, objection=one) for one in objections),
        *(_row(Owed.ANSWER_HELP, one, one.objection, help_request=one) for one in questions),
        *(_row(Owed.DECIDE_REPAIR, one, one, repair=one) for one in repairs),
        *(_row(Owed.DECIDE_FALLEN_BASIS, one, one.entry, proposal=one) for one in proposals),
    ]
    known = _in_open_notices(rows)
    free = [row for row in rows if row.about not in known]
    free.sort(key=lambda row: (row.about.unit.code, row.due_on or date.max, row.number))
    return Urging(
        [(unit, list(of_unit)) for unit, of_unit in groupby(free, key=lambda row: row.about.unit)],
        [known[row.about] for row in rows if row.about in known],
    )


def _of_task(task: UnitTask) -> SupervisionRow | None:
    """None where nothing is overdue, and nothing was reported as not executed."""
    is_refused = task.state == TaskState.NOT_EXECUTED
    if not (is_refused or task.is_overdue):
        return None
    return SupervisionRow(
        task=task,
        owed=Owed.EXECUTE if is_refused else OWED_IN[TaskState(task.state)],
        number=task.number,
        due_on=task.deadline,
        credit_list=task.credit_list,
        list_name=task.credit_list.name,
    )


def _row(owed: Owed, asked: Any, case: Any, **about: Any) -> SupervisionRow:
    """Of a case: `asked` has the day that was missed, `case` the list and the number: of an entry its document's."""
    credit_list = case.credit_list
    return SupervisionRow(
        owed=owed,
        number=case.document_number if isinstance(case, Entry) else case.receipt_number,
        due_on=asked.due_on,
        credit_list=credit_list,
        list_name=credit_list.name,
        **about,
    )


def _in_open_notices(rows: list[SupervisionRow]) -> dict[Any, SupervisionRow]:
    ids = {name: [pk for row in rows if (pk := getattr(row, f"{name}_id"))] for name in ABOUT}
    about = reduce(or_, (Q(**{f"{name}__in": of}) for name, of in ids.items()))
    kept = SupervisionRow.objects.filter(about, notice__state__in=OPEN)
    return {row.about: row for row in kept.select_related("notice", *ABOUT)}


def rules_of_today() -> RuleProfile:
    """Refusals: `rule_profile_missing`."""
    return RuleProfile.objects.for_case(RULES, clock.today())


def usual_day(rules: RuleProfile) -> date:
    """The last day for a reply that is asked for today. Refusals: `rule_parameter_missing`."""
    return work_calendar().due_on(clock.today(), rules["answer_wd"]).on


# Notices


def notices(actor: Actor) -> SupervisionNoticeQuerySet:
    """Those this actor may see, with what a line of the list shows."""
    return SupervisionNotice.objects.visible_to(actor).select_related("unit").with_counts().order_by("-pk")


def notice_for(pk: int, actor: Actor) -> SupervisionNotice:
    """`not_found` when this actor may not see it."""
    shown = SupervisionNotice.objects.visible_to(actor).select_related("unit", "issuing_unit", "rule_profile")
    notice = shown.filter(pk=pk).first()
    if notice is None:
        raise NotFound
    return notice


def moves_open_on(notice: SupervisionNotice, actor: Actor) -> list[Move]:
    """Only the urged unit replies, or its successor; whoever replied does not judge the reply."""
    moves = open_moves(SUPERVISION, state=notice.state, by=actor, made_by=[notice.replied_by_id])
    is_urged = notice.unit_id in actor.units
    return [move for move in moves if move.act == Act.OVERSEE or is_urged]


def replies_to(notice: SupervisionNotice) -> QuerySet[SupervisionMove]:
    """Each with its text and documents, the last first."""
    replies = notice.moves.filter(name="reply").select_related("by", "unit").prefetch_related("documents__reply__of")
    return replies.order_by("-pk")


# Counters and figures


@dataclass(frozen=True)
class SupervisionCounts:
    to_reply: int
    overdue: int
    escalated: int


def counts_of_unit(actor: Actor) -> SupervisionCounts:
    """One query."""
    notices = SupervisionNotice.objects.to_unit(actor)
    counts = notices.aggregate(
        to_reply=Count("pk", filter=Q(state__in=AWAITS_REPLY)),
        overdue=Count("pk", filter=_overdue()),
        escalated=Count("pk", filter=Q(state=SupervisionState.ESCALATED)),
    )
    return SupervisionCounts(**counts)


SUPERVISION_FIGURES: dict[str, str | Promise] = {
    "issued": _("Notices issued"),
    "replied": _("Replied"),
    "replied_in_time": _("Replied in time"),
    "overdue": _("Reply overdue"),
    "closed": pgettext_lazy("a supervision notice", "Closed"),
    "settled": _("Settled"),
    "withdrawn": _("Withdrawn"),
}
"""The words for each field of SupervisionFigures."""


@dataclass(frozen=True)
class SupervisionFigures:
    """Of the notices issued in a period. `replied_in_time`: each reply came by its day, and none is missing, or was
    when it was closed."""

    issued: int = 0
    replied: int = 0
    replied_in_time: int = 0
    overdue: int = 0
    closed: int = 0
    settled: int = 0
    withdrawn: int = 0

    def __add__(self, other: "SupervisionFigures") -> "SupervisionFigures":
        names = [field.name for field in fields(self)]
        return SupervisionFigures(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def in_time_rate(self) -> float | None:
        """Of the notices that are not withdrawn."""
        standing = self.issued - self.withdrawn
        return self.replied_in_time / standing if standing else None


assert set(SUPERVISION_FIGURES) == {field.name for field in fields(SupervisionFigures)}


@dataclass(frozen=True)
class UnitSupervision:
    unit_code: str
    unit_name: str
    figures: SupervisionFigures


@dataclass(frozen=True)
class SupervisionTable:
    by_unit: list[UnitSupervision]

    @property
    def total(self) -> SupervisionFigures:
        return sum((line.figures for line in self.by_unit), SupervisionFigures())


def supervision_figures(scope: Scope) -> SupervisionTable:
    """A line for each unit to which notices were issued in the period, by its code; about a list, those with a row
    of it. One query."""
    begin, end = clock.start_of(scope.since), clock.start_of(scope.until + timedelta(days=1))
    issued = SupervisionNotice.objects.issued().filter(issued_at__gte=begin, issued_at__lt=end)
    if scope.unit is not None:
        issued = issued.filter(unit=scope.unit)
    if scope.credit_list is not None:
        issued = issued.about_list(scope.credit_list)
    counts = {name: Count("pk", filter=condition) for name, condition in _conditions().items()}
    rows: Any = issued.order_by("unit__code").values("unit__code", "unit__name").annotate(**counts)
    return SupervisionTable(
        [
            UnitSupervision(
                row["unit__code"], row["unit__name"], SupervisionFigures(**{name: row[name] for name in counts})
            )
            for row in rows
        ]
    )


def notices_behind(figure: str, notices: SupervisionNoticeQuerySet) -> SupervisionNoticeQuerySet:
    """Those of these notices that a figure counts. KeyError for another name."""
    return notices.issued().filter(_conditions()[figure])


def _overdue() -> Q:
    return Q(state__in=AWAITS_REPLY, due_on__lt=clock.today())


def _conditions() -> dict[str, Q]:
    replied = Q(replied_at__isnull=False)
    late = SupervisionMove.objects.filter(name="reply").annotate(day=TruncDate("at")).filter(day__gt=F("due_on"))
    unanswered = SupervisionMove.objects.filter(name="close_unsettled", from_state=SupervisionState.ESCALATED)
    missed = Q(pk__in=late.order_by().values("of")) | Q(pk__in=unanswered.order_by().values("of"))
    in_time = replied & ~missed & ~_overdue()
    standing = ~Q(state=SupervisionState.WITHDRAWN)
    return {
        "issued": Q(),
        "replied": replied & standing,
        "replied_in_time": in_time & standing,
        "overdue": _overdue(),
        "closed": Q(state=SupervisionState.CLOSED),
        "settled": Q(state=SupervisionState.CLOSED, is_settled=True),
        "withdrawn": Q(state=SupervisionState.WITHDRAWN),
    }
