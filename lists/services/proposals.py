"""A correction or removal by the unit itself: one person proposes, another decides (rule 4)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import require_move, write_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from lists.enums import EntryState, ExitReason, ProposalKind, ProposalState
from lists.models import Entry, EntryProposal, EntryProposalMove, Publication
from lists.services.corrections import check_new_values
from lists.services.publications import correct_entry, remove_entry
from lists.workflow import PROPOSAL


@transaction.atomic
def propose_removal(*, entry: Entry, exit_reason: ExitReason, by: Actor, reason: str) -> EntryProposal:
    """Refusals: `act_not_allowed`, `not_your_unit`, `entry_not_published`, `proposal_open`, `reason_missing`."""
    return _propose(entry, by, reason, kind=ProposalKind.REMOVAL, exit_reason=exit_reason)


@transaction.atomic
def propose_correction(*, entry: Entry, new_values: dict[str, Any], by: Actor, reason: str) -> EntryProposal:
    """Refusals: as `propose_removal`, and those of `check_new_values`."""
    check_new_values(entry, new_values)
    return _propose(entry, by, reason, kind=ProposalKind.CORRECTION, new_values=new_values)


@transaction.atomic
def approve_proposal(*, proposal: EntryProposal, by: Actor) -> Publication:
    """Let the proposed change take effect: one publication, pushed to all units.

    Refusals: `move_not_open`, `act_not_allowed`, `own_work`, `not_your_unit`, those of the change itself.
    """
    proposal = _decide(proposal, "approve", by, "")
    if proposal.kind == ProposalKind.REMOVAL:
        return remove_entry(
            entry=proposal.entry,
            exit_reason=ExitReason(proposal.exit_reason),
            made_by=proposal.proposed_by,
            by=by,
            reason=proposal.reason,
        )
    return correct_entry(
        entry=proposal.entry,
        new_values=proposal.new_values,
        made_by=proposal.proposed_by,
        by=by,
        reason=proposal.reason,
    )


@transaction.atomic
def refuse_proposal(*, proposal: EntryProposal, by: Actor, reason: str) -> EntryProposal:
    """Refusals: `move_not_open`, `act_not_allowed`, `own_work`, `reason_missing`, `not_your_unit`."""
    return _decide(proposal, "refuse", by, reason)


def _propose(entry: Entry, by: Actor, reason: str, **values: Any) -> EntryProposal:
    by.require(Act.REMOVE_ENTRIES)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if by.user is None or entry.unit_id != by.user.unit_id:
        raise NotFound("not_your_unit", _("This entry belongs to another unit."))
    if entry.state != EntryState.PUBLISHED:
        raise DomainError("entry_not_published", _("This entry is not published, or has left the list."))
    if entry.proposals.filter(state=ProposalState.OPEN).exists():
        raise DomainError("proposal_open", _("A proposal for this entry waits for its decision already."))
    proposal = EntryProposal.objects.create(
        entry=entry, reason=reason, proposed_by=by.user, proposed_at=clock.now(), **values
    )
    write_move(EntryProposalMove, proposal, "propose", from_state="", to_state=proposal.state, by=by, reason=reason)
    return proposal


def _decide(proposal: EntryProposal, move_name: str, by: Actor, reason: str) -> EntryProposal:
    proposal = (
        EntryProposal.objects.select_for_update(of=("self",)).select_related("entry", "proposed_by").get(pk=proposal.pk)
    )
    if by.unit is None or proposal.entry.unit_id != by.unit.pk:
        raise NotFound("not_your_unit", _("This entry belongs to another unit."))
    move = require_move(
        PROPOSAL, move_name, state=proposal.state, by=by, reason=reason, made_by=[proposal.proposed_by_id]
    )
    write_move(
        EntryProposalMove, proposal, move.name, from_state=proposal.state, to_state=move.target, by=by, reason=reason
    )
    proposal.state = move.target
    proposal.decided_by = by.user
    proposal.decided_at = clock.now()
    proposal.save()
    return proposal
