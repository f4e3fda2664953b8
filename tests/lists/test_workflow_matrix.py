"""Every state × every move × every role: what the table says is what the services do, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.db import transaction

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.moves import require_move
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from jinan_credit.kernel.workflow import Move
from lists.enums import EntryState, ExitReason, ProposalState
from lists.models import Entry, EntryProposal
from lists.services.defence import notify_entries
from lists.services.entries import discard_entries, return_entries, revise_draft, submit_entries
from lists.services.proposals import approve_proposal, propose_removal, refuse_proposal, withdraw_proposal
from lists.services.publications import publish_entries
from lists.services.removals import expire_entries, remove_entry
from lists.services.stays import lift_stay, stay_entry
from lists.workflow import BUTTONS, ENTRY, PROPOSAL
from tests.cast import Cast
from tests.lists.steps import R, draft, fresh, only, values

PEOPLE = ("clerk", "reviewer", "finance_clerk", "stranger", "coordinator")


def bring_to(cast: Cast, state: str) -> Entry:
    """An entry that went the lawful way to this state, the days for statement and defence behind it."""
    entry = draft(cast)
    clerk, reviewer = cast.actor("clerk"), cast.actor("second_reviewer")
    mine = only(entry)
    reached = EntryState.DRAFT
    acts: dict[str, Callable[[], object]] = {
        "NOTIFIED": lambda: _told(cast, True) and notify_entries(entries=mine, by=clerk),
        "IN_REVIEW": lambda: _told(cast, False) or submit_entries(entries=mine, by=clerk),
        "RETURNED": lambda: return_entries(entries=mine, by=reviewer, reason=R),
        "PUBLISHED": lambda: publish_entries(credit_list=cast.black, entries=mine, by=reviewer),
        "STAYED": lambda: stay_entry(entry=entry, made_by=cast.clerk, by=reviewer, reason=R),
        "REMOVED": lambda: _remove(cast, entry, reviewer),
        "PURGED": lambda: mine.update(state="PURGED", subject_kind="ANONYMOUS"),
        "DISCARDED": lambda: discard_entries(entries=mine, by=clerk, reason=R),
    }
    ways = {
        "DRAFT": (),
        "NOTIFIED": ("NOTIFIED",),
        "IN_REVIEW": ("NOTIFIED", "IN_REVIEW"),
        "RETURNED": ("NOTIFIED", "IN_REVIEW", "RETURNED"),
        "PUBLISHED": ("NOTIFIED", "IN_REVIEW", "PUBLISHED"),
        "STAYED": ("NOTIFIED", "IN_REVIEW", "PUBLISHED", "STAYED"),
        "REMOVED": ("NOTIFIED", "IN_REVIEW", "PUBLISHED", "REMOVED"),
        "PURGED": ("NOTIFIED", "IN_REVIEW", "PUBLISHED", "REMOVED", "PURGED"),
        "DISCARDED": ("DISCARDED",),
    }
    for reached in ways[state]:
        acts[reached]()
        if reached == "NOTIFIED":
            mine.update(defence_until=clock.today() - timedelta(days=1))
    assert fresh(entry).state == state
    return entry


def _told(cast: Cast, is_told: bool) -> bool:
    cast.black.notice_required = is_told
    cast.black.save()
    return is_told


def _remove(cast: Cast, entry: Entry, by: Actor) -> None:
    remove_entry(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=by, reason=R)


def _reopen(entry: Entry, by: Actor) -> None:
    revise_draft(entry=entry, values=values(grounds="改后的事由"), by=by)
    if not entry.moves.filter(name="reopen").exists():
        raise DomainError("revised_only", "")


def _by_day(name: str, entry: Entry, by: Actor) -> None:
    require_move(ENTRY, name, state=fresh(entry).state, by=by)
    if name == "expire":
        with time_machine.travel(entry.term_to + timedelta(days=1), tick=False):
            assert expire_entries() == 1


def acts_of(cast: Cast, entry: Entry) -> dict[str, Callable[[Actor], object]]:
    mine = only(entry)
    return {
        "notify": lambda by: _told(cast, True) and notify_entries(entries=mine, by=by),
        "reopen": lambda by: _reopen(entry, by),
        "submit": lambda by: submit_entries(entries=mine, by=by),
        "return": lambda by: return_entries(entries=mine, by=by, reason=R),
        "publish": lambda by: publish_entries(credit_list=cast.black, entries=mine, by=by),
        "discard": lambda by: discard_entries(entries=mine, by=by, reason=R),
        "stay": lambda by: stay_entry(entry=entry, made_by=cast.clerk, by=by, reason=R),
        "lift_stay": lambda by: lift_stay(entry=entry, made_by=cast.clerk, by=by, reason=R),
        "remove": lambda by: _remove(cast, entry, by),
        "expire": lambda by: _by_day("expire", entry, by),
        "purge": lambda by: _by_day("purge", entry, by),
        "forget": lambda by: _by_day("forget", entry, by),
    }


def was_taken(act: Callable[[Actor], object], by: Actor) -> bool:
    """Try a step and undo it."""
    with transaction.atomic():
        try:
            act(by)
        except DomainError:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def may(move: Move, state: str, by: Actor, cast: Cast) -> bool:
    """What the table says. Only the unit that decided the listing takes a step."""
    if move.act is None:
        return state in move.sources and by.is_system
    return state in move.sources and move.act in by.acts and by.unit == cast.court


@pytest.mark.parametrize("state", EntryState.values)
def test_every_state_move_and_role(cast: Cast, state: str) -> None:
    entry = bring_to(cast, state)
    _told(cast, False)
    acts = acts_of(cast, entry)
    assert set(acts) == {move.name for move in ENTRY}
    actors = [cast.actor(person) for person in PEOPLE] + [SYSTEM]
    for move, by in product(ENTRY, actors):
        if by.is_system and move.act is not None:
            continue
        assert was_taken(acts[move.name], by) == may(move, state, by, cast), (move.name, state, str(by))


@pytest.mark.parametrize("state", ProposalState.values)
def test_every_state_move_and_role_of_a_proposal(cast: Cast, state: str) -> None:
    entry = bring_to(cast, "PUBLISHED")
    proposal = propose_removal(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason=R)
    if state == "APPROVED":
        approve_proposal(proposal=proposal, by=cast.actor("second_reviewer"))
    if state == "REFUSED":
        refuse_proposal(proposal=proposal, by=cast.actor("second_reviewer"), reason=R)
    if state == "WITHDRAWN":
        withdraw_proposal(proposal=proposal, by=cast.actor("clerk"), reason=R)
    if state == "LAPSED":
        _remove(cast, entry, cast.actor("second_reviewer"))
    assert EntryProposal.objects.get().state == state
    acts: dict[str, Callable[[Actor], object]] = {
        "approve": lambda by: approve_proposal(proposal=proposal, by=by),
        "refuse": lambda by: refuse_proposal(proposal=proposal, by=by, reason=R),
        "withdraw": lambda by: withdraw_proposal(proposal=proposal, by=by, reason=R),
        "lapse": lambda by: require_move(PROPOSAL, "lapse", state=EntryProposal.objects.get().state, by=by),
    }
    assert set(acts) == {move.name for move in PROPOSAL}
    for move, person in product(PROPOSAL, PEOPLE):
        by = cast.actor(person)
        assert was_taken(acts[move.name], by) == may(move, state, by, cast), (move.name, state, person)


def test_no_state_is_a_trap_and_none_is_out_of_reach() -> None:
    """From a draft every state can be reached; only what is purged stays so for ever."""
    reached = {EntryState.DRAFT.value}
    while more := {move.target for move in ENTRY if reached & set(move.sources)} - reached:
        reached |= more
    assert reached == set(EntryState.values)
    ends = {state for state in EntryState.values if not ENTRY.open_moves(state)}
    assert ends == {EntryState.PURGED}


def test_a_button_is_a_move_of_the_table() -> None:
    assert set(BUTTONS) < {move.name for move in ENTRY}
    assert all(ENTRY[name].act is not None for name in BUTTONS)


@pytest.mark.parametrize("move", [move for move in ENTRY if move.needs_reason], ids=lambda move: move.name)
def test_a_step_that_needs_a_reason_is_refused_without(cast: Cast, move: Move) -> None:
    entry = bring_to(cast, move.sources[0])
    reviewer, clerk = cast.actor("reviewer"), cast.actor("clerk")
    acts: dict[str, Callable[[], object]] = {
        "return": lambda: return_entries(entries=only(entry), by=reviewer, reason=" "),
        "discard": lambda: discard_entries(entries=only(entry), by=clerk, reason=" "),
        "stay": lambda: stay_entry(entry=entry, made_by=cast.clerk, by=reviewer, reason=" "),
        "lift_stay": lambda: lift_stay(entry=entry, made_by=cast.clerk, by=reviewer, reason=" "),
        "remove": lambda: remove_entry(
            entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=reviewer, reason=" "
        ),
    }
    with pytest.raises(DomainError, check=lambda error: error.code == "reason_missing"):
        acts[move.name]()
