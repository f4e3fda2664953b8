"""The inbox of a cooperating unit, and the page of one task."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, NotFound
from lists.models import Change, Entry
from sanctions.desks import INBOX
from sanctions.enums import TaskKind
from sanctions.filters import TaskFilter
from sanctions.forms import ReportForm
from sanctions.inbox_panels import inbox_panels
from sanctions.models import UnitTask
from sanctions.models.unit_task import UnitTaskQuerySet
from sanctions.selectors.claims import claim_in_the_way, holders
from sanctions.selectors.duties import own_measures
from sanctions.selectors.releases import measures_taken, measures_to_lift, persons_off, with_liftings
from sanctions.selectors.screenings import executions_of_task
from sanctions.selectors.unit_tasks import (
    entries_of_task,
    inbox,
    own_task,
    signing_of,
    task_for,
    tasks_on_page,
)
from sanctions.services.executions import feed_back
from sanctions.services.unit_tasks import move_task, sign_tasks
from sanctions.tables import TaskTable
from sanctions.views.rewards import told_before
from sanctions.workflow import UNIT_TASK

PAGE = 25
SHOWN = 20
MOST_REPORTS = 50
MOST_DIGITS = 19


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = TaskFilter(request.GET, queryset=tasks_on_page(actor, request.GET), request=request)
    may_sign = actor.may(Act.SIGN_TASKS) and "unit" not in request.GET
    to_sign = chosen.qs.to_sign().count() if may_sign else 0
    left_out = {"unit": may_sign, "claimed_by": not may_sign, "chosen": not to_sign}
    table = paged(request, TaskTable(chosen.qs, exclude=[name for name, is_out in left_out.items() if is_out]))
    context = {
        "table": table,
        "filter": chosen,
        "total": table.paginator.count,
        "may_sign": may_sign,
        "to_sign": to_sign,
        "query": request.GET.urlencode(),
        "panels": inbox_panels.for_(actor.unit, actor) if may_sign else [],
    }
    return render(request, "sanctions/task_list.html", context)


@staff_page(Act.SIGN_TASKS)
@require_POST
def sign_many(request: HttpRequest) -> HttpResponse:
    """First says what it will sign and what not; with `confirmed` it signs those, and says the same of what it did."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    tasks, is_done = _chosen(request, actor), bool(request.POST.get("confirmed"))
    signing = sign_tasks(tasks=tasks, by=actor) if is_done else signing_of(tasks, actor)
    if not signing.signed and not signing.refused:
        messages.warning(request, _("Nothing is chosen."))
        return redirect("tasks")
    if is_done and not signing.refused:
        total = len(signing.signed)
        said = ngettext("%(total)s publication is signed.", "%(total)s publications are signed.", total)
        messages.success(request, said % {"total": f"{total:,}"})
        return redirect("tasks")
    context = {
        "signing": signing,
        "is_done": is_done,
        "ids": ",".join(str(task.pk) for task in signing.signed),
        "entries": sum(task.publication.count for task in signing.signed if task.publication),
        "signed": signing.signed[:SHOWN],
        "more_signed": max(0, len(signing.signed) - SHOWN),
        "refused": signing.refused[:SHOWN],
        "more_refused": max(0, len(signing.refused) - SHOWN),
    }
    return render(request, "sanctions/sign_many.html", context)


