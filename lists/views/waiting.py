"""After a decision the next item: what else waits for this reviewer. No `Desk`: his page shows groups, not one list."""

from django.urls import reverse

from lists.enums import EntryState, ProposalState
from lists.models import Entry, EntryProposal, own_work
from lists.views.staff import StaffRequest


def next_in_review(request: StaffRequest, decided: Entry) -> str:
    """The address of the next entry to review: of the same list first, the oldest first; else the reviewer's desk."""
    waiting = (
        Entry.objects.filter(unit=request.actor.unit, state=EntryState.IN_REVIEW)
        .exclude(own_work(request.user))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    found = waiting.filter(credit_list=decided.credit_list_id).first() or waiting.first()
    return reverse("entry", args=[found]) if found else reverse("review")


def next_proposal(request: StaffRequest) -> str:
    """The address of the next proposal to decide, the most urgent first; else the reviewer's desk."""
    waiting = (
        EntryProposal.objects.visible_to(request.actor)
        .filter(state=ProposalState.OPEN)
        .exclude(proposed_by=request.user)
        .order_by("due_on", "pk")
        .values_list("pk", flat=True)
    )
    found = waiting.first()
    return reverse("proposal", args=[found]) if found else f"{reverse('review')}#proposals"
