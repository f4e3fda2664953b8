"""督办: the notices, one of them as it is printed, making, issuing, replying, judging."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.files import attachment
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.posted_moves import make_posted_move
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from jinan_credit.oversight.enums import SupervisionState
from jinan_credit.oversight.filters import FIGURES, RowsForm
from jinan_credit.oversight.models import SupervisionDocument, SupervisionNotice
from jinan_credit.oversight.selectors import rows_behind
from jinan_credit.oversight.selectors.supervision import (
    Choice,
    Urging,
    choice_of,
    moves_open_on,
    notice_for,
    notices,
    replies_to,
    urging,
)
from jinan_credit.oversight.services.supervision import (
    draft_notices,
    move_notice,
    reply_to_notice,
    require_few,
    return_reply,
    revise_notice,
    urge_units,
)
from jinan_credit.oversight.supervision_forms import ReplyForm, ReturnForm, SupervisionForm
from jinan_credit.oversight.supervision_tables import URGEABLE, SupervisionFilter, SupervisionTable
from jinan_credit.oversight.workflow import SUPERVISION
from sanctions.models import UnitTask

MOST_DIGITS = 19
SHOWN = 20
ON_OWN_PAGES = ("revise", "reply", "return")


@staff_page(Act.OVERSEE, Act.REPLY_TO_SUPERVISION)
@require_GET
def supervision(request: StaffRequest) -> HttpResponse:
    """All notices for the coordinator; for a unit its own."""
    chosen = SupervisionFilter(request.GET, queryset=notices(request.actor), request=request)
    oversees = request.actor.may(Act.OVERSEE)
    table = paged(request, SupervisionTable(chosen.qs, exclude=() if oversees else ("unit",)))
    context = {"table": table, "filter": chosen, "total": table.paginator.count, "oversees": oversees}
    return render(request, "oversight/supervision_list.html", context)


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def make(request: StaffRequest) -> HttpResponse:
    """What is urged of whom, for the rows that the address names; then the texts, the same for all the units."""
    choice = _choice(request)
    if choice is None:
        messages.warning(request, _("Nothing is chosen."))
        return redirect(f"{reverse('oversight_tasks')}?figure=overdue")
    require_few(choice)
    form, found = SupervisionForm(request.POST or None), urging(choice)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("expected") == str(found.count):
            try:
                return _made(request, choice, form.cleaned_data)
            except DomainError as refusal:
                add_refusal(form, refusal)
        else:
            messages.warning(request, _("Meanwhile something of it was done or urged. Look again before you confirm."))
    return render(request, "oversight/supervision_new.html", {"form": form, **_preview(found)})


def _choice(request: StaffRequest) -> Choice | None:
    """The rows that were marked; else all that a figure counts."""
    tasks, cases = _ids(request.GET.getlist("task")), _cases(request.GET.getlist("case"))
    if tasks or cases:
        return choice_of(UnitTask.objects.filter(pk__in=tasks), cases)
    chosen = RowsForm(request.GET, request.actor, FIGURES)
    if chosen.scope is None or chosen.chosen_figure not in URGEABLE:
        return None
    return choice_of(rows_behind(chosen.chosen_figure, chosen.scope))


def _cases(marked: list[str]) -> dict[str, list[int]]:
    """By kind: each is marked as `kind-id`."""
    found: dict[str, list[int]] = {}
    for kind, _dash, pk in (one.partition("-") for one in marked):
        found.setdefault(kind, []).extend(_ids([pk]))
    return found


def _ids(given: list[str]) -> list[int]:
    return [int(pk) for pk in given if pk.isascii() and pk.isdigit() and len(pk) < MOST_DIGITS]


def _made(request: StaffRequest, choice: Choice, texts: dict[str, Any]) -> HttpResponseRedirect:
    if "issue" in request.POST:
        made = urge_units(choice=choice, **texts, by=request.actor)
        words = ngettext("%(count)d notice is issued.", "%(count)d notices are issued.", len(made))
    else:
        made = draft_notices(choice=choice, **texts, by=request.actor)
        words = ngettext("%(count)d draft is kept.", "%(count)d drafts are kept.", len(made))
    messages.success(request, words % {"count": len(made)})
    if len(made) == 1:
        return redirect("supervision_notice", pk=made[0].pk)
    return redirect(f"{reverse('supervision')}?state={made[0].state}")


def _preview(found: Urging) -> dict[str, Any]:
    return {
        "found": found,
        "units": [(unit, rows[:SHOWN], len(rows), max(0, len(rows) - SHOWN)) for unit, rows in found.by_unit],
        "urged_already": found.urged_already[:SHOWN],
        "more_urged": max(0, len(found.urged_already) - SHOWN),
    }


@staff_page(Act.OVERSEE, Act.REPLY_TO_SUPERVISION)
@require_http_methods(["GET", "POST"])
def notice_page(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter, what became of its rows, the replies; the urged unit replies here."""
    notice = notice_for(pk, request.actor)
    form = ReplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            reply_to_notice(notice=notice, by=request.actor, **form.cleaned_data)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        except DomainError as refusal:
            note_refusal(request, refusal)
            return redirect("supervision_notice", pk=pk)
        else:
            messages.success(request, _("The reply is sent to the coordinator."))
            return redirect("supervision_notice", pk=pk)
    return render(request, "oversight/supervision_notice.html", _page(request, notice, form))


