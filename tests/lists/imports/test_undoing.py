"""What an import changed of entries known before is undone: withdrawn, restored, proposed back, or named and left."""

from typing import Any

import pytest

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from lists.enums import EntryState, ProposalState
from lists.models import Entry, EntryProposal, ListImport, RelatedPerson
from lists.services.defence import notify_entries
from lists.services.entries import discard_entries, return_entries, revise_draft, submit_entries
from lists.services.import_jobs import run_import
from lists.services.import_reversal import reversal_effect, reverse_import
from lists.services.import_undoing import left_rows
from lists.services.imports import confirm_import
from lists.services.proposals import (
    approve_proposal,
    propose_correction,
    propose_removal,
    refuse_proposal,
    withdraw_proposal,
)
from lists.services.publications import publish_entries
from tests.cast import Cast, make_user
from tests.lists.files import row
from tests.lists.imports.conftest import Give, codes
from tests.lists.imports.test_changes import heard
from tests.lists.imports.test_reversal import done
from tests.lists.steps import R, refused

CHANGED = {"列入事由": "另一事由", "失信程度": "严重", "违法事实": "新查明的事实"}
BEFORE = {"grounds": "测试事由", "dishonesty_class": "ORDINARY", "facts": ""}
AFTER = {"grounds": "另一事由", "dishonesty_class": "SERIOUS", "facts": "新查明的事实"}


@pytest.fixture
def known(give: Give, take: Give) -> Entry:
    """A draft of another import."""
    return take(give(row(1, 法定代表人="王测试"))).entries.get()


@pytest.fixture
def change(give: Give, take: Give) -> Give:
    """An import that changes it."""
    return lambda **given: take(give(row(1, **{**CHANGED, **given})), with_changes=True)


def publish(cast: Cast, entry: Entry) -> None:
    entries = Entry.objects.filter(pk=entry.pk)
    submit_entries(entries=entries, by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=entries, by=cast.actor("reviewer"))


def undo(cast: Cast, list_import: ListImport, who: str = "clerk") -> dict[str, int]:
    """What the page says before is what is done."""
    said = {name: count for name, count in reversal_effect(list_import).done.items() if count}
    was_done = done(reverse_import(list_import=list_import, by=cast.actor(who), reason="文件有误"))
    assert was_done == said
    return was_done


def values(entry: Entry) -> dict[str, Any]:
    entry.refresh_from_db()
    return {name: getattr(entry, name) for name in BEFORE}


def approve(cast: Cast, entry: Entry) -> None:
    approve_proposal(proposal=entry.proposals.get(state="OPEN"), by=cast.actor("reviewer"))


def why_left(list_import: ListImport) -> list[tuple[int, str]]:
    return [(left.row, left.code) for left in left_rows(list_import)]


# Drafts ----------------------------------------------------------------------------------------------------------


def test_a_draft_of_another_import_gets_its_earlier_values_back(cast: Cast, known: Entry, change: Give) -> None:
    term = (known.term_from, known.term_to, known.term_rule)
    brought = change()
    assert values(known) == AFTER
    assert undo(cast, brought) == {"restored": 1}
    assert values(known) == BEFORE
    assert (known.term_from, known.term_to, known.term_rule) == term
    assert [move.name for move in known.moves.order_by("id")] == ["draft", "revise", "revise"]
    assert "文件有误" in known.moves.latest("id").reason
    assert brought.rows.count() == 0


def test_who_restores_a_draft_is_its_maker(cast: Cast, known: Entry, change: Give) -> None:
    colleague = make_user("colleague", cast.court, Role.CLERK)
    reverse_import(list_import=change(), by=actor_of(colleague), reason=R)
    known.refresh_from_db()
    assert known.made_by == colleague
    assert {cast.clerk.pk, colleague.pk} <= known.makers


def test_the_earlier_representative_comes_back_with_his_number(cast: Cast, known: Entry, change: Give) -> None:
    person = known.related_persons.get()
    person.document_type, person.masked_number = "CITIZEN", "370***"
    person.sealed_number, person.number_index = "sealed", "index"
    person.save()
    brought = change(法定代表人="李测试")
    assert known.related_persons.get().name == "李测试"
    undo(cast, brought)
    again = known.related_persons.get()
    for name in ("role", "name", "document_type", "sealed_number", "masked_number", "number_index"):
        assert getattr(again, name) == getattr(person, name), name


def test_a_representative_that_was_not_there_goes_again(cast: Cast, give: Give, take: Give) -> None:
    entry = take(give(row(1))).entries.get()
    brought = take(give(row(1, 法定代表人="李测试")), with_changes=True)
    assert RelatedPerson.objects.filter(entry=entry).exists()
    assert undo(cast, brought) == {"restored": 1}
    assert not RelatedPerson.objects.filter(entry=entry).exists()


