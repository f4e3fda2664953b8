"""A change of a published entry by the unit itself: one person proposes, another decides (rule 4)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from jinan_credit.accounts.actors import Actor
from jinan_credit.accounts.enums import Act
from jinan_credit.accounts.moves import require_move, write_move
from jinan_credit.accounts.services.staff_messages import tell_staff
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError, InvalidInput, NotFound
from lists import events
from lists.enums import ON_THE_LIST, EntryState, ExitReason, ListKind, ProposalKind, ProposalState
from lists.models import Entry, EntryProposal, EntryProposalMove, Publication
from lists.services.amendments import correct_entry
from lists.services.corrections import PERSONS, check_new_values
from lists.services.orders import Order, ceasing_values, fallen_basis_values, order_values
from lists.services.related_persons import changed_persons, sealed_persons
from lists.services.removals import remove_entry
from lists.services.stays import lift_stay, stay_entry
from lists.services.subjects_ceased import note_ceasing
from lists.workflow import PROPOSAL


@transaction.atomic
def propose_removal(
    *,
    entry: Entry,
    exit_reason: ExitReason,
    by: Actor,
    reason: str,
    order: Order | None = None,
    learned_on: date | None = None,
    ceased_on: date | None = None,
) -> EntryProposal:
    """A basis revoked or changed needs `order` and `learned_on`, a subject that ceased `order` and `ceased_on`.

    Refusals: `act_not_allowed`, `not_your_unit`, `entry_not_published`, `proposal_open`, `reason_missing`,
    `dishonour_is_for_red_lists`; those of `fallen_basis_values` and `ceasing_values`.
    """
    _require_proposer(entry, by, reason)
    values: dict[str, Any] = {}
    if exit_reason == ExitReason.BASIS_CHANGED:
        values = fallen_basis_values(order, learned_on)
    elif exit_reason == ExitReason.SUBJECT_CEASED:
        values = ceasing_values(order, ceased_on)
    elif order is not None:
        values = order_values(order)
    if exit_reason == ExitReason.DISHONOURED and entry.credit_list.kind != ListKind.RED:
        raise InvalidInput("dishonour_is_for_red_lists", _("Only a red-list entry can leave as dishonoured."))
    return _propose(entry, by, reason, kind=ProposalKind.REMOVAL, exit_reason=exit_reason, **values)


@transaction.atomic
def propose_correction(
    *,
    entry: Entry,
    new_values: dict[str, Any],
    by: Actor,
    reason: str,
    order: Order | None = None,
    learned_on: date | None = None,
) -> EntryProposal:
    """`learned_on` is given where the basis was changed: then `order` is the document that changed it.

    Related persons are given as `sealed_persons` takes them; the proposal keeps their numbers sealed.

    Refusals: `act_not_allowed`, `not_your_unit`, `entry_not_published`, `proposal_open`, `reason_missing`; those of
    `check_new_values`, `sealed_persons` and `fallen_basis_values`.
    """
    _require_proposer(entry, by, reason)
    values: dict[str, Any] = {}
    if learned_on is not None:
        values = fallen_basis_values(order, learned_on)
    elif order is not None:
        values = order_values(order)
    new_values = _with_sealed_persons(entry, new_values)
    check_new_values(entry, new_values)
    return _propose(entry, by, reason, kind=ProposalKind.CORRECTION, new_values=new_values, **values)


@transaction.atomic
def propose_stay(*, entry: Entry, order: Order, by: Actor, reason: str) -> EntryProposal:
    """By order of a court or reviewing organ; nothing else stops the effect of an entry.

    Refusals: `act_not_allowed`, `not_your_unit`, `entry_not_published`, `proposal_open`, `reason_missing`; those of
    `order_values`.
    """
    _require_proposer(entry, by, reason)
    return _propose(entry, by, reason, (EntryState.PUBLISHED,), kind=ProposalKind.STAY, **order_values(order))


@transaction.atomic
def propose_lift(*, entry: Entry, order: Order, by: Actor, reason: str) -> EntryProposal:
    """The order that ends the stay. Refusals: as `propose_stay`; `entry_not_stayed`."""
    _require_proposer(entry, by, reason)
    return _propose(entry, by, reason, (EntryState.STAYED,), kind=ProposalKind.LIFT_STAY, **order_values(order))


@transaction.atomic
def approve_proposal(*, proposal: EntryProposal, by: Actor) -> Publication:
    """Let the proposed change take effect: one publication, pushed to all units.

    Refusals: `move_not_open`, `act_not_allowed`, `own_work`, `not_your_unit`, those of the change itself.
    """
    proposal = _decide(proposal, "approve", by, "")
    act: dict[str, Any] = {
        "entry": proposal.entry,
        "made_by": proposal.proposed_by,
        "by": by,
        "reason": proposal.reason,
    }
    match proposal.kind:
        case ProposalKind.CORRECTION:
            return correct_entry(new_values=proposal.new_values, **act)
        case ProposalKind.STAY:
            return stay_entry(**act)
        case ProposalKind.LIFT_STAY:
            return lift_stay(**act)
    note_ceasing([proposal.pk])
    return remove_entry(exit_reason=ExitReason(proposal.exit_reason), **act)


@transaction.atomic
def refuse_proposal(*, proposal: EntryProposal, by: Actor, reason: str) -> EntryProposal:
    """Refusals: `move_not_open`, `act_not_allowed`, `own_work`, `reason_missing`, `not_your_unit`."""
    refused = _decide(proposal, "refuse", by, reason)
    entry = refused.entry
    link = reverse("proposal", args=[refused.pk])
    tell_staff(events.CHANGE_REFUSED, units=[entry.unit_id], link=link, list=entry.credit_list.name)
    return refused


@transaction.atomic
def withdraw_proposal(*, proposal: EntryProposal, by: Actor, reason: str) -> EntryProposal:
    """Take a proposal back before it is decided. Refusals: as `refuse_proposal`, without `own_work`."""
    return _decide(proposal, "withdraw", by, reason)


def _require_proposer(entry: Entry, by: Actor, reason: str) -> None:
    by.require(Act.REMOVE_ENTRIES)
    if not reason.strip():
        raise InvalidInput("reason_missing", _("Give the reason for this step."), field="reason")
    if by.user is None or entry.unit_id != by.user.unit_id:
        raise NotFound("not_your_unit", _("This entry belongs to another unit."))


def _with_sealed_persons(entry: Entry, new_values: dict[str, Any]) -> dict[str, Any]:
    """Persons who stay as they are are not proposed."""
    if PERSONS not in new_values:
        return new_values
    persons = sealed_persons(entry, new_values[PERSONS])
    others = {name: value for name, value in new_values.items() if name != PERSONS}
    return {**others, PERSONS: persons} if changed_persons(entry, persons) else others


def _propose(
    entry: Entry, by: Actor, reason: str, states: tuple[EntryState, ...] = ON_THE_LIST, **values: Any
) -> EntryProposal:
    assert by.user is not None, "see _require_proposer"
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.state not in states:
        raise _wrong_state(states)
    if entry.proposals.filter(state=ProposalState.OPEN).exists():
        raise DomainError("proposal_open", _("A proposal for this entry waits for its decision already."))
    proposal = EntryProposal.objects.create(
        entry=entry, reason=reason, proposed_by=by.user, proposed_at=clock.now(), **values
    )
    write_move(EntryProposalMove, proposal, "propose", from_state="", to_state=proposal.state, by=by, reason=reason)
    link = reverse("proposal", args=[proposal.pk])
    if proposal.due_on is not None:
        tell_staff(events.BASIS_FELL, units=[entry.unit_id], link=link, count=1, day=proposal.due_on)
    else:
        tell_staff(events.CHANGES_TO_DECIDE, units=[entry.unit_id], link=link, count=1)
    return proposal


def _wrong_state(states: tuple[EntryState, ...]) -> DomainError:
    if EntryState.PUBLISHED in states:
        return DomainError("entry_not_published", _("This entry is not published, or has left the list."))
    return DomainError("entry_not_stayed", _("The execution of this entry is not stayed."))


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
    if move.other_person:
        proposal.decided_by, proposal.decided_at = by.user, clock.now()
    proposal.save()
    return proposal
