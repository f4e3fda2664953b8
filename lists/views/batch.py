"""A step with many entries at once: first what it will do, then the act, then what was left out and why."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.tables import MOST_COUNTED, counted
from jinan_credit.kernel.errors import DomainError, InvalidInput
from lists.enums import EntryState, LargeStepKind
from lists.models import Entry, EntryQuerySet
from lists.services.large_steps import MOST_AT_ONCE, STEPS, Chosen, request_large_step, require_same_count
from lists.services.outcomes import Outcome
from lists.views.selection import Selection, back_to_select, expected_count, selection
from lists.views.staff import StaffRequest, own_unit, staff_page
from lists.workflow import EDITABLE, ENTRY


@dataclass(frozen=True)
class Preview:
    """Of `selected` entries `ready` can take the step; `outcome` says which others cannot, and why."""

    selected: int
    ready: int
    outcome: Outcome


@staff_page(Act.DRAFT_ENTRIES)
@require_POST
def entries_batch(request: StaffRequest) -> HttpResponse:
    """Submit, notify or discard what was selected on the entries page."""
    step = request.POST.get("step", "submit")
    if step not in ("submit", "notify", "discard"):
        raise Http404
    chosen = selection(request, Entry.objects.filter(unit=own_unit(request), state__in=EDITABLE))
    back = f"{reverse('entries')}?{request.POST.get('query', '')[:2000]}"
    if chosen is None:
        return back_to_select(request, back)
    return take_step(
        request, step, chosen, fields=[("step", step)], action=reverse("entries_submit"), back=back, among=Chosen()
    )


def take_step(
    request: StaffRequest,
    step: str,
    chosen: Selection,
    *,
    fields: list[tuple[str, str]],
    action: str,
    back: str,
    among: Chosen,
) -> HttpResponse:
    """The page before the step, or with `confirmed` the step and its report. With more than MOST_AT_ONCE a worker takes
    it, among what `among` names.
    """
    refusal = None
    count = counted(chosen.entries)
    if count > MOST_COUNTED:
        raise InvalidInput("too_many_selected", _("Take at most 100,000 entries at once. Narrow the filters."))
    if "confirmed" in request.POST:
        require_same_count(expected_count(request), count)
        reason = request.POST.get("reason", "")
        try:
            if chosen.query is not None and count > MOST_AT_ONCE:
                about = replace(among, query=chosen.query)
                large = request_large_step(LargeStepKind(step), about, expected=count, by=request.actor, reason=reason)
                return redirect("large_step", large.pk)
            outcome = STEPS[step](chosen.entries, request.actor, reason)
        except DomainError as error:
            refusal = error
        else:
            return report(request, step, outcome, back)
    if refusal is None or refusal.field == "reason":
        preview, hindered = _preview(step, chosen.entries, count, request.actor)
    else:
        preview, hindered = Preview(count, 0, Outcome()), None
    context = {
        "step": ENTRY[step],
        "preview": preview,
        "refusal": refusal or hindered,
        "fields": list(dict.fromkeys([*fields, *chosen.fields, ("query", request.POST.get("query", "")[:2000])])),
        "action": action,
        "back": back,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "lists/batch_confirm.html", context, status=refusal.status if refusal else 200)


def _preview(step: str, entries: EntryQuerySet, count: int, by: Actor) -> tuple[Preview, DomainError | None]:
    """Of very many it counts by the state alone: what else hinders is told after the act."""
    if count > MOST_AT_ONCE:
        ready = entries.filter(state__in=ENTRY[step].sources).count()
        return Preview(count, ready, Outcome(left_out_count=count - ready)), None
    try:
        outcome = _rehearse(step, entries, by)
    except DomainError as hindered:
        return Preview(count, 0, Outcome()), hindered
    return Preview(count, outcome.done, outcome), None


def _rehearse(step: str, entries: EntryQuerySet, by: Actor) -> Outcome:
    """The step itself, taken back before anyone sees it: the preview judges exactly as the act does."""
    with transaction.atomic():
        try:
            return STEPS[step](entries, by, "-")
        finally:
            transaction.set_rollback(True)


def report(request: StaffRequest, step: str, outcome: Outcome, back: str) -> HttpResponse:
    """A sentence where everything went through; else a page with a line for each entry that was left out."""
    words = done_in_words(step, outcome.done)
    if not outcome.left_out_count:
        messages.success(request, words)
        return redirect(f"{reverse('entries')}?state={EntryState.IN_REVIEW}" if step == "submit" else back)
    context = {"step": ENTRY[step], "words": words, "outcome": outcome, "back": back}
    return render(request, "lists/batch_result.html", context)


def done_in_words(step: str, count: int) -> str:
    words = {
        "submit": ngettext(
            "%(count)s entry was submitted for review.", "%(count)s entries were submitted for review.", count
        ),
        "notify": ngettext(
            "Notice of %(count)s entry was issued. Record its service next.",
            "Notices of %(count)s entries were issued. Record their service next.",
            count,
        ),
        "discard": ngettext("%(count)s entry was discarded.", "%(count)s entries were discarded.", count),
        "return": ngettext("%(count)s entry was returned.", "%(count)s entries were returned.", count),
        "approve_alike": ngettext("%(count)s removal was approved.", "%(count)s removals were approved.", count),
    }
    return words[step] % {"count": f"{count:,}"}
