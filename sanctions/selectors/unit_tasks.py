"""Reads of unit tasks: the inbox, its counters, and who has answered a publication."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from catalog.selectors import due_soon
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.models import Unit
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import NotFound
from lists.enums import WAS_PUBLISHED
from lists.models import Entry, EntryQuerySet, Publication
from sanctions.enums import Outcome, TaskState
from sanctions.models import Execution, Hit, UnitTask, UnitTaskMove
from sanctions.models.unit_task import OPEN, OWES_FEEDBACK, WAITING, UnitTaskQuerySet, due_within, overdue_on
from sanctions.selectors.claims import claim_in_the_way, holders
from sanctions.selectors.figures import SIGNING
from sanctions.workflow import UNIT_TASK


def inbox(actor: Actor) -> UnitTaskQuerySet:
    """The tasks this actor may see, with what a line of the inbox shows."""
    return UnitTask.objects.visible_to(actor).with_names()


def tasks_on_page(actor: Actor, given: Mapping[str, str]) -> UnitTaskQuerySet:
    """The unit's own; whoever oversees asks for others by `unit`, empty for all."""
    if not actor.may(Act.OVERSEE) or ("unit" not in given and actor.may(Act.SIGN_TASKS)):
        return inbox(actor).of_unit(actor)
    tasks = inbox(actor)
    return tasks.filter(unit__code=given["unit"]) if given.get("unit") else tasks


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
        raise NotFound from None


def waiting_for(actor: Actor) -> UnitTaskQuerySet:
    """The open tasks of the unit that nobody else has taken on."""
    return UnitTask.objects.of_unit(actor).open().filter(Q(claimed_by=None) | Q(claimed_by__in=holders(actor)))


@dataclass(frozen=True)
class InboxCounts:
    to_sign: int
    overdue: int
    due_soon: int
    to_confirm: int
    feedback_owed: int
    claimed: int


def inbox_counts(actor: Actor) -> InboxCounts:
    """Each equals the list it opens: the same conditions, counted in one query; the calendar is another."""
    counts = UnitTask.objects.of_unit(actor).aggregate(
        to_sign=Count("pk", filter=Q(state=TaskState.TO_SIGN)),
        overdue=Count("pk", filter=overdue_on(clock.today())),
        due_soon=Count("pk", filter=due_within(due_soon())),
        to_confirm=Count("pk", filter=Q(state=TaskState.TO_CONFIRM)),
        feedback_owed=Count("pk", filter=OWES_FEEDBACK),
        claimed=Count("pk", filter=OPEN & Q(claimed_by__in=holders(actor))),
    )
    return InboxCounts(**counts)


@dataclass
class Signing:
    """What a batch signs, and what it does not, each with the reason in words."""

    signed: list[UnitTask] = field(default_factory=list)
    refused: list[tuple[UnitTask, str]] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """How many are refused for each reason, the commonest first."""
        return Counter(sentence for _task, sentence in self.refused).most_common()


def signing_of(tasks: UnitTaskQuerySet, actor: Actor) -> Signing:
    """What signing these tasks comes to: the preview, and the act itself on the locked rows. Two queries."""
    signing, claims = Signing(), holders(actor)
    for task in tasks.of_unit(actor).with_names().order_by("pk"):
        sentence = _not_to_sign(task) or claim_in_the_way(task, actor, claims)
        if sentence:
            signing.refused.append((task, sentence))
        else:
            signing.signed.append(task)
    return signing


def _not_to_sign(task: UnitTask) -> str:
    if task.state in UNIT_TASK["sign"].sources:
        return ""
    return _("Not to be signed: %(state)s.") % {"state": task.get_state_display()}


def entries_of_task(task: UnitTask) -> EntryQuerySet:
    """Whom a report on the task may be about: the entries of the publication; of a period, all once on the list."""
    if task.publication is None:
        return Entry.objects.filter(credit_list=task.credit_list_id, state__in=WAS_PUBLISHED)
    return Entry.objects.filter(changes__publication=task.publication_id)


def screenings_with_open_hits(actor: Actor) -> int:
    """How many screenings of the unit wait for an answer."""
    return Hit.objects.visible_to(actor).open().aggregate(count=Count("screening", distinct=True))["count"] or 0


@dataclass(frozen=True)
class ResponseRow:
    """One unit's answer: the line of the response matrix. `is_late`: signed after the day on which it was due."""

    task: UnitTask
    signed_at: datetime | None
    is_automatic: bool
    is_late: bool
    answered_at: datetime | None
    reason: str
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


def with_steps(tasks: UnitTaskQuerySet) -> UnitTaskQuerySet:
    """Tasks with their steps, for `response_row`. One query more, however many."""
    return tasks.prefetch_related(Prefetch("moves", UnitTaskMove.objects.order_by("at", "id")))


def _rows(tasks: UnitTaskQuerySet, executions: dict[int, tuple[int, int]]) -> list[ResponseRow]:
    found = with_steps(tasks.select_related("unit")).order_by("unit__code")
    return [response_row(task, *executions.get(task.unit_id, (0, 0))) for task in found]


def response_row(task: UnitTask, applied: int = 0, not_applied: int = 0) -> ResponseRow:
    signed = answered = None
    for move in task.moves.all():
        if move.name in SIGNING:
            signed = move
        else:
            answered = move
    is_open = task.state in (*WAITING, TaskState.SIGNED)
    return ResponseRow(
        task=task,
        signed_at=signed.at if signed else None,
        is_automatic=signed is not None and signed.name == "sign_automatically",
        is_late=signed is not None and clock.local_day(signed.at) > task.due_on,
        answered_at=answered.at if answered and not is_open else None,
        reason=answered.reason if answered and not is_open else "",
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