def _page(request: StaffRequest, notice: SupervisionNotice, form: ReplyForm) -> dict[str, Any]:
    moves = list(notice.moves.select_related("by", "by_client", "unit"))
    open_now = moves_open_on(notice, request.actor)
    named = {move.name for move in open_now}
    rows = list(notice.rows.with_standing())
    if not request.actor.may(Act.OVERSEE):
        moves = [move for move in moves if move.name not in ("draft", "revise")]
    return {
        "notice": notice,
        "rows": rows,
        "done": sum(row.is_done for row in rows),
        "letter_due_on": next((move.due_on for move in moves if move.name == "issue"), notice.due_on),
        "is_urged": notice.unit_id in request.actor.units,
        "last": moves[-1],
        "replies": replies_to(notice),
        "form": form if "reply" in named else None,
        "may_revise": "revise" in named,
        "may_return": "return" in named,
        "buttons": [move for move in open_now if move.name not in ON_OWN_PAGES],
        "effects": {
            "issue": _("It gets the next number of the year; the unit finds it among its work."),
            "settle": _("The unit reads your words. The notice says that the matter was settled."),
            "close_unsettled": _("The unit reads your words. The notice says that the matter was not settled."),
            "withdraw": _("Its number stays, with a note. The unit reads why."),
        },
        "moves": moves,
        "workflow": SUPERVISION,
    }


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    notice = notice_for(pk, request.actor)
    if notice.state != SupervisionState.DRAFT:
        raise NotFound
    form = SupervisionForm(request.POST or None, notice=notice)
    if request.method == "POST" and form.is_valid():
        try:
            revise_notice(notice=notice, by=request.actor, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Kept as a draft. This is how it will look."))
            return redirect("supervision_notice", pk=pk)
    return _show_form(request, notice, form, _("Write anew"))


@staff_page(Act.OVERSEE)
@require_http_methods(["GET", "POST"])
def return_page(request: StaffRequest, pk: int) -> HttpResponse:
    notice = notice_for(pk, request.actor)
    if "return" not in {move.name for move in moves_open_on(notice, request.actor)}:
        raise NotFound
    form = ReturnForm(request.POST or None, notice=notice)
    if request.method == "POST" and form.is_valid():
        try:
            return_reply(notice=notice, by=request.actor, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The unit is asked for another reply."))
            return redirect("supervision_notice", pk=pk)
    return _show_form(request, notice, form, SUPERVISION["return"].label)


def _show_form(request: StaffRequest, notice: SupervisionNotice, form: Any, heading: Any) -> HttpResponse:
    context = {"notice": notice, "form": form, "heading": heading}
    return render(request, "oversight/supervision_form.html", context)


@staff_page(Act.OVERSEE)
@require_POST
def move(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    act = partial(move_notice, notice=notice_for(pk, request.actor))
    return make_posted_move(request, act, reverse("supervision_notice", args=[pk]))


@staff_page(Act.OVERSEE, Act.REPLY_TO_SUPERVISION)
@require_GET
def document(request: StaffRequest, pk: int) -> HttpResponseBase:
    mine = SupervisionDocument.objects.visible_to(request.actor).select_related("reply__of")
    kept = get_object_or_404(mine, pk=pk)
    return attachment(kept.file, kept.download_name, kept.content_type)
