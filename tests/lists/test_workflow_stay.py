"""Stay of execution by order: out of force and out of the feed, yet on the list; and back again."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError

from jinan_credit.exchange.digests import digest_of
from jinan_credit.kernel import clock
from lists.enums import (
    ChangeReason,
    EntryState,
    ExitReason,
    Mark,
    ProposalKind,
    PublicationKind,
)
from lists.models import Change, Entry, EntryProposal
from lists.selectors import entries_of
from lists.services.amendments import mark_entry, unmark_entry
from lists.services.orders import Order
from lists.services.proposals import (
    approve_proposal,
    propose_correction,
    propose_lift,
    propose_removal,
    propose_stay,
    refuse_proposal,
)
from lists.services.removals import expire_entries
from sanctions.enums import TaskKind
from sanctions.models import UnitTask
from tests.cast import Cast, make_user, publish_one
from tests.lists.steps import R, fresh, lift, only, order, refused, stay


def feed_of(entry: Entry) -> list[tuple[str, str, int]]:
    return list(Change.objects.filter(entry=entry).order_by("version").values_list("op", "reason", "version"))


def test_a_stay_takes_the_entry_out_of_force_and_out_of_the_feed(cast: Cast) -> None:
    entry = publish_one(cast)
    publication = stay(cast, entry)
    stayed = fresh(entry)
    assert (stayed.state, stayed.exit_on, stayed.version) == (EntryState.STAYED, None, 2)
    assert (publication.kind, publication.made_by, publication.approved_by) == ("STAY", cast.clerk, cast.reviewer)
    assert feed_of(entry) == [("upsert", "PUBLISHED", 1), ("remove", "STAYED", 2)]
    assert not stayed.is_in_force
    assert not Entry.objects.in_force().exists()
    assert not Entry.objects.public().exists()
    assert not entries_of(code=entry.subject.code).in_force().exists()
    assert digest_of(cast.black).count == 0


def test_the_end_of_a_stay_brings_it_back(cast: Cast) -> None:
    entry = publish_one(cast)
    stay(cast, entry)
    publication = lift(cast, entry)
    assert publication.kind == PublicationKind.STAY_LIFTED
    assert fresh(entry).is_in_force
    assert feed_of(entry)[-1] == ("upsert", "STAY_LIFTED", 3)
    assert digest_of(cast.black).count == 1
    assert [move.name for move in entry.moves.all()][-2:] == ["stay", "lift_stay"]


def test_the_units_release_for_the_stay_and_sign_for_its_end(cast: Cast) -> None:
    entry = publish_one(cast)
    first, second = stay(cast, entry), lift(cast, entry)

    def kinds(publication: object) -> set[str]:
        return set(UnitTask.objects.filter(publication=publication).values_list("kind", flat=True))

    assert kinds(first) == {TaskKind.RELEASE}
    assert kinds(second) == {TaskKind.SIGN}
    assert UnitTask.objects.filter(publication=first).count() == 2


def test_a_stay_needs_its_order_and_two_people(cast: Cast) -> None:
    entry = publish_one(cast)
    for missing in (
        Order("", "法院", clock.today()),
        Order("一号", " ", clock.today()),
        Order("一号", "法院", None),
    ):
        with refused("order_missing"):
            propose_stay(entry=entry, order=missing, by=cast.actor("clerk"), reason=R)
    with refused("order_in_future"):
        propose_stay(entry=entry, order=order(days_ago=-1), by=cast.actor("clerk"), reason=R)
    with refused("act_not_allowed"):
        propose_stay(entry=entry, order=order(), by=cast.actor("reviewer"), reason=R)
    cast.both = make_user("both", cast.court, "CLERK", "REVIEWER")
    proposal = propose_stay(entry=entry, order=order(), by=cast.actor("both"), reason=R)
    with refused("own_work"):
        approve_proposal(proposal=proposal, by=cast.actor("both"))
    assert (proposal.order_number, proposal.order_by) == ("（2026）测行1号", "测试中级法院")


def test_only_what_is_published_is_stayed_and_only_what_is_stayed_is_lifted(cast: Cast) -> None:
    entry = publish_one(cast)
    with refused("entry_not_stayed"):
        propose_lift(entry=entry, order=order(), by=cast.actor("clerk"), reason=R)
    stay(cast, entry)
    with refused("entry_not_published"):
        propose_stay(entry=fresh(entry), order=order(), by=cast.actor("clerk"), reason=R)


def test_a_refused_stay_changes_nothing(cast: Cast) -> None:
    entry = publish_one(cast)
    proposal = propose_stay(entry=entry, order=order(), by=cast.actor("clerk"), reason=R)
    refuse_proposal(proposal=proposal, by=cast.actor("reviewer"), reason="裁定未生效")
    assert fresh(entry).is_in_force


def test_a_stayed_entry_expires_and_is_removed_with_a_newer_version(cast: Cast) -> None:
    expiring, leaving = publish_one(cast, seed=1), publish_one(cast, seed=2)
    stay(cast, expiring)
    stay(cast, leaving)
    proposal = propose_removal(entry=leaving, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason=R)
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert feed_of(leaving)[1:] == [("remove", "STAYED", 2), ("remove", "LISTED_IN_ERROR", 3)]
    with time_machine.travel(expiring.term_to + timedelta(days=1), tick=False):
        assert expire_entries() == 1
    assert feed_of(expiring)[1:] == [("remove", "STAYED", 2), ("remove", "EXPIRED", 3)]
    step = expiring.moves.order_by("-pk")[0]
    assert (step.name, step.from_state) == ("expire", EntryState.STAYED)
    assert digest_of(cast.black).count == 0


def test_a_stay_that_outlives_the_term_is_not_lifted(cast: Cast) -> None:
    entry = publish_one(cast)
    stay(cast, entry)
    with time_machine.travel(entry.term_to + timedelta(days=1), tick=False), refused("term_over"):
        lift(cast, entry)


@pytest.mark.parametrize("is_stayed", [False, True])
def test_a_correction_of_the_term_revives_no_entry_whose_last_day_has_passed(cast: Cast, is_stayed: bool) -> None:
    entry = publish_one(cast, term_to=clock.today() + timedelta(days=10))
    if is_stayed:
        stay(cast, entry)
    longer = {"term_to": (entry.term_to + timedelta(days=30)).isoformat()}
    proposal = propose_correction(entry=fresh(entry), new_values=longer, by=cast.actor("clerk"), reason=R)
    with time_machine.travel(entry.term_to + timedelta(days=1), tick=False):
        with refused("term_over"):
            approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
        assert expire_entries() == 1
    assert fresh(entry).exit_reason == ExitReason.EXPIRED


def test_on_its_last_day_the_term_may_still_be_corrected(cast: Cast) -> None:
    entry = publish_one(cast, term_to=clock.today() + timedelta(days=10))
    longer = {"term_to": (entry.term_to + timedelta(days=30)).isoformat()}
    proposal = propose_correction(entry=entry, new_values=longer, by=cast.actor("clerk"), reason=R)
    with time_machine.travel(entry.term_to, tick=False):
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert fresh(entry).term_to > entry.term_to


def test_a_correction_during_the_stay_is_told_when_it_ends(cast: Cast) -> None:
    entry = publish_one(cast)
    stay(cast, entry)
    proposal = propose_correction(
        entry=fresh(entry), new_values={"grounds": "更正后的事由"}, by=cast.actor("clerk"), reason="笔误"
    )
    publication = approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert feed_of(entry)[-1] == ("remove", "STAYED", 3)
    assert not UnitTask.objects.filter(publication=publication).exists()
    assert digest_of(cast.black).count == 0
    lift(cast, entry)
    assert Change.objects.get(entry=entry, version=4).body["grounds"] == "更正后的事由"


def test_marks_during_the_stay_are_told_when_it_ends(cast: Cast) -> None:
    entry = publish_one(cast)
    stay(cast, entry)
    for mark in (Mark.OBJECTION_OPEN, Mark.REPAIR_OPEN):
        told = mark_entry(entry=entry, mark=mark, change_reason=ChangeReason.OBJECTION_OPENED, by=cast.actor("clerk"))
        assert told is None
    assert (
        unmark_entry(
            entry=entry,
            mark=Mark.REPAIR_OPEN,
            change_reason=ChangeReason.REPAIR_REFUSED,
            by=cast.actor("clerk"),
        )
        is None
    )
    assert len(feed_of(entry)) == 2
    lift(cast, entry)
    assert Change.objects.get(entry=entry, version=3).body["marks"] == [Mark.OBJECTION_OPEN]


@pytest.mark.parametrize("kind", [ProposalKind.STAY, ProposalKind.LIFT_STAY])
def test_the_database_refuses_a_stay_without_order(cast: Cast, kind: str) -> None:
    with pytest.raises(IntegrityError, match="stay_rests_on_an_order"):
        EntryProposal.objects.create(
            entry=publish_one(cast), kind=kind, reason=R, proposed_by=cast.clerk, proposed_at=clock.now()
        )


def test_the_database_refuses_a_stay_that_nobody_reviewed(cast: Cast) -> None:
    entry = publish_one(cast)
    with pytest.raises(IntegrityError, match="entry_published_was_reviewed"):
        only(entry).update(state=EntryState.STAYED, reviewed_by=None)
