"""A row whose subject and document are known already (rule 8): same, changed, or not to be changed now."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from jinan_credit.accounts.actors import actor_of
from jinan_credit.accounts.enums import Role
from lists.enums import DishonestyClass
from lists.models import Entry, EntryProposal, ListImport
from lists.services.defence import notify_entries
from lists.services.entries import return_entries, submit_entries
from lists.services.import_jobs import run_import
from lists.services.imports import confirm_import
from lists.services.proposals import approve_proposal, propose_removal
from lists.services.publications import publish_entries
from tests.cast import Cast, make_user
from tests.lists.files import row
from tests.lists.imports.conftest import Give, codes
from tests.lists.steps import refused, serve

CHANGED = {"列入事由": "另一事由", "失信程度": "严重", "违法事实": "新查明的事实"}


@pytest.fixture
def known(give: Give, take: Give) -> ListImport:
    """One draft on the list."""
    return take(give(row(1, 法定代表人="王测试")))


def publish(cast: Cast, entries: Any) -> None:
    submit_entries(entries=entries, by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=entries, by=cast.actor("reviewer"))


def counts(list_import: ListImport) -> tuple[int, int, int, int]:
    return list_import.new_count, list_import.changed_count, list_import.same_count, list_import.error_count


def test_new_changed_same_and_wrong_rows_are_told_apart(give: Give, known: ListImport) -> None:
    given = give(row(1, **CHANGED), row(2), row(3, 列入事由=""))
    assert counts(given) == (1, 1, 0, 1)
    assert counts(give(row(1), row(2))) == (1, 0, 1, 0)


def test_a_changed_row_says_old_and_new(give: Give, known: ListImport) -> None:
    changed = give(row(1, **CHANGED)).rows.changed().get()
    assert changed.entry == known.entries.get()
    assert changed.differences["grounds"] == ["测试事由", "另一事由"]
    assert changed.differences["dishonesty_class"] == ["ORDINARY", "SERIOUS"]
    assert set(changed.differences) == {"grounds", "dishonesty_class", "facts", "term_to"}
    shown = {difference.field: difference for difference in changed.shown_differences()}
    assert (shown["dishonesty_class"].old, shown["dishonesty_class"].new) == (
        DishonestyClass.ORDINARY.label,
        DishonestyClass.SERIOUS.label,
    )
    assert shown["term_to"].new > shown["term_to"].old


def test_an_empty_cell_says_nothing_about_a_known_entry(cast: Cast, give: Give, take: Give, known: ListImport) -> None:
    take(give(row(1, 披露方式="不公开", 有效期止="2027-01-31", 违法事实="事实")), with_changes=True)
    again = give(row(1))
    assert counts(again) == (0, 0, 1, 0)


def test_a_draft_is_revised_and_who_gave_the_file_is_its_maker(
    cast: Cast, give: Give, take: Give, known: ListImport
) -> None:
    taken = take(give(row(1, 法定代表人="李测试", **CHANGED)), with_changes=True)
    entry = known.entries.get()
    assert (entry.grounds, entry.dishonesty_class, entry.facts) == ("另一事由", "SERIOUS", "新查明的事实")
    assert [person.name for person in entry.related_persons.all()] == ["李测试"]
    assert [move.name for move in entry.moves.order_by("id")] == ["draft", "revise"]
    assert str(taken.pk) in entry.moves.order_by("id").last().reason
    assert (taken.status, taken.rows.changed().count(), Entry.objects.count()) == ("IMPORTED", 1, 1)


def test_a_returned_entry_is_revised_and_stays_returned(cast: Cast, give: Give, take: Give, known: ListImport) -> None:
    submit_entries(entries=known.entries.all(), by=cast.actor("clerk"))
    return_entries(entries=known.entries.all(), by=cast.actor("reviewer"), reason="事由不清")
    take(give(row(1, **CHANGED)), with_changes=True)
    assert (known.entries.get().state, known.entries.get().grounds) == ("RETURNED", "另一事由")


def heard(cast: Cast, entries: Any) -> None:
    """Told, served, waited for, and sent back by the reviewer."""
    entry = entries.get()
    notified(cast, entries)
    with time_machine.travel(serve(cast, entry).defence_until + timedelta(days=1), tick=False):
        submit_entries(entries=entries, by=cast.actor("clerk"))
        return_entries(entries=entries, by=cast.actor("reviewer"), reason="事由不清")


def test_a_party_that_was_told_something_else_is_told_anew(
    cast: Cast, give: Give, take: Give, known: ListImport
) -> None:
    heard(cast, known.entries.all())
    day = known.entries.get().defence_until + timedelta(days=1)
    with time_machine.travel(day, tick=False):
        take(give(row(1, 列入事由="另一事由")), with_changes=True)
        entry = known.entries.get()
        assert (entry.state, entry.defence_until, entry.grounds) == ("DRAFT", None, "另一事由")
        step = entry.moves.latest("id")
        assert (step.name, step.from_state, step.to_state) == ("reopen", "RETURNED", "DRAFT")
        with refused("notice_missing"):
            submit_entries(entries=known.entries.all(), by=cast.actor("clerk"))


def test_what_the_notice_does_not_say_needs_no_new_one(cast: Cast, give: Give, take: Give, known: ListImport) -> None:
    heard(cast, known.entries.all())
    until = known.entries.get().defence_until
    with time_machine.travel(until + timedelta(days=1), tick=False):
        take(give(row(1, 法定代表人="李测试")), with_changes=True)
    entry = known.entries.get()
    assert (entry.state, entry.defence_until, entry.moves.latest("id").name) == ("RETURNED", until, "revise")
    assert entry.related_persons.get().name == "李测试"


def test_changed_rows_are_left_alone_without_consent(give: Give, take: Give, known: ListImport) -> None:
    take(give(row(1, **CHANGED), row(2)))
    assert known.entries.get().grounds == "测试事由"
    assert Entry.objects.count() == 2


def test_a_published_entry_gets_a_proposal_that_another_person_decides(
    cast: Cast, give: Give, take: Give, known: ListImport
) -> None:
    publish(cast, known.entries.all())
    taken = take(give(row(1, 法定代表人="李测试", **CHANGED)), with_changes=True)
    proposal = EntryProposal.objects.get()
    assert known.entries.get().grounds == "测试事由"
    assert (proposal.kind, proposal.state, proposal.proposed_by) == ("CORRECTION", "OPEN", cast.clerk)
    assert str(taken.pk) in proposal.reason
    assert [move.name for move in proposal.moves.all()] == ["propose"]
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    entry = known.entries.get()
    assert (entry.grounds, entry.version) == ("另一事由", 2)
    assert entry.related_persons.get().name == "王测试", "as at listing (rule 9)"


def test_another_representative_alone_is_no_change_of_a_published_entry(
    cast: Cast, give: Give, known: ListImport
) -> None:
    publish(cast, known.entries.all())
    assert counts(give(row(1, 法定代表人="李测试"))) == (0, 0, 1, 0)


def in_review(cast: Cast, entries: Any) -> None:
    submit_entries(entries=entries, by=cast.actor("clerk"))


def notified(cast: Cast, entries: Any) -> None:
    cast.black.notice_required = True
    cast.black.save()
    notify_entries(entries=entries, by=cast.actor("clerk"))


def with_proposal(cast: Cast, entries: Any) -> None:
    publish(cast, entries)
    propose_removal(entry=entries.get(), exit_reason="LISTED_IN_ERROR", by=cast.actor("clerk"), reason="误列")


def left(cast: Cast, entries: Any) -> None:
    with_proposal(cast, entries)
    approve_proposal(proposal=EntryProposal.objects.get(), by=cast.actor("reviewer"))


BUSY = [
    ("entry_in_review", in_review),
    ("entry_notified", notified),
    ("entry_has_proposal", with_proposal),
    ("entry_left", left),
]


@pytest.mark.parametrize(("code", "bring"), BUSY)
def test_an_entry_that_is_busy_is_not_changed(cast: Cast, give: Give, known: ListImport, code: str, bring: Any) -> None:
    bring(cast, known.entries.all())
    given = give(row(1, **CHANGED))
    assert (counts(given), codes(given)) == ((0, 0, 0, 1), [code])
    assert counts(give(row(1), row(2))) == (1, 0, 1, 0)


def test_what_is_overtaken_between_check_and_import_is_left_out_with_the_reason(
    cast: Cast, give: Give, known: ListImport
) -> None:
    first = give(row(1, **CHANGED), row(2), row(3))
    second = give(row(2), row(4))
    for one in (second, first):
        confirm_import(list_import=one, by=cast.actor("clerk"), with_changes=True)
    run_import(second.pk)
    submit_entries(entries=known.entries.all(), by=cast.actor("clerk"))
    run_import(first.pk)
    first.refresh_from_db()
    assert (first.status, first.left_out_count) == ("IMPORTED", 2)
    assert sorted(codes(first)) == ["entry_in_review", "now_same"]
    assert first.entries.count() == 1
    assert known.entries.get().grounds == "测试事由"


def test_the_entry_of_another_initiating_unit_is_not_changed(cast: Cast, give: Give, known: ListImport) -> None:
    cast.black.initiating_units.add(cast.finance)
    given = give(row(1, **CHANGED), by="finance_clerk")
    assert codes(given) == ["not_our_entry"]


def test_only_who_gave_the_file_has_its_changes_taken(cast: Cast, give: Give, known: ListImport) -> None:
    colleague = make_user("colleague", cast.court, Role.CLERK)
    given = give(row(1, **CHANGED), row(2))
    with refused("changes_of_another"):
        confirm_import(list_import=given, by=actor_of(colleague), with_changes=True)
    confirm_import(list_import=given, by=actor_of(colleague))
    run_import(given.pk)
    assert {cast.clerk.pk, colleague.pk} <= given.entries.get().makers, "neither may review it (rule 4)"


def test_a_file_of_changes_alone_is_not_imported_without_them(cast: Cast, give: Give, known: ListImport) -> None:
    with refused("no_good_rows"):
        confirm_import(list_import=give(row(1, **CHANGED)), by=cast.actor("clerk"))
