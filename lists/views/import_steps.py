"""One import on its way: checked, looked at, confirmed, done, undone; and the file with what is wrong in it."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.forms import add_refusal
from jinan_credit.kernel.errors import DomainError
from lists.enums import EntryState, ImportStatus, LargeStepKind
from lists.forms.imports import ImportConfirmForm, ReversalForm
from lists.models import Entry, ListImport
from lists.selectors import import_errors
from lists.services.exports import request_copy
from lists.services.import_errors import explain
from lists.services.import_refusals import words_of_refusal
from lists.services.import_reversal import ReversalEffect, require_reversible, reversal_effect, reverse_import
from lists.services.import_undoing import left_rows
from lists.services.imports import cancel_import, confirm_import
from lists.services.large_steps import MOST_AT_ONCE, Chosen, request_large_step
from lists.views.import_effects import ImportEffect, effect_of_import, words_of_reversal
from lists.views.staff import StaffRequest, staff_page

PREVIEW = 50
NEW_ONLY, ALL = "new", "all"


def _mine(request: StaffRequest, pk: int) -> ListImport:
    related = ("credit_list", "source", "made_by", "made_by_client", "reversed_by")
    return get_object_or_404(ListImport.objects.visible_to(request.actor).select_related(*related), pk=pk)


def _may_act(request: StaffRequest) -> bool:
    return request.actor.may(Act.DRAFT_ENTRIES)


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_GET
@never_cache
def import_page(request: StaffRequest, pk: int) -> HttpResponse:
    """How far an import is, what is in the file and what is wrong with it. Another unit's is not there (404)."""
    shown = _mine(request, pk)
    if request.htmx:  # type: ignore[attr-defined]
        return _progress(request, shown)
    context: dict[str, Any] = {"import": shown, "may_act": _may_act(request)}
    if shown.status == ImportStatus.CHECKED:
        context.update(_preview(request, shown))
    elif shown.status == ImportStatus.IMPORTED:
        context.update(_result(shown))
    elif shown.status == ImportStatus.REFUSED:
        context["refusal"] = words_of_refusal(shown.refusal)
    return render(request, "lists/import.html", context)


def _progress(request: StaffRequest, shown: ListImport) -> HttpResponse:
    answer = render(request, "lists/_import_progress.html", {"import": shown})
    if not shown.is_under_way:
        answer["HX-Refresh"] = "true"
    return answer


# Before the confirmation -----------------------------------------------------------------------------------------


def _preview(request: StaffRequest, shown: ListImport) -> dict[str, Any]:
    tabs: list[dict[str, Any]] = [
        {"key": "wrong", "label": _("With errors"), "count": shown.error_count, "icon": "alert-circle"},
        {"key": "new", "label": _("New"), "count": shown.new_count, "icon": "circle-plus"},
        {"key": "changed", "label": _("Changed"), "count": shown.changed_count, "icon": "pencil"},
        {"key": "same", "label": _("Already on the list"), "count": shown.same_count, "icon": "equal"},
    ]
    filled = [tab["key"] for tab in tabs if tab["count"]]
    asked = request.GET.get("show", "")
    current = asked if asked in {tab["key"] for tab in tabs} else (filled or ["new"])[0]
    return {
        "tabs": tabs,
        "current": current,
        "kinds": _kinds(shown) if current == "wrong" else [],
        "rows": [] if current == "wrong" else _rows(shown, current),
        "total": next(tab["count"] for tab in tabs if tab["key"] == current),
        "takeable": shown.new_count + shown.changed_count,
    }


def _rows(shown: ListImport, tab: str) -> list[Any]:
    """The first rows of one outcome; those that differ know how, and from which entry."""
    rows = getattr(shown.rows, tab)()
    return list(rows.select_related("entry")[:PREVIEW] if tab == "changed" else rows[:PREVIEW])


def _kinds(shown: ListImport) -> list[dict[str, Any]]:
    """The errors grouped by column and kind, the most frequent first, each with its first rows."""
    return [
        {
            "column": kind.column or _("Whole row"),
            "count": kind.count,
            "rest": kind.count - len(kind.first),
            "expected": explain(kind.first[0][1]),
            "first": [
                {"row": row, "value": error.get("value", ""), "expected": explain(error)} for row, error in kind.first
            ],
        }
        for kind in import_errors(shown)
    ]


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
@never_cache
def import_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """First the effect in words and the choice of rows, then the act."""
    shown = _mine(request, pk)
    if request.method == "GET" and shown.status != ImportStatus.CHECKED:
        return redirect("import", pk)
    effect = effect_of_import(shown)
    choices = _choices(effect)
    form = ImportConfirmForm(request.POST if request.method == "POST" else None, choices=choices)
    if request.method == "POST" and form.is_valid():
        take = form.cleaned_data.get("take") or (choices[0][0] if choices else NEW_ONLY)
        try:
            confirm_import(list_import=shown, by=request.actor, with_changes=take == ALL)
        except DomainError as refusal:
            if shown.status == ImportStatus.CHECKED and refusal.code != "no_good_rows":
                raise
            add_refusal(form, refusal)
            return _confirm_page(request, shown, effect, form, refusal.status)
        return redirect("import", pk)
    return _confirm_page(request, shown, effect, form, 400 if form.errors else 200)


