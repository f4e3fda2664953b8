"""A basis that falls, a subject that ceases, a red entry that is dishonoured: each with its proof and its limit."""

from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from jinan_credit.accounts.workbench import counters_for
from jinan_credit.kernel import clock
from lists.enums import EntryState, ExitReason, ProposalKind, PublicationKind
from lists.models import Change, Entry, EntryProposal, EntryProposalMove, Publication
from lists.selectors import other_listed_entries
from lists.services.defence import notify_entries
from lists.services.entries import draft_entry, return_entries, revise_draft
from lists.services.fallen_basis import report_fallen_basis
from lists.services.proposal_batches import approve_proposals
from lists.services.proposals import approve_proposal, propose_correction, propose_removal, refuse_proposal
from lists.services.removals import remove_entry
from tests.cast import Cast, company_values, make_user, publish_one
from tests.lists.browser import signed_in
from tests.lists.steps import R, codes, draft, fresh, only, order, publish, refused, stay, submit, told, values

# A Wednesday.
DAY = date(2026, 3, 4)
NUMBER = "（2026）测撤销8号"


def withdraw(cast: Cast, entry: Entry, **given: object) -> EntryProposal:
    given = {"order": order(), "learned_on": clock.today(), **given}
    return propose_removal(
        entry=entry, exit_reason=ExitReason.BASIS_CHANGED, by=cast.actor("clerk"), reason="判决已撤销", **given
    )


def cease(cast: Cast, entry: Entry, **given: object) -> EntryProposal:
    given = {"order": order(), "ceased_on": clock.today(), **given}
    return propose_removal(
        entry=entry, exit_reason=ExitReason.SUBJECT_CEASED, by=cast.actor("clerk"), reason="已注销", **given
    )


def report(cast: Cast, number: str = NUMBER, person: str = "clerk", reason: str = "判决已撤销") -> object:
    return report_fallen_basis(
        document_number=number, order=order(), learned_on=clock.today(), by=cast.actor(person), reason=reason
    )