def test_a_returned_entry_is_restored_and_stays_returned(cast: Cast, known: Entry, change: Give) -> None:
    brought = change()
    entries = Entry.objects.filter(pk=known.pk)
    submit_entries(entries=entries, by=cast.actor("clerk"))
    with refused("entries_in_review"):
        undo(cast, brought)
    return_entries(entries=entries, by=cast.actor("reviewer"), reason=R)
    assert undo(cast, brought) == {"restored": 1}
    assert (values(known), known.state) == (BEFORE, EntryState.RETURNED)


def test_a_party_that_was_told_of_the_change_is_told_anew_of_its_reversal(
    cast: Cast, known: Entry, change: Give
) -> None:
    brought = change()
    heard(cast, Entry.objects.filter(pk=known.pk))
    assert undo(cast, brought) == {"restored": 1}
    assert (values(known), known.state, known.defence_until) == (BEFORE, EntryState.DRAFT, None)
    assert known.moves.latest("id").name == "reopen"


def test_two_changes_are_undone_one_after_the_other(cast: Cast, known: Entry, change: Give) -> None:
    first, second = change(), change(列入事由="第三事由")
    assert why_left(first) == [(2, "changed_since")]
    undo(cast, second)
    assert values(known) == AFTER
    assert undo(cast, first) == {"restored": 1}
    assert values(known) == BEFORE


def revise(cast: Cast, entry: Entry) -> None:
    given = {
        **{name: getattr(entry, name) for name in ("basis", "document_number", "document_on", "decided_on", "facts")},
        "name": entry.subject_name,
        "grounds": "手工改写",
        "dishonesty_class": "SERIOUS",
    }
    revise_draft(entry=entry, values=given, by=cast.actor("clerk"))


def discard(cast: Cast, entry: Entry) -> None:
    discard_entries(entries=Entry.objects.filter(pk=entry.pk), by=cast.actor("clerk"), reason=R)


def notify(cast: Cast, entry: Entry) -> None:
    cast.black.notice_required = True
    cast.black.save()
    notify_entries(entries=Entry.objects.filter(pk=entry.pk), by=cast.actor("clerk"))


@pytest.mark.parametrize(
    ("code", "meanwhile"), [("changed_since", revise), ("entry_left", discard), ("told_since", notify)]
)
def test_what_others_have_done_since_is_named_and_left(
    cast: Cast, known: Entry, give: Give, take: Give, code: str, meanwhile: Any
) -> None:
    brought = take(give(row(1, **CHANGED), row(2)), with_changes=True)
    known.refresh_from_db()
    meanwhile(cast, known)
    before = values(known)
    assert why_left(brought) == [(2, code)]
    assert undo(cast, brought) == {"discarded": 1, "left": 1}
    assert values(known) == before
    brought.refresh_from_db()
    assert why_left(brought) == [(2, code)], "named afterwards too"
    assert brought.rows.changed().get().entry == known


def test_where_nothing_can_be_undone_nothing_is_reversed(cast: Cast, known: Entry, change: Give) -> None:
    brought = change()
    discard(cast, known)
    with refused("nothing_to_reverse"):
        reverse_import(list_import=brought, by=cast.actor("clerk"), reason=R)
    brought.refresh_from_db()
    assert (brought.reversed_at, brought.rows.changed().get().errors) == (None, None)


# Published entries -----------------------------------------------------------------------------------------------


def test_a_proposal_remembers_its_import_and_is_withdrawn_with_it(cast: Cast, known: Entry, change: Give) -> None:
    publish(cast, known)
    brought = change()
    proposal = EntryProposal.objects.get()
    assert proposal.from_import == brought
    assert undo(cast, brought) == {"withdrawn": 1}
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ProposalState.WITHDRAWN, None)
    move = proposal.moves.latest("id")
    assert (move.name, move.from_state, move.to_state, move.by) == ("withdraw", "OPEN", "WITHDRAWN", cast.clerk)
    with refused("move_not_open"):
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert (values(known), known.version) == (BEFORE, 1)
    assert give_again_is_changed(change)


def give_again_is_changed(change: Give) -> bool:
    return change().proposals.filter(state="OPEN").count() == 1


def test_an_approved_correction_is_proposed_back_through_the_review(cast: Cast, known: Entry, change: Give) -> None:
    publish(cast, known)
    known.refresh_from_db()
    term_to = known.term_to
    brought = change()
    approve(cast, known)
    assert values(known) == AFTER
    assert undo(cast, brought) == {"corrected": 1}
    assert values(known) == AFTER, "another person decides"
    back = known.proposals.get(state="OPEN")
    assert (back.kind, back.proposed_by, back.from_import) == ("CORRECTION", cast.clerk, None)
    with refused("act_not_allowed"):
        approve_proposal(proposal=back, by=cast.actor("clerk"))
    approve_proposal(proposal=back, by=cast.actor("reviewer"))
    assert (values(known), known.term_to, known.version) == (BEFORE, term_to, 3)


