"""Reads of unit tasks: the inbox, its counters, and who has answered a publication."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotFound
from lists.models import Entry, Publication
from sanctions.enums import Outcome, TaskState
from sanctions.models import Execution, Hit, UnitTask, UnitTaskMove
from sanctions.models.unit_task import UnitTaskQuerySet, overdue_on


def inbox(actor: Actor) -> UnitTaskQuerySet:
    """The tasks this actor may see, with what a line of the inbox shows."""
    return UnitTask.objects.visible_to(actor).select_related("publication__credit_list", "publication__unit", "unit")


def task_for(pk: int, actor: Actor) -> UnitTask:
    """`not_found` when this actor may not see it."""
    return _one(inbox(actor), pk)


def own_task(pk: int, actor: Actor) -> UnitTask:
    """`not_found` when it is another unit's."""
    return _one(inbox(actor).of_unit(actor), pk)


def _one(tasks: UnitTaskQuerySet, pk: int) -> UnitTask:
    try:
        return tasks.get(pk=pk)
    except UnitTask.DoesNotExist:
        raise NotFound("not_found", _("Not found.")) from None


@dataclass(frozen=True)
class InboxCounts:
    to_sign: int
    overdue: int
    to_confirm: int
    feedback_owed: int


def inbox_counts(actor: Actor) -> InboxCounts:
    """Each equals the list it opens: the same conditions, in one query."""
    counts = UnitTask.objects.of_unit(actor).aggregate(
        to_sign=Count("pk", filter=Q(state=TaskState.TO_SIGN)),
        overdue=Count("pk", filter=overdue_on(clock.today())),
        to_confirm=Count("pk", filter=Q(state=TaskState.TO_CONFIRM)),
        feedback_owed=Count("pk", filter=Q(state=TaskState.SIGNED, feedback_due_on__isnull=False)),
    )
    return InboxCounts(**counts)


def screenings_with_open_hits(actor: Actor) -> int:
    """How many screenings of the unit wait for an answer."""
    return Hit.objects.visible_to(actor).open().aggregate(count=Count("screening", distinct=True))["count"] or 0


@dataclass(frozen=True)
class ResponseRow:
    """One unit's answer to a publication: the line of the response matrix."""

    task: UnitTask
    signed_at: datetime | None
    is_automatic: bool
    answered_at: datetime | None
    applied: int
    not_applied: int

    @property
    def unit(self) -> Unit:
        return self.task.unit


def last_publication_with_tasks(entry: Entry) -> Publication | None:
    """The last publication of an entry that made tasks: its listing, or what released the units again."""
    published = Publication.objects.filter(changes__entry=entry).select_related("credit_list").order_by("-pk")
    return published.filter(Exists(UnitTask.objects.filter(publication=OuterRef("pk")))).first()


def response_matrix(publication: Publication) -> list[ResponseRow]:
    """Unit × signed, fed back or released, due, and what was reported. Three queries, however many units."""
    return _rows(UnitTask.objects.filter(publication=publication), _executions_by_unit(publication))


def task_rows(publication: Publication, unit: Unit | None = None) -> list[ResponseRow]:
    """The same without what was reported, of one unit where it is given. Two queries."""
    tasks = UnitTask.objects.filter(publication=publication)
    return _rows(tasks.filter(unit=unit) if unit else tasks, {})


def _rows(tasks: UnitTaskQuerySet, executions: dict[int, tuple[int, int]]) -> list[ResponseRow]:
    found = (
        tasks.select_related("unit")
        .prefetch_related(Prefetch("moves", UnitTaskMove.objects.order_by("at", "id")))
        .order_by("unit__code")
    )
    return [_row(task, *executions.get(task.unit_id, (0, 0))) for task in found]


def _row(task: UnitTask, applied: int, not_applied: int) -> ResponseRow:
    signed = answered = None
    for move in task.moves.all():
        if move.name in ("sign", "sign_automatically"):
            signed = move
        else:
            answered = move
    is_open = task.state in (TaskState.TO_SIGN, TaskState.SIGNED, TaskState.TO_CONFIRM)
    return ResponseRow(
        task=task,
        signed_at=signed.at if signed else None,
        is_automatic=signed is not None and signed.name == "sign_automatically",
        answered_at=answered.at if answered and not is_open else None,
        applied=applied,
        not_applied=not_applied,
    )


def _executions_by_unit(publication: Publication) -> dict[int, tuple[int, int]]:
    """(applied, not applied) by unit, from feedback on the publication and from what was done about its entries."""
    of_publication = Q(task__publication=publication) | Q(task=None, entry__in=publication.changes.values("entry"))
    rows = (
        Execution.objects.valid()
        .filter(of_publication)
        .order_by()
        .values("unit")
        .annotate(
            applied=Count("pk", filter=Q(outcome=Outcome.APPLIED)),
            not_applied=Count("pk", filter=Q(outcome=Outcome.NOT_APPLIED)),
        )
    )
    return {row["unit"]: (row["applied"], row["not_applied"]) for row in rows}
