"""The page of one proposal: what it leads to, and the decision of another person; of many that are one act, too."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import open_moves
from lists.enums import DocumentKind, DocumentType, LargeStepKind, PersonRole, ProposalKind, ProposalState
from lists.models import EntryDocument, EntryProposal
from lists.selectors import told_units
from lists.services.corrections import PERSONS
from lists.services.large_steps import MOST_AT_ONCE, Chosen, request_large_step, require_same_count
from lists.services.proposal_batches import approve_proposals
from lists.services.proposals import (
    approve_proposal,
    refuse_proposal,
    withdraw_proposal,
)
from lists.services.related_persons import changed_persons
from lists.views.batch import done_in_words
from lists.views.publishing import effect_of_proposal
from lists.views.selection import expected_count
from lists.views.staff import StaffRequest, staff_page
from lists.views.steps import PROPOSAL_STEPS
from lists.views.versions import Line, in_words, label_of
from lists.views.waiting import next_proposal
from lists.workflow import PROPOSAL


@staff_page(Act.REMOVE_ENTRIES, Act.PUBLISH_ENTRIES)
@require_http_methods(["GET", "POST"])
def proposal(request: StaffRequest, pk: int) -> HttpResponse:
    """What is proposed, on which document, what it leads to, and the decision."""
    shown = get_object_or_404(
        EntryProposal.objects.visible_to(request.actor).select_related(
            "entry__credit_list", "entry__subject", "entry__unit", "proposed_by", "decided_by"
        ),
        pk=pk,
    )
    if request.method == "POST":
        return _decide(request, shown)
    is_open = shown.state == ProposalState.OPEN
    effect = effect_of_proposal(ProposalKind(shown.kind), shown.entry)
    context = {
        "proposal": shown,
        "is_open": is_open,
        "effect": effect if is_open else "",
        "lines": _changes(shown) if shown.kind == ProposalKind.CORRECTION else [],
        "documents": _documents(shown),
        "may_add": False,
        "moves": open_moves(PROPOSAL, state=shown.state, by=request.actor, made_by=[shown.proposed_by_id]),
        "effects": {"approve": effect, **dict.fromkeys(("refuse", "withdraw"), _("The entry stays as it is."))},
        "alike": _alike(request, shown),
        "is_own_work": is_open and request.actor.may(Act.PUBLISH_ENTRIES) and shown.proposed_by_id == request.user.pk,
        "moves_made": shown.moves.select_related("by", "by_client", "unit"),
        "steps": PROPOSAL_STEPS,
    }
    return render(request, "lists/proposal.html", context)


def _alike(request: StaffRequest, shown: EntryProposal) -> int:
    """How many removals, this one among them, this person may approve as the one act that they are."""
    if not request.actor.may(Act.PUBLISH_ENTRIES) or shown.proposed_by_id == request.user.pk:
        return 0
    return EntryProposal.objects.visible_to(request.actor).alike(shown).count()


@staff_page(Act.PUBLISH_ENTRIES)
@require_POST
def proposals_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Removals that were proposed as one act become one publication: first what it leads to, then the act."""
    proposals = EntryProposal.objects.visible_to(request.actor)
    shown = get_object_or_404(proposals.select_related("entry__credit_list", "proposed_by"), pk=pk)
    PROPOSAL.require("approve", shown.state)
    alike = proposals.alike(shown)
    count = alike.count()
    if "confirmed" in request.POST:
        require_same_count(expected_count(request), count)
        if count > MOST_AT_ONCE:
            chosen = Chosen(proposal=shown)
            large = request_large_step(LargeStepKind.APPROVE_ALIKE, chosen, expected=count, by=request.actor)
            return redirect("large_step", large.pk)
        done = approve_proposals(proposals=alike, by=request.actor).done
        messages.success(request, done_in_words(LargeStepKind.APPROVE_ALIKE, done))
        return redirect(next_proposal(request))
    units = told_units(shown.entry.credit_list).count()
    return render(request, "lists/proposals_approve.html", {"proposal": shown, "count": count, "units": units})


def _documents(shown: EntryProposal) -> list[EntryDocument]:
    """Orders and evidence of its entry: what the decision can be checked by."""
    kinds = (DocumentKind.ORDER, DocumentKind.EVIDENCE)
    return list(EntryDocument.objects.filter(entry=shown.entry_id, kind__in=kinds).select_related("added_by"))


def _decide(request: StaffRequest, shown: EntryProposal) -> HttpResponse:
    """After the decision the next proposal that waits for this person."""
    move, name = request.POST.get("move", ""), shown.entry.subject_name
    if move == "approve":
        publication = approve_proposal(proposal=shown, by=request.actor)
        words: str | Promise = _("%(name)s: approved and published as %(number)s.")
        messages.success(request, words % {"name": name, "number": publication.number})
    elif move == "refuse":
        refuse_proposal(proposal=shown, by=request.actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("%(name)s: the proposal was refused.") % {"name": name})
    elif move == "withdraw":
        withdraw_proposal(proposal=shown, by=request.actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("%(name)s: the proposal was withdrawn.") % {"name": name})
        return redirect("entry", shown.entry_id)
    else:
        raise Http404
    return redirect(next_proposal(request))


def _changes(shown: EntryProposal) -> list[Line]:
    """Present and proposed values; of a decided one only the proposed are known here, the versions tell the rest."""
    lines = [
        Line(
            label_of(name),
            in_words(name, getattr(shown.entry, name)) if shown.state == ProposalState.OPEN else "",
            in_words(name, value),
        )
        for name, value in shown.new_values.items()
        if name != PERSONS
    ]
    persons = shown.new_values.get(PERSONS, [])
    if shown.state == ProposalState.OPEN:
        pairs = changed_persons(shown.entry, persons)
    else:
        pairs = [(None, person) for person in persons]
    return lines + [Line(_("Related person"), _person(old), _person(new, old)) for old, new in pairs]


def _person(person: Mapping[str, Any] | None, before: Mapping[str, Any] | None = None) -> str:
    """A number masked; where it becomes another one, the masks of both may be the same."""
    if person is None:
        return ""
    words = [PersonRole(person["role"]).label, person["name"]]
    if person["masked_number"]:
        words += [DocumentType(person["document_type"]).label, person["masked_number"]]
    if before and before["number_index"] and before["number_index"] != person["number_index"]:
        words.append(_("(another number than before)"))
    return " ".join(str(word) for word in words)