def _chosen(request: HttpRequest, actor: Actor) -> UnitTaskQuerySet:
    """Those marked on the page; all that match the filter; or, when confirmed, those that were shown to be signed."""
    tasks = inbox(actor).of_unit(actor)
    if request.POST.get("scope") == "all":
        matching: UnitTaskQuerySet = TaskFilter(
            QueryDict(request.POST.get("query", "")), queryset=tasks, request=request
        ).qs
        return matching
    given = [*request.POST.getlist("task"), *request.POST.get("tasks", "").split(",")]
    return tasks.filter(pk__in=[int(pk) for pk in given if pk.isascii() and pk.isdigit() and len(pk) < MOST_DIGITS])


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return render(request, "sanctions/task.html", _page(request, task_for(pk, actor), actor))


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def task_of_publication(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """What one's own unit owes for a publication: one address for all units that were told of it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    task = UnitTask.objects.of_unit(actor).filter(publication=pk).first()
    if task is None:
        raise NotFound
    return redirect("task", pk=task.pk)


def _page(request: HttpRequest, task: UnitTask, actor: Actor) -> dict[str, Any]:
    is_own = actor.unit is not None and task.unit_id == actor.unit.pk
    claims = holders(actor) if is_own else frozenset()
    in_the_way = claim_in_the_way(task, actor, claims) if is_own else ""
    moves = open_moves(UNIT_TASK, state=task.state, by=actor) if is_own and not in_the_way else []
    may_claim = is_own and task.deadline is not None and actor.may(Act.SIGN_TASKS)
    taken, to_lift = measures_taken(task), measures_to_lift(task).count()
    on_own_pages = ("feed_back", "confirm_release") if to_lift else ("feed_back",)
    reported = executions_of_task(task)
    changes = (
        Change.objects.filter(publication=task.publication_id).select_related("entry__subject").order_by("ordinal")
    )
    return {
        "task": task,
        "publication": task.publication,
        "is_release": task.kind == TaskKind.RELEASE,
        "persons_off": persons_off(task) if task.is_of_a_person else [],
        "is_open": task.deadline is not None,
        "in_the_way": in_the_way,
        "may_claim": may_claim and (task.claimed_by is None or in_the_way),
        "may_give_back": may_claim and task.claimed_by_id in claims,
        "buttons": [move for move in moves if move.name not in on_own_pages],
        "may_feed_back": any(move.name == "feed_back" for move in moves),
        "may_lift": to_lift and any(move.name == "confirm_release" for move in moves),
        "taken": with_liftings(taken[:PAGE], task),
        "taken_count": taken.count(),
        "to_lift": to_lift,
        "effects": {
            "confirm_release": _("Your unit confirms that none of its measures against the person taken off is left.")
            if task.is_of_a_person
            else _("Your unit confirms that none of its measures against those below is left."),
            "declare_nothing_to_feed_back": _(
                "Your unit had no occasion to apply a measure. You can still feed back later."
            ),
            "declare_not_executed": _("The initiating unit and the coordinator see the reason."),
        },
        "page": Paginator(changes, PAGE).get_page(request.GET.get("page")),
        "measures": own_measures(task.credit_list, task.unit),
        "executions": reported[:MOST_REPORTS],
        "has_more": False,
        "count": reported.count(),
        "most": MOST_REPORTS,
        "may_enforce": False,
        "moves": task.moves.select_related("by", "by_client", "unit", "acted_for"),
        "workflow": UNIT_TASK,
    }


@staff_page(Act.SIGN_TASKS)
@require_POST
def task_move(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    act = partial(move_task, task=own_task(pk, request.actor))
    return make_posted_move(request, act, INBOX.address(request, pk), INBOX.go_on)


@staff_page(Act.SIGN_TASKS)
def task_feedback(request: StaffRequest, pk: int) -> HttpResponse:
    """Feedback on a publication, or on the one entry that `?entry=` names. Where there are more entries, or the task
    was answered before, the officer stays with it: he may go on."""
    actor = request.actor
    task = own_task(pk, actor)
    entry = _entry_of(task, request.GET.get("entry", ""))
    measures = own_measures(task.credit_list, task.unit)
    form = ReportForm(request.POST or None, request.FILES or None, measures=measures)
    if request.method == "POST" and form.is_valid():
        try:
            was_open = task.deadline is not None
            feed_back(task=task, report=form.report(), by=actor, entry=entry)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            said = _("Fed back. The initiating unit sees it.")
            is_all = entry is None or (task.publication is not None and task.publication.count == 1)
            if was_open and is_all:
                return INBOX.go_on(request, task, said)
            messages.success(request, said)
            return redirect(INBOX.address(request, pk))
    context = {
        "task": task,
        "entry": entry,
        "form": form,
        "back": INBOX.address(request, pk),
        **told_before(entry, measures, actor),
    }
    return render(request, "sanctions/task_feedback.html", context)


def _entry_of(task: UnitTask, pk: str) -> Entry | None:
    if not pk:
        return None
    entry = entries_of_task(task).filter(pk=_uuid(pk)).first()
    if entry is None:
        raise NotFound
    return entry


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
