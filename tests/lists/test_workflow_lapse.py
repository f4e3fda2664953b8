"""An entry leaves while a proposal about it is open: the proposal lapses, and waits for nobody any more."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinan_credit.accounts.actors import SYSTEM
from jinan_credit.accounts.applicants import Applicant, Relation
from jinan_credit.kernel import clock
from lists.deadlines import SOURCES
from lists.enums import DishonestyClass, ExitReason
from lists.models import Entry, EntryProposal, EntryProposalMove
from lists.services.proposals import approve_proposal, propose_lift, propose_removal
from lists.services.removals import expire_entries, remove_entries, remove_entry
from lists.services.synthetic import uscc
from lists.workbench import counters
from repair.models import RepairApplication
from repair.services.applications import Plea, accept_repair, submit_repair, verify_repair
from repair.services.decisions import approve_repair
from tests.at_once import begun_in_turn
from tests.cast import Cast, make_cast, publish_many, publish_one
from tests.lists.steps import R, order, refused, stay


def propose(cast: Cast, entry: Entry) -> EntryProposal:
    """With a limit, as where its document fell."""
    return propose_removal(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        order=order(),
        learned_on=clock.today(),
        by=cast.actor("clerk"),
        reason=R,
    )


def verified_repair(cast: Cast, entry: Entry) -> RepairApplication:
    clerk, plea = cast.actor("clerk"), Plea("已缴清罚款", "缴款凭证", "承诺属实")
    applicant = Applicant("测试企业", Relation.SELF, uscc(Random(5)), "0531-00000000")
    case = submit_repair(entry=entry, applicant=applicant, plea=plea, by=SYSTEM).application
    accept_repair(application=case, by=clerk)
    return verify_repair(application=case, by=clerk, reason="已整改")


def assert_lapsed(*proposals: EntryProposal) -> None:
    for proposal in proposals:
        proposal.refresh_from_db()
        assert (proposal.state, proposal.decided_by, proposal.decided_at) == ("LAPSED", None, None)
        move = proposal.moves.latest("id")
        assert (move.name, move.from_state, move.to_state, move.by) == ("lapse", "OPEN", "LAPSED", None)
    assert EntryProposalMove.objects.filter(name="lapse").count() == len(proposals)


def remove(*entries: Entry, cast: Cast) -> None:
    act = {"exit_reason": ExitReason.LISTED_IN_ERROR, "made_by": cast.clerk, "by": cast.actor("reviewer"), "reason": R}
    if len(entries) == 1:
        remove_entry(entry=entries[0], **act)
    else:
        remove_entries(credit_list=cast.black, entries=[entry.pk for entry in entries], **act)


@pytest.mark.parametrize("count", [1, 3])
def test_of_what_is_removed_they_wait_for_nobody(cast: Cast, count: int) -> None:
    leaving, reviewer = [publish_one(cast, seed=seed) for seed in range(1, count + 1)], cast.actor("reviewer")
    proposals, other = [propose(cast, entry) for entry in leaving], propose(cast, publish_one(cast, seed=9))
    remove(*leaving, cast=cast)
    assert_lapsed(*proposals)
    assert EntryProposal.objects.fallen_basis().get() == other
    assert [one.count for one in counters(reviewer) if one.url.endswith("#proposals")] == [1, 1]
    assert other.due_on is not None
    (owed,) = SOURCES[0].count(other.due_on).values()
    assert (owed.late, owed.soon) == (0, 1)
    with refused("move_not_open"):
        approve_proposal(proposal=proposals[0], by=reviewer)


def test_what_the_proposal_itself_carries_out_is_approved(cast: Cast) -> None:
    proposal = propose(cast, publish_one(cast))
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    proposal.refresh_from_db()
    assert proposal.state == "APPROVED"
    assert [move.name for move in proposal.moves.order_by("id")] == ["propose", "approve"]


def test_of_an_entry_that_is_repaired_it_lapses(cast: Cast) -> None:
    entry = publish_one(cast, dishonesty_class=DishonestyClass.MINOR)
    case, proposal = verified_repair(cast, entry), propose(cast, entry)
    approve_repair(application=case, by=cast.actor("reviewer"), reason="同意")
    assert_lapsed(proposal)


def test_at_the_end_of_the_term_they_lapse_by_as_many_statements_as_none(cast: Cast) -> None:
    publish_many(cast, 4)
    with time_machine.travel(_day_after_all(), tick=False), CaptureQueriesContext(connection) as without:
        assert expire_entries() == 4
    publish_many(cast, 12, seed=2)
    entries = Entry.objects.filter(state="PUBLISHED").order_by("pk")
    proposals = [propose(cast, entry) for entry in entries[:5]]
    with time_machine.travel(_day_after_all(), tick=False), CaptureQueriesContext(connection) as with_some:
        assert expire_entries() == 12
    assert len(with_some) == len(without)
    assert_lapsed(*proposals)


def test_the_end_of_a_stay_is_nothing_to_decide_when_the_term_is_over(cast: Cast) -> None:
    entry = publish_one(cast)
    stay(cast, entry)
    proposal = propose_lift(entry=entry, order=order("（2026）测行2号"), by=cast.actor("clerk"), reason=R)
    with time_machine.travel(entry.term_to + timedelta(days=1), tick=False):
        expire_entries()
    assert_lapsed(proposal)


def _day_after_all() -> date:
    return max(Entry.objects.values_list("term_to", flat=True)) + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("proposal_first", [True, False])
def test_a_repair_and_a_proposal_decided_at_once_take_turns(transactional_db: None, proposal_first: bool) -> None:
    """Both lock the proposal before the entry: the second finds what the first did."""
    cast = make_cast()
    entry = publish_one(cast, dishonesty_class=DishonestyClass.MINOR)
    case, proposal = verified_repair(cast, entry), propose(cast, entry)
    acts: list[Callable[[], object]] = [
        lambda: approve_proposal(proposal=proposal, by=cast.actor("reviewer")),
        lambda: approve_repair(application=case, by=cast.actor("second_reviewer"), reason="同意"),
    ]
    results = begun_in_turn(
        lambda: Entry.objects.select_for_update().get(pk=entry.pk), *(acts if proposal_first else reversed(acts))
    )
    assert results == ["done", "move_not_open"]
    proposal.refresh_from_db()
    assert proposal.state == ("APPROVED" if proposal_first else "LAPSED")