class TestFallenBasis:
    def test_it_is_decided_within_three_working_days(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            proposal = withdraw(cast, publish_one(cast))
            assert proposal.due_on == date(2026, 3, 9)
            assert list(EntryProposal.objects.fallen_basis()) == [proposal]
            assert not EntryProposal.objects.overdue(date(2026, 3, 9)).exists()
            assert EntryProposal.objects.overdue(date(2026, 3, 10)).exists()
            approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
            assert not EntryProposal.objects.overdue(date(2026, 3, 10)).exists()

    def test_the_limit_runs_from_the_day_on_which_the_unit_learned_of_it(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            entry = publish_one(cast)
            proposal = withdraw(cast, entry, order=order(days_ago=9), learned_on=clock.today() - timedelta(days=5))
        assert proposal.due_on == date(2026, 3, 3)  # Saturday, 28 February, was a make-up working day

    def test_it_names_the_document_and_the_day(self, cast: Cast) -> None:
        entry = publish_one(cast)
        with refused("order_missing"):
            withdraw(cast, entry, order=None)
        with refused("learned_on_missing"):
            withdraw(cast, entry, learned_on=None)
        with refused("learned_in_future"):
            withdraw(cast, entry, learned_on=clock.today() + timedelta(days=1))
        with refused("learned_before_order"):
            withdraw(cast, entry, learned_on=clock.today() - timedelta(days=1))

    def test_a_correction_because_of_it_has_the_same_limit(self, cast: Cast) -> None:
        entry, given = publish_one(cast), {"new_values": {"grounds": "变更后的事由"}, "reason": "判决已变更"}
        with refused("order_missing"):
            propose_correction(entry=entry, by=cast.actor("clerk"), learned_on=clock.today(), **given)
        proposal = propose_correction(
            entry=entry, by=cast.actor("clerk"), learned_on=clock.today(), order=order(), **given
        )
        assert proposal.due_on is not None
        assert EntryProposal.objects.fallen_basis().get() == proposal

    def test_the_workbench_counts_it_and_is_urgent_when_it_is_overdue(self, cast: Cast) -> None:
        with time_machine.travel(DAY, tick=False):
            withdraw(cast, publish_one(cast))
            (counter,) = (one for one in counters_for(cast.actor("reviewer")) if "fallen" in one.url)
            assert (counter.count, counter.is_urgent) == (1, False)
        with time_machine.travel(date(2026, 3, 10), tick=False):
            (counter,) = (one for one in counters_for(cast.actor("reviewer")) if "fallen" in one.url)
            assert counter.is_urgent

    def test_everything_that_rests_on_the_document_is_proposed_at_once(self, cast: Cast) -> None:
        entries = [publish_one(cast, seed=seed, document_number=NUMBER) for seed in (1, 2, 3)]
        other = publish_one(cast, seed=4)
        stay(cast, entries[0])
        withdraw(cast, entries[1])
        outcome = report(cast, "(2026)测撤销8号")
        assert (outcome.done, codes(outcome)) == (2, ["proposal_open"])
        made = EntryProposal.objects.filter(reason="判决已撤销")
        assert set(made.values_list("entry", flat=True)) == {entry.pk for entry in entries}
        assert set(made.values_list("order_number", "learned_on")) == {(order().number, clock.today())}
        assert EntryProposalMove.objects.filter(of__in=made, name="propose", by=cast.clerk).count() == 3
        assert not other.proposals.exists()

    def test_nothing_else_that_rests_on_it_is_published(self, cast: Cast) -> None:
        publish_one(cast, document_number=NUMBER)
        waiting = submit(cast, draft(cast, 2, document_number="〔2026〕测撤销8号"))
        returned = submit(cast, draft(cast, 3, document_number=NUMBER))
        report(cast)
        with refused("basis_fell") as caught:
            publish(cast, waiting)
        assert "〔2026〕测撤销8号" in str(caught.value)
        return_entries(entries=only(returned), by=cast.actor("reviewer"), reason=R)
        with refused("basis_fell"):
            submit(cast, returned)
        with refused("basis_fell"):
            notify_entries(
                entries=only(draft(cast, 4, credit_list=told(cast.black), document_number=NUMBER)),
                by=cast.actor("clerk"),
            )

    def test_an_entry_on_the_document_that_stands_now_is_published(self, cast: Cast) -> None:
        publish_one(cast, document_number=NUMBER)
        entry, other = draft(cast, 2, document_number=NUMBER), draft(cast, 3)
        report(cast)
        publish(cast, submit(cast, other))
        revise_draft(entry=entry, values=values(2, document_number="（2026）测重作9号"), by=cast.actor("clerk"))
        publish(cast, submit(cast, entry))

    def test_a_report_that_was_refused_holds_nothing_up(self, cast: Cast) -> None:
        listed = publish_one(cast, document_number=NUMBER)
        entry = draft(cast, 2, document_number=NUMBER)
        report(cast)
        with refused("basis_fell"):
            submit(cast, entry)
        refuse_proposal(proposal=listed.proposals.get(), by=cast.actor("reviewer"), reason=R)
        publish(cast, submit(cast, entry))

    def test_one_that_lapsed_with_its_entry_holds_it_up_too(self, cast: Cast) -> None:
        """Nobody has said that the document stands."""
        listed, entry = publish_one(cast, document_number=NUMBER), draft(cast, 2, document_number=NUMBER)
        report(cast)
        remove_entry(
            entry=listed,
            exit_reason=ExitReason.LISTED_IN_ERROR,
            made_by=cast.clerk,
            by=cast.actor("reviewer"),
            reason=R,
        )
        assert listed.proposals.get().state == "LAPSED"
        with refused("basis_fell"):
            submit(cast, entry)

    def test_one_that_has_led_to_a_removal_holds_it_up_for_good(self, cast: Cast) -> None:
        entry = draft(cast, 2, document_number=NUMBER)
        proposal = withdraw(cast, publish_one(cast, document_number=NUMBER))
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
        with refused("basis_fell"):
            submit(cast, entry)

    def test_what_another_unit_reports_of_a_number_holds_up_its_own_entries_alone(self, cast: Cast) -> None:
        entry = draft(cast, 2, document_number=NUMBER)
        listed = publish_one(cast, document_number=NUMBER)
        withdraw(cast, listed)
        only(listed).update(unit=cast.finance)
        publish(cast, submit(cast, entry))

    def test_a_report_is_refused_without_reason_right_or_entry(self, cast: Cast) -> None:
        with refused("no_entry_rests_on_it"):
            report(cast)
        entry = publish_one(cast, document_number=NUMBER)
        with refused("no_entry_rests_on_it"):
            report(cast, person="stranger")
        with refused("reason_missing"):
            report(cast, reason=" ")
        with refused("act_not_allowed"):
            report(cast, person="reviewer")
        withdraw(cast, entry)
        with refused("proposal_open"):
            report(cast)

    def test_many_removals_for_one_reason_are_one_publication(self, cast: Cast) -> None:
        entries = [publish_one(cast, seed=seed, document_number=NUMBER) for seed in (1, 2, 3)]
        stay(cast, entries[0])
        report(cast)
        outcome = approve_proposals(proposals=EntryProposal.objects.all(), by=cast.actor("reviewer"))
        assert (outcome.done, outcome.left_out_count) == (3, 1)  # the approved stay stands among them
        publication = Publication.objects.get(kind=PublicationKind.REMOVAL)
        assert (publication.count, publication.made_by, publication.approved_by) == (3, cast.clerk, cast.reviewer)
        assert Change.objects.filter(publication=publication, op="remove", reason="BASIS_CHANGED").count() == 3
        states = {move.from_state for entry in entries for move in entry.moves.filter(name="remove")}
        assert states == {EntryState.PUBLISHED, EntryState.STAYED}
        assert EntryProposalMove.objects.filter(name="approve", by=cast.reviewer).count() == 4

    def test_of_many_the_own_ones_are_left_out(self, cast: Cast) -> None:
        cast.both = make_user("both", cast.court, "CLERK", "REVIEWER")
        for seed, person in ((1, "clerk"), (2, "both"), (3, "both")):
            propose_removal(
                entry=publish_one(cast, seed=seed),
                exit_reason=ExitReason.LISTED_IN_ERROR,
                by=cast.actor(person),
                reason=R,
            )
        outcome = approve_proposals(proposals=EntryProposal.objects.all(), by=cast.actor("both"))
        assert (outcome.done, codes(outcome)) == (1, ["own_work", "own_work"])
        with refused("own_work"):
            approve_proposals(proposals=EntryProposal.objects.filter(state="OPEN"), by=cast.actor("both"))
        with refused("act_not_allowed"):
            approve_proposals(proposals=EntryProposal.objects.all(), by=cast.actor("clerk"))
        with refused("nothing_selected"):
            approve_proposals(proposals=EntryProposal.objects.all(), by=cast.actor("stranger"))

    def test_the_database_refuses_a_limit_without_its_document(self, cast: Cast) -> None:
        proposal = withdraw(cast, publish_one(cast))
        with pytest.raises(IntegrityError, match="fallen_basis_has_its_document_and_limit"):
            EntryProposal.objects.filter(pk=proposal.pk).update(order_number="")

    def test_the_database_refuses_a_removal_without_exit_reason(self, cast: Cast) -> None:
        with pytest.raises(IntegrityError, match="proposal_of_removal_names_the_exit_reason"):
            EntryProposal.objects.create(
                entry=publish_one(cast),
                kind=ProposalKind.REMOVAL,
                reason=R,
                proposed_by=cast.clerk,
                proposed_at=clock.now(),
            )

    def test_the_database_refuses_a_second_open_proposal(self, cast: Cast) -> None:
        entry = publish_one(cast)
        withdraw(cast, entry)
        with refused("proposal_open"):
            withdraw(cast, entry)
        with pytest.raises(IntegrityError, match="entry_has_one_open_proposal"):
            EntryProposal.objects.create(
                entry=entry,
                kind=ProposalKind.CORRECTION,
                reason=R,
                proposed_by=cast.clerk,
                proposed_at=clock.now(),
            )

    def test_the_database_refuses_a_decision_without_a_person(self, cast: Cast) -> None:
        proposal = withdraw(cast, publish_one(cast))
        with pytest.raises(IntegrityError, match="proposal_decision_has_a_person_and_a_time"):
            EntryProposal.objects.filter(pk=proposal.pk).update(decided_at=clock.now())


class TestSubjectCeased:
    def test_it_is_proved_and_kept_with_the_subject(self, cast: Cast) -> None:
        entry = publish_one(cast)
        with refused("order_missing"):
            cease(cast, entry, order=None)
        with refused("ceased_on_missing"):
            cease(cast, entry, ceased_on=None)
        with refused("ceased_in_future"):
            cease(cast, entry, ceased_on=clock.today() + timedelta(days=1))
        proposal = cease(cast, entry)
        assert fresh(entry).subject.ceased_on is None
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
        left = fresh(entry)
        assert (left.exit_reason, left.subject.ceased_on) == ("SUBJECT_CEASED", clock.today())

    def test_nobody_lists_it_again(self, cast: Cast) -> None:
        entry = publish_one(cast)
        again = {"code": entry.subject.code, "credit_list": cast.black}
        waiting, returned = draft(cast, 2, **again), draft(cast, 3, **again)
        submit(cast, waiting)
        approve_proposal(proposal=cease(cast, entry), by=cast.actor("reviewer"))
        with refused("subject_ceased"):
            draft(cast, 4, **again)
        with refused("subject_ceased"):
            revise_draft(entry=returned, values=values(3, code=entry.subject.code), by=cast.actor("clerk"))
        with refused("subject_ceased"):
            submit(cast, returned)
        with refused("subject_ceased"):
            publish(cast, waiting)

    def test_its_other_entries_are_shown_to_whom_they_concern(self, cast: Cast) -> None:
        entry = publish_one(cast)
        other = publish_one(cast, seed=2, code=entry.subject.code)
        draft(cast, 3, code=entry.subject.code)
        publish_one(cast, seed=4)
        assert list(other_listed_entries(entry, cast.actor("clerk"))) == [other]
        page = signed_in(cast.clerk).get(reverse("entry_ceased", args=[entry.pk])).content.decode()
        assert f"该主体的其他条目也不能保留：{cast.black}。" in page
        stay(cast, other)
        assert list(other_listed_entries(entry, cast.actor("finance_clerk"))) == [other]
        assert not other_listed_entries(entry, cast.actor("stranger")).exists()

    def test_the_database_refuses_a_ceasing_without_proof(self, cast: Cast) -> None:
        proposal = cease(cast, publish_one(cast))
        with pytest.raises(IntegrityError, match="ceasing_of_the_subject_is_proved"):
            EntryProposal.objects.filter(pk=proposal.pk).update(order_by="")


class TestDishonour:
    def test_only_a_red_entry_is_dishonoured(self, cast: Cast) -> None:
        given = {"exit_reason": ExitReason.DISHONOURED, "by": cast.actor("clerk"), "reason": "弄虚作假"}
        with refused("dishonour_is_for_red_lists"):
            propose_removal(entry=publish_one(cast), **given)
        red = publish_one(cast, seed=2, credit_list=cast.red, dishonesty_class="")
        approve_proposal(proposal=propose_removal(entry=red, **given), by=cast.actor("reviewer"))
        assert fresh(red).exit_reason == ExitReason.DISHONOURED

    def test_the_workbench_counts_red_entries_of_black_listed_parties(self, cast: Cast) -> None:
        red = publish_one(cast, credit_list=cast.red, dishonesty_class="")
        publish_one(cast, seed=2, code=red.subject.code)
        (counter,) = (one for one in counters_for(cast.actor("clerk")) if "mark=BLACK_LISTED" in one.url)
        assert counter.count == 1


def test_an_entry_keeps_the_version_of_the_list_under_which_it_was_published(cast: Cast) -> None:
    first = publish_one(cast)
    cast.black.category = "新的类别"
    cast.black.save()
    second = publish_one(cast, seed=2)
    assert first.list_version.content["category"] == ""
    assert second.list_version.content["category"] == "新的类别"
    assert only(first).get().list_version == first.list_version


def test_a_draft_of_another_list_is_not_held_up(cast: Cast) -> None:
    given = company_values(Random(1), dishonesty_class="")
    assert draft_entry(credit_list=cast.red, values=given, by=cast.actor("clerk")).state == EntryState.DRAFT
