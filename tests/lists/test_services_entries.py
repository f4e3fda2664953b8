"""An entry's way to its publication and off the list: who may, when, and what the database itself refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from jinan_credit.accounts.actors import Actor
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import EntryState, ExitReason, Mark, PublicationKind
from lists.models import Change, Entry, EntryMove, Publication
from lists.services.entries import discard_entries, draft_entry, return_entries, revise_draft, submit_entries
from lists.services.proposals import approve_proposal, propose_correction, propose_removal, refuse_proposal
from lists.services.publications import publish_entries
from lists.services.removals import expire_entries, remove_entry
from lists.services.reveals import reveal_number
from lists.services.synthetic import citizen_number
from tests.cast import Cast, company_values, make_user, publish_one
from tests.lists.steps import R, draft, only, refused


def test_the_way_of_an_entry_leaves_a_row_a_step(cast: Cast) -> None:
    entry = draft(cast)
    submit_entries(entries=only(entry), by=cast.actor("clerk"))
    return_entries(entries=only(entry), by=cast.actor("reviewer"), reason="日期有误")
    submit_entries(entries=only(entry), by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=only(entry), by=cast.actor("reviewer"))
    steps = [(move.name, move.from_state, move.to_state, move.by.username, move.unit) for move in entry.moves.all()]
    assert steps == [
        ("draft", "", "DRAFT", "clerk", cast.court),
        ("submit", "DRAFT", "IN_REVIEW", "clerk", cast.court),
        ("return", "IN_REVIEW", "RETURNED", "reviewer", cast.court),
        ("submit", "RETURNED", "IN_REVIEW", "clerk", cast.court),
        ("publish", "IN_REVIEW", "PUBLISHED", "reviewer", cast.court),
    ]


def test_a_publication_bears_the_year_of_the_place(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 16, 5, tzinfo=UTC), tick=False):  # 00:05 on 1 January in Jinan
        assert publish_one(cast).last_publication.number.startswith("TBLACK〔2027〕")


@pytest.mark.parametrize("name", ["document_on", "decided_on", "act_ended_on"])
def test_nothing_was_decided_or_ended_on_a_day_to_come(cast: Cast, name: str) -> None:
    """The cap of the term and the disclosure limit are counted from these days (rule 5, SD art. 38)."""
    tomorrow = clock.today() + timedelta(days=1)
    with refused("day_to_come"):
        draft(cast, **{name: tomorrow})
    with refused("day_to_come"):
        propose_correction(
            entry=publish_one(cast), new_values={name: tomorrow.isoformat()}, by=cast.actor("clerk"), reason=R
        )


MAY = {
    ("submit", "DRAFT", "clerk"),
    ("submit", "RETURNED", "clerk"),
    ("return", "IN_REVIEW", "reviewer"),
    ("publish", "IN_REVIEW", "reviewer"),
    ("discard", "DRAFT", "clerk"),
    ("discard", "RETURNED", "clerk"),
    ("remove", "PUBLISHED", "reviewer"),
}
STATES = ("DRAFT", "IN_REVIEW", "RETURNED", "PUBLISHED", "REMOVED", "DISCARDED")
PEOPLE = ("clerk", "reviewer", "finance_clerk", "stranger", "coordinator")


def bring_to(cast: Cast, state: str) -> Entry:
    entry = draft(cast)
    clerk, reviewer = cast.actor("clerk"), cast.actor("second_reviewer")
    if state == "DISCARDED":
        discard_entries(entries=only(entry), by=clerk, reason=R)
    if state in ("IN_REVIEW", "RETURNED", "PUBLISHED", "REMOVED"):
        submit_entries(entries=only(entry), by=clerk)
    if state == "RETURNED":
        return_entries(entries=only(entry), by=reviewer, reason=R)
    if state in ("PUBLISHED", "REMOVED"):
        publish_entries(credit_list=cast.black, entries=only(entry), by=reviewer)
    if state == "REMOVED":
        remove_entry(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=reviewer, reason=R)
    assert only(entry).get().state == state
    return entry


def _was_taken(move: Callable[[Actor], object], by: Actor) -> bool:
    """Try a move and undo it."""
    with transaction.atomic():
        try:
            move(by)
        except DomainError:
            return False
        finally:
            transaction.set_rollback(True)
    return True


@pytest.mark.parametrize("state", STATES)
def test_every_state_move_and_role(cast: Cast, state: str) -> None:
    entry = bring_to(cast, state)
    moves = {
        "submit": lambda by: submit_entries(entries=only(entry), by=by),
        "return": lambda by: return_entries(entries=only(entry), by=by, reason=R),
        "publish": lambda by: publish_entries(credit_list=cast.black, entries=only(entry), by=by),
        "discard": lambda by: discard_entries(entries=only(entry), by=by, reason=R),
        "remove": lambda by: remove_entry(
            entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, made_by=cast.clerk, by=by, reason=R
        ),
    }
    for (name, move), person in product(moves.items(), PEOPLE):
        assert _was_taken(move, cast.actor(person)) == ((name, state, person) in MAY), (name, state, person)


def test_own_work_is_refused_also_after_a_change_of_role(cast: Cast) -> None:
    entry = draft(cast)
    submit_entries(entries=only(entry), by=cast.actor("clerk"))
    cast.clerk.role_grants.all().delete()
    cast.clerk.role_grants.create(role="REVIEWER")
    with refused("own_work"):
        publish_entries(credit_list=cast.black, entries=only(entry), by=cast.actor("clerk"))


def test_the_database_refuses_own_work(cast: Cast) -> None:
    entry = draft(cast)
    with pytest.raises(IntegrityError, match="entry_is_reviewed_by_another_person"):
        only(entry).update(reviewed_by=cast.clerk)


def test_the_database_refuses_a_publication_approved_by_its_maker(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="publication_is_approved_by_another_person"):
        Publication.objects.create(
            credit_list=cast.black,
            kind=PublicationKind.REMOVAL,
            change_reason="REPAIRED",
            published_at=clock.now(),
            made_by=cast.clerk,
            approved_by=cast.clerk,
        )


def test_the_database_refuses_publication_without_review(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="entry_published_was_reviewed"):
        only(draft(cast)).update(state=EntryState.PUBLISHED)


def test_the_database_refuses_a_removal_without_reason(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="entry_removal_has_a_reason"):
        only(publish_one(cast)).update(state=EntryState.REMOVED)


def test_the_database_refuses_a_backward_term(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="entry_term_ends_after_it_begins"):
        only(draft(cast)).update(term_to=clock.today() - timedelta(days=900))


def test_the_database_refuses_a_public_natural_person(cast: Cast) -> None:
    entry = draft(
        cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=citizen_number(Random(3)), name="王测试"
    )
    assert entry.disclosure == "GOVERNMENT"
    with pytest.raises(IntegrityError, match="natural_person_is_public_only_by_statute"):
        only(entry).update(disclosure="PUBLIC")


def test_the_same_subject_list_and_document_is_a_duplicate(cast: Cast) -> None:
    entry = draft(cast)
    with refused("duplicate"):
        draft(cast)
    with pytest.raises(IntegrityError, match="entry_is_no_duplicate"):
        Entry.objects.filter(pk=draft(cast, seed=2).pk).update(
            subject=entry.subject, document_number=entry.document_number
        )


def test_a_discarded_entry_is_no_duplicate(cast: Cast) -> None:
    discard_entries(entries=only(draft(cast)), by=cast.actor("clerk"), reason=R)
    assert draft(cast).state == EntryState.DRAFT


def test_moves_are_append_only(cast: Cast) -> None:
    draft(cast)
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        EntryMove.objects.update(reason="anders")
    with pytest.raises(InternalError, match="Cannot update or delete"):
        EntryMove.objects.all().delete()


@pytest.mark.parametrize("made", [draft, publish_one])
def test_an_entry_is_never_deleted(cast: Cast, made: Callable[[Cast], Entry]) -> None:
    """What refers to it carries no foreign key of the database (ADR 9)."""
    entry = made(cast)
    with pytest.raises(InternalError, match="Cannot delete"):
        only(entry)._raw_delete("default")


def test_in_force_is_derived_and_the_last_day_counts(cast: Cast) -> None:
    entry = publish_one(cast)
    assert Entry.objects.in_force(entry.term_to).filter(pk=entry.pk).exists()
    assert not Entry.objects.in_force(entry.term_to + timedelta(days=1)).exists()
    assert not Entry.objects.in_force(entry.term_from - timedelta(days=1)).exists()


def test_an_entry_expires_by_itself_and_the_job_only_tells(cast: Cast) -> None:
    entry = publish_one(cast)
    with time_machine.travel(entry.term_to, tick=False):
        assert expire_entries() == 0
        assert only(entry).get().is_in_force
    with time_machine.travel(entry.term_to + timedelta(days=40), tick=False):
        assert not only(entry).get().is_in_force
        assert expire_entries() == 1
        assert expire_entries() == 0
        left = only(entry).get()
    assert (left.state, left.exit_reason, left.exit_on) == ("REMOVED", "EXPIRED", entry.term_to)
    assert Change.objects.filter(entry=entry, op="remove", reason="EXPIRED").count() == 1


def test_the_term_never_exceeds_the_cap(cast: Cast) -> None:
    too_late = clock.today() + timedelta(days=400)
    with refused("term_beyond_cap"):
        draft(cast, term_to=too_late)
    entry = publish_one(cast)
    with refused("term_beyond_cap"):
        propose_correction(entry=entry, new_values={"term_to": too_late}, by=cast.actor("clerk"), reason=R)


def test_a_black_listed_subject_cannot_be_published_on_a_red_list(cast: Cast) -> None:
    entry = publish_one(cast)
    values = company_values(Random(7), code=entry.subject.code, dishonesty_class="")
    red = draft_entry(credit_list=cast.red, values=values, by=cast.actor("clerk"))
    submit_entries(entries=only(red), by=cast.actor("clerk"))
    with refused("black_listed"):
        publish_entries(credit_list=cast.red, entries=only(red), by=cast.actor("reviewer"))


def test_a_new_black_entry_flags_the_red_ones(cast: Cast) -> None:
    red = publish_one(cast, credit_list=cast.red, dishonesty_class="")
    publish_one(cast, seed=2, code=red.subject.code)
    assert only(red).get().marks == [Mark.BLACK_LISTED]
    assert Change.objects.filter(entry=red, reason="BLACK_LISTED").count() == 1


def test_a_removal_needs_two_people(cast: Cast) -> None:
    entry = publish_one(cast)
    proposal = propose_removal(
        entry=entry, exit_reason=ExitReason.CRITERIA_CHANGED, by=cast.actor("clerk"), reason="认定标准已调整"
    )
    with refused("act_not_allowed"):
        approve_proposal(proposal=proposal, by=cast.actor("clerk"))
    with refused("not_your_unit"):
        approve_proposal(proposal=proposal, by=cast.actor("stranger"))
    publication = approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert (publication.made_by, publication.approved_by) == (cast.clerk, cast.reviewer)
    assert only(entry).get().exit_reason == "CRITERIA_CHANGED"
    with refused("move_not_open"):
        approve_proposal(proposal=proposal, by=cast.actor("reviewer"))


def test_the_proposer_cannot_approve_even_as_reviewer(cast: Cast) -> None:
    entry = publish_one(cast)
    both = make_user("both", cast.court, "CLERK", "REVIEWER")
    cast.both = both
    proposal = propose_removal(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("both"), reason=R)
    with refused("own_work"):
        approve_proposal(proposal=proposal, by=cast.actor("both"))
    with pytest.raises(IntegrityError, match="proposal_is_decided_by_another_person"):
        type(proposal).objects.filter(pk=proposal.pk).update(decided_by=both, decided_at=clock.now())


def test_a_correction_is_a_new_version_and_keeps_the_old_values(cast: Cast) -> None:
    entry = publish_one(cast)
    old = entry.grounds
    proposal = propose_correction(
        entry=entry, new_values={"grounds": "更正后的事由"}, by=cast.actor("clerk"), reason="笔误"
    )
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    bodies = [change.body["grounds"] for change in Change.objects.filter(entry=entry).order_by("version")]
    assert bodies == [old, "更正后的事由"]
    assert entry.moves.get(name="correct").reason == "笔误"


def test_a_refused_proposal_changes_nothing(cast: Cast) -> None:
    entry = publish_one(cast)
    proposal = propose_removal(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason=R)
    refuse_proposal(proposal=proposal, by=cast.actor("reviewer"), reason="证据不足")
    assert only(entry).get().state == EntryState.PUBLISHED


@pytest.mark.parametrize("name", ["subject", "document_number", "state", "reviewed_by"])
def test_what_makes_the_entry_cannot_be_corrected(cast: Cast, name: str) -> None:
    with refused("field_not_correctable"):
        propose_correction(entry=publish_one(cast), new_values={name: "x"}, by=cast.actor("clerk"), reason=R)


def test_a_reveal_needs_a_reason_and_is_logged(cast: Cast) -> None:
    number = citizen_number(Random(4))
    entry = publish_one(cast, kind="NATURAL_PERSON", code=None, document_type="CITIZEN", number=number, name="王测试")
    with refused("reason_missing"):
        reveal_number(entry=entry, by=cast.actor("clerk"), reason=" ")
    with refused("entry_not_found"):
        reveal_number(entry=entry, by=cast.actor("stranger"), reason=R)
    assert reveal_number(entry=entry, by=cast.actor("clerk"), reason="核对身份") == number
    logged = entry.subject.reveals.get()
    assert (logged.by, logged.reason) == (cast.clerk, "核对身份")


def test_visibility(cast: Cast) -> None:
    published, drafted = publish_one(cast), draft(cast, seed=2)

    def sees(person: str) -> set[object]:
        return set(Entry.objects.visible_to(cast.actor(person)).values_list("pk", flat=True))

    assert sees("clerk") == {published.pk, drafted.pk}
    assert sees("finance_clerk") == sees("coordinator") == {published.pk}
    assert sees("stranger") == set()


def test_who_drafted_what_another_revised_may_not_publish_it(cast: Cast) -> None:
    cast.both = make_user("both", cast.court, "CLERK", "REVIEWER")
    entry = draft_entry(credit_list=cast.black, values=company_values(Random(1)), by=cast.actor("both"))
    revise_draft(entry=entry, values=company_values(Random(1), grounds="改后的事由"), by=cast.actor("clerk"))
    submit_entries(entries=only(entry), by=cast.actor("clerk"))
    with refused("own_work"):
        publish_entries(credit_list=cast.black, entries=only(entry), by=cast.actor("both"))