def test_a_draft_published_since_is_proposed_back_too(cast: Cast, known: Entry, change: Give) -> None:
    brought = change()
    publish(cast, known)
    assert undo(cast, brought) == {"corrected": 1}
    approve(cast, known)
    assert values(known) == BEFORE


def test_a_refused_or_withdrawn_correction_leaves_nothing_to_undo(
    cast: Cast, known: Entry, give: Give, take: Give
) -> None:
    publish(cast, known)
    for end, who in ((refuse_proposal, "reviewer"), (withdraw_proposal, "clerk")):
        brought = take(give(row(1, **CHANGED), row(EntryProposal.objects.count() + 2)), with_changes=True)
        end(proposal=known.proposals.get(state="OPEN"), by=cast.actor(who), reason=R)
        assert undo(cast, brought) == {"discarded": 1}


def correct(cast: Cast, entry: Entry) -> None:
    propose_correction(entry=entry, new_values={"grounds": "他人更正"}, by=cast.actor("clerk"), reason=R)
    approve(cast, entry)


def remove(cast: Cast, entry: Entry) -> None:
    propose_removal(entry=entry, exit_reason="LISTED_IN_ERROR", by=cast.actor("clerk"), reason=R)  # type: ignore[arg-type]
    approve(cast, entry)


def correct_another_value(cast: Cast, entry: Entry) -> None:
    propose_correction(entry=entry, new_values={"basis": "测试法第九条"}, by=cast.actor("clerk"), reason=R)
    approve(cast, entry)


@pytest.mark.parametrize(
    ("code", "meanwhile"),
    [("changed_since", correct), ("changed_since", correct_another_value), ("entry_left", remove)],
)
def test_a_published_entry_that_others_changed_is_named_and_left(
    cast: Cast, known: Entry, give: Give, take: Give, code: str, meanwhile: Any
) -> None:
    publish(cast, known)
    brought = take(give(row(1, **CHANGED), row(2)), with_changes=True)
    approve(cast, known)
    known.refresh_from_db()
    meanwhile(cast, known)
    assert why_left(brought) == [(2, code)]
    assert undo(cast, brought) == {"discarded": 1, "left": 1}
    assert not known.proposals.filter(state="OPEN").exists()


def test_the_representative_of_a_published_entry_stays(cast: Cast, known: Entry, give: Give, take: Give) -> None:
    brought = take(give(row(1, 法定代表人="李测试"), row(2)), with_changes=True)
    publish(cast, known)
    assert undo(cast, brought) == {"discarded": 1, "left": 1}
    brought.refresh_from_db()
    assert why_left(brought) == [(2, "representative_stays")]


def test_while_another_proposal_is_open_nothing_is_undone(cast: Cast, known: Entry, change: Give) -> None:
    publish(cast, known)
    brought = change()
    approve(cast, known)
    propose_removal(entry=known, exit_reason="LISTED_IN_ERROR", by=cast.actor("clerk"), reason=R)  # type: ignore[arg-type]
    with refused("proposal_open"):
        undo(cast, brought)
    assert values(known) == AFTER


# Before that -----------------------------------------------------------------------------------------------------


def test_an_entry_changed_between_check_and_import_is_left_out(cast: Cast, known: Entry, give: Give) -> None:
    """So the earlier values that an import remembers are those that it really replaced."""
    given = give(row(1, **CHANGED), row(2))
    confirm_import(list_import=given, by=cast.actor("clerk"), with_changes=True)
    revise(cast, known)
    run_import(given.pk)
    given.refresh_from_db()
    assert (codes(given), given.left_out_count) == (["entry_changed"], 1)
    assert values(known)["grounds"] == "手工改写"


def test_a_draft_published_between_check_and_import_keeps_its_representative(
    cast: Cast, known: Entry, give: Give
) -> None:
    given = give(row(1, 法定代表人="李测试", **CHANGED), row(2))
    confirm_import(list_import=given, by=cast.actor("clerk"), with_changes=True)
    publish(cast, known)
    run_import(given.pk)
    assert codes(given) == ["entry_changed"]
    assert not EntryProposal.objects.exists()


def test_a_proposal_is_withdrawn_by_its_own_unit_with_a_reason(cast: Cast, known: Entry, change: Give) -> None:
    publish(cast, known)
    change()
    proposal = EntryProposal.objects.get()
    with refused("reason_missing"):
        withdraw_proposal(proposal=proposal, by=cast.actor("clerk"), reason=" ")
    with refused("not_your_unit"):
        withdraw_proposal(proposal=proposal, by=cast.actor("stranger"), reason=R)
    with refused("act_not_allowed"):
        withdraw_proposal(proposal=proposal, by=cast.actor("reviewer"), reason=R)
    assert withdraw_proposal(proposal=proposal, by=cast.actor("clerk"), reason=R).state == ProposalState.WITHDRAWN
