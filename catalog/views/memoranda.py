"""Memoranda: opened, revised, circulated, received by each unit, put in force by date, lapsed."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.enums import VersionState
from catalog.forms import InForceForm, LapseForm, MemorandumForm, RevisionForm
from catalog.models import MemorandumReceipt, MemorandumVersion
from catalog.models.memorandum import NOT_YET_IN_FORCE
from catalog.panels import memorandum_panels
from catalog.selectors import changes_of, unlawful_parts
from catalog.services.memoranda import (
    circulate_version,
    confirm_receipt,
    discard_version,
    is_correctable,
    lapse_version,
    open_memorandum,
    put_version_in_force,
    revise_memorandum,
    take_back_version,
)
from catalog.tables import MemorandumFilter, MemorandumTable, versions_shown
from catalog.views.form_page import form_page, posted
from catalog.workflow import MEMORANDUM
from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.middleware import note_refusal
from jinan_credit.accounts.moves import open_moves
from jinan_credit.accounts.staff import StaffRequest, staff_page
from jinan_credit.accounts.tables import paged
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError

_AT_ONCE: dict[str, Callable[..., MemorandumVersion]] = {
    "circulate": circulate_version,
    "take_back": take_back_version,
    "discard": discard_version,
}
_BY_DATE = ("put_in_force", "lapse")


@staff_page(Act.SEE_WORKBENCH)
@require_GET
def memoranda(request: StaffRequest) -> HttpResponse:
    """Every version that the person may see, and what receipts are owed for it."""
    actor = request.actor
    filtered = MemorandumFilter(request.GET, queryset=versions_shown(actor), request=request)
    table = paged(request, MemorandumTable(filtered.qs))
    context = {
        "filter": filtered,
        "table": table,
        "total": table.paginator.count,
        "may_keep": actor.may(Act.KEEP_CATALOGUE),
    }
    return render(request, "catalog/memoranda.html", context)


@staff_page(Act.SEE_WORKBENCH)
@require_http_methods(["GET", "POST"])
def memorandum(request: StaffRequest, number: int, version: int) -> HttpResponse:
    """One version: its measures with bases, what changed, who has received it, its steps."""
    actor = request.actor
    shown = _version(actor, number, version)
    if request.method == "POST":
        return _move(request, actor, shown)
    receipts = list(
        MemorandumReceipt.objects.visible_to(actor)
        .current()
        .filter(circulation__of=shown)
        .select_related("unit", "received_by", "received_by_client")
        .order_by(F("received_at").desc(nulls_first=True), "unit__code")
    )
    moves = open_moves(MEMORANDUM, state=shown.state, by=actor)
    may_keep = actor.may(Act.KEEP_CATALOGUE)
    measures = shown.measures.prefetch_related("bases", "responsibilities__unit")
    context = {
        "memorandum": shown.memorandum,
        "version": shown,
        "versions": MemorandumVersion.objects.visible_to(actor).filter(memorandum=shown.memorandum).order_by("-number"),
        "measures": measures,
        "unlawful": {part.pk for part in unlawful_parts(shown.measures.all())} if may_keep else (),
        "changes": changes_of(shown),
        "receipts": receipts,
        "received": sum(one.received_at is not None for one in receipts),
        "own": next((one for one in receipts if actor.unit is not None and one.unit_id == actor.unit.pk), None),
        "may_sign": actor.may(Act.SIGN_TASKS),
        "moves": [move for move in moves if move.name in _AT_ONCE],
        "dated_moves": [move for move in moves if move.name in _BY_DATE],
        "effects": _effects(),
        "workflow": MEMORANDUM,
        "steps": shown.moves.select_related("by", "by_client", "unit") if may_keep or actor.may(Act.OVERSEE) else None,
        "is_draft": shown.state == VersionState.DRAFT,
        "standing": _standing(shown),
        "may_keep": may_keep,
        "may_revise": may_keep and shown.state not in NOT_YET_IN_FORCE,
        "may_correct": may_keep and is_correctable(shown.memorandum),
        "panels": memorandum_panels.for_(shown, actor),
    }
    return render(request, "catalog/memorandum.html", context)


def _standing(version: MemorandumVersion) -> str:
    """What the days say where the state alone would mislead: both are decided before the day comes."""
    first, last, today = version.valid_from, version.valid_to, clock.today()
    if version.state not in (VersionState.IN_FORCE, VersionState.LAPSED) or first is None:
        return ""
    if first > today:
        return _("Its first day has not come yet.")
    if version.state == VersionState.LAPSED:
        return _("Its measures apply until its last day is over.") if last and last >= today else ""
    return _("Its last day is over.") if last and last < today else ""


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def memorandum_new(request: StaffRequest) -> HttpResponse:
    """Take in a later memorandum (annex, task 19)."""
    actor = request.actor
    return form_page(
        request,
        MemorandumForm(posted(request)),
        lambda given: open_memorandum(**given, by=actor),
        then=_address,
        heading=_("New memorandum"),
        submit=_("Open the draft"),
        done=_("The draft is open. Add its measures, then circulate it."),
        back=reverse("memoranda"),
    )


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def memorandum_revise(request: StaffRequest, number: int, version: int) -> HttpResponse:
    """Begin a new version with all that the last one says."""
    actor = request.actor
    shown = _version(actor, number, version)
    return form_page(
        request,
        RevisionForm(posted(request)),
        lambda given: revise_memorandum(shown.memorandum, **given, by=actor),
        then=_address,
        heading=_("Revise the memorandum"),
        subtitle=shown.memorandum.title,
        submit=_("Open the draft"),
        done=_("The draft says what the last version says. Change it, then circulate it."),
        back=_address(shown),
    )


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def memorandum_in_force(request: StaffRequest, number: int, version: int) -> HttpResponse:
    """The day from which a version is in force; who has not confirmed receipt is named."""
    actor = request.actor
    shown = _version(actor, number, version)
    owed = MemorandumReceipt.objects.owed().filter(circulation__of=shown).count()
    effects = [_("From that day its measures apply, and an earlier version ends the day before.")]
    if owed:
        effects.append(
            ngettext(
                "%(units)s unit has not confirmed receipt yet. It stays on the list of those who owe it.",
                "%(units)s units have not confirmed receipt yet. They stay on the list of those who owe it.",
                owed,
            )
            % {"units": owed}
        )
    return form_page(
        request,
        InForceForm(posted(request), initial={"valid_from": shown.valid_from or clock.today()}),
        lambda given: put_version_in_force(shown, **given, by=actor),
        then=_address,
        heading=_("Put in force"),
        subtitle=str(shown),
        submit=_("Put in force"),
        done=_("The version is in force from its first day on."),
        back=_address(shown),
        effects=effects,
    )


@staff_page(Act.KEEP_CATALOGUE)
@require_http_methods(["GET", "POST"])
def memorandum_lapse(request: StaffRequest, number: int, version: int) -> HttpResponse:
    """The last day of a version."""
    actor = request.actor
    shown = _version(actor, number, version)
    return form_page(
        request,
        LapseForm(posted(request)),
        lambda given: lapse_version(shown, **given, by=actor),
        then=_address,
        heading=_("Let lapse"),
        subtitle=str(shown),
        submit=_("Let lapse"),
        done=_("The version lapses after its last day."),
        back=_address(shown),
        effects=[
            _(
                "After that day none of its measures applies. What was done under them stays; lists that rest on "
                "nothing else concern no unit any more."
            )
        ],
    )


@staff_page(Act.SIGN_TASKS)
@require_POST
def receipt_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """One's unit has received the version."""
    actor = request.actor
    receipt = get_object_or_404(
        MemorandumReceipt.objects.visible_to(actor).select_related("circulation__of__memorandum"), pk=pk
    )
    confirm_receipt(receipt, by=actor)
    messages.success(request, _("Receipt is confirmed for your unit."))
    return redirect(_address(receipt.circulation.of))


def _version(actor: Actor, number: int, version: int) -> MemorandumVersion:
    visible = MemorandumVersion.objects.visible_to(actor).select_related("memorandum")
    return get_object_or_404(visible, memorandum__number=number, number=version)


def _address(version: MemorandumVersion) -> str:
    return reverse("memorandum", args=[version.memorandum.number, version.number])


def _move(request: StaffRequest, actor: Actor, shown: MemorandumVersion) -> HttpResponse:
    name = request.POST.get("move", "")
    if name not in _AT_ONCE:
        raise Http404
    actor.require(Act.KEEP_CATALOGUE)
    try:
        _AT_ONCE[name](shown, by=actor, reason=request.POST.get("reason", ""))
    except DomainError as refusal:
        note_refusal(request, refusal)
    else:
        said = _("Circulated.") if name == "circulate" else _("Taken back: it can be changed again.")
        messages.success(request, said)
    return redirect(_address(shown))


def _effects() -> dict[str, str]:
    return {
        "discard": _("It stays to be read. The memorandum can be revised anew."),
        "circulate": _("Every unit with a part in it is asked to confirm receipt. Nothing can be changed meanwhile."),
        "take_back": _("What was confirmed stays in the history. The next circulation is to be confirmed anew."),
    }