def _choices(effect: ImportEffect) -> list[tuple[str, str]]:
    """(value, effect in words) of each way to take the file."""
    new = " ".join(effect.sentences(with_changes=False))
    everything = " ".join(effect.sentences(with_changes=True))
    if effect.new and effect.changed:
        return [
            (NEW_ONLY, _("Only the new rows: %(effect)s") % {"effect": new}),
            (ALL, _("The new and the changed rows: %(effect)s") % {"effect": everything}),
        ]
    if effect.changed:
        return [(ALL, everything)]
    return [(NEW_ONLY, new)] if effect.new else []


def _confirm_page(
    request: StaffRequest, shown: ListImport, effect: ImportEffect, form: ImportConfirmForm, status: int
) -> HttpResponse:
    context = {"import": shown, "effect": effect, "form": form, "choices": _choices(effect)}
    return render(request, "lists/import_confirm.html", context, status=status)


@staff_page(Act.DRAFT_ENTRIES)
@require_POST
def import_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    cancel_import(list_import=_mine(request, pk), by=request.actor)
    messages.success(request, _("The import was cancelled. Nothing was kept of it."))
    return redirect("imports")


@staff_page(Act.DRAFT_ENTRIES, Act.PUBLISH_ENTRIES)
@require_POST
def import_copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Have the file written with a column of what is wrong, as an export: its page says how far it is."""
    return redirect("export", request_copy(list_import=_mine(request, pk), by=request.actor).pk)


# Afterwards ------------------------------------------------------------------------------------------------------


def _result(shown: ListImport) -> dict[str, Any]:
    """What came of the import, by state; each figure opens its rows."""
    made = Counter(dict(Entry.objects.filter(from_import=shown).order_by().values_list("state").annotate(Count("pk"))))
    base = f"{reverse('entries')}?from_import={shown.pk}"
    labels = dict(EntryState.choices)
    return {
        "drafts": made[EntryState.DRAFT],
        "drafts_query": f"state={EntryState.DRAFT}&from_import={shown.pk}",
        "states": [
            {"state": state, "label": labels[state], "count": made[state], "url": f"{base}&state={state}"}
            for state in EntryState.values
            if made[state]
        ],
        "kinds": _kinds(shown) if shown.error_count or shown.left_out_count else [],
        "undone": _undone(shown),
        "left": _left(shown) if shown.reversal else [],
    }


def _undone(shown: ListImport) -> list[str]:
    """What undoing this import did, in words."""
    if not shown.reversal:
        return []
    words = {
        "discarded": _("drafts given up"),
        "proposed": _("removals proposed"),
        "gone": _("given up before, or left the list, and left as they are"),
        "withdrawn": _("proposed corrections withdrawn"),
        "restored": _("drafts set back to their earlier values"),
        "corrected": _("corrections back to the earlier values proposed"),
        "left": _("changed entries that could not be set back"),
    }
    return [f"{words[key]}: {count:,}" for key, count in shown.reversal.items() if count and key in words]


def _left(shown: ListImport) -> list[dict[str, Any]]:
    """The rows whose entry a reversal does not set back, each with the reason."""
    return [{"line": row, "why": explain({"code": row.code})} for row in left_rows(shown)]


@staff_page(Act.DRAFT_ENTRIES)
@require_http_methods(["GET", "POST"])
@never_cache
def import_reverse(request: StaffRequest, pk: int) -> HttpResponse:
    """Undo an import: the effect in words and the reason, then the act. What is published goes through the review."""
    shown = _mine(request, pk)
    if request.method == "GET" and not shown.is_reversible:
        return redirect("import", pk)
    form = ReversalForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                reason = form.cleaned_data["reason"]
                if shown.row_count > MOST_AT_ONCE:
                    chosen = Chosen(from_import_id=shown.pk)
                    large = request_large_step(
                        LargeStepKind.UNDO_IMPORT, chosen, expected=shown.row_count, by=request.actor, reason=reason
                    )
                    return redirect("large_step", large.pk)
                reverse_import(list_import=shown, by=request.actor, reason=reason)
            except DomainError as refusal:
                status = refusal.status
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The import was undone."))
                return redirect("import", pk)
    effect = reversal_effect(shown)
    context = {
        "import": shown,
        "form": form,
        "effect": effect,
        "said": words_of_reversal(effect),
        "hindrance": _hindrance(effect),
        "left": _left(shown) if effect.left else [],
    }
    return render(request, "lists/import_reverse.html", context, status=status)


def _hindrance(effect: ReversalEffect) -> str:
    """Why nothing can be undone now; empty when it can."""
    try:
        require_reversible(effect)
    except DomainError as refusal:
        return str(refusal)
    return ""
