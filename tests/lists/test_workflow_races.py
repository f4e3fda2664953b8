"""Two people at the same moment, on connections of their own: one act takes place, the other is told."""

import threading
import time
from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction

from jinan_credit.kernel import clock
from lists.enums import EntryState, ExitReason, Mark, ProposalState
from lists.models import Entry, EntryProposal, ListImport, Publication
from lists.services import imports
from lists.services.defence import record_statement
from lists.services.entries import discard_entries, draft_entry, return_entries, submit_entries
from lists.services.fallen_basis import report_fallen_basis
from lists.services.imports import start_import
from lists.services.notices import issue_notices_of_proposal
from lists.services.proposals import approve_proposal, propose_removal
from lists.services.publications import publish_entries
from tests.at_once import at_once
from tests.cast import Cast, company_values, make_cast, publish_one
from tests.lists.files import row, xlsx
from tests.lists.steps import R, draft, fresh, only, order, submit, values

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_a_file_given_twice_at_once_is_taken_once(cast: Cast) -> None:
    by = cast.actor("clerk")

    def give() -> object:
        return start_import(credit_list=cast.black, file=xlsx(row()), file_name="名单.xlsx", by=by)

    assert sorted(at_once(give, give)) == ["done", "file_known"]
    assert ListImport.objects.count() == 1


def test_a_proposal_is_approved_once(cast: Cast) -> None:
    entry = publish_one(cast)
    proposal = propose_removal(entry=entry, exit_reason=ExitReason.LISTED_IN_ERROR, by=cast.actor("clerk"), reason=R)
    first, second = cast.actor("reviewer"), cast.actor("second_reviewer")
    results = at_once(
        lambda: approve_proposal(proposal=proposal, by=first),
        lambda: approve_proposal(proposal=proposal, by=second),
    )
    assert sorted(results) == ["done", "move_not_open"]
    assert Publication.objects.filter(kind="REMOVAL").count() == 1
    assert EntryProposal.objects.get().state == ProposalState.APPROVED
    assert entry.moves.filter(name="remove").count() == 1


def test_an_entry_is_published_and_proposed_for_removal_or_held_up(cast: Cast) -> None:
    number = "（2026）测撤销8号"
    publish_one(cast, seed=2, document_number=number)
    entry, reviewer, clerk = submit(cast, draft(cast, document_number=number)), *map(cast.actor, ("reviewer", "clerk"))
    given = {"document_number": number, "order": order(), "learned_on": clock.today(), "by": clerk, "reason": R}
    results = at_once(
        lambda: publish_entries(credit_list=cast.black, entries=only(entry), by=reviewer),
        lambda: report_fallen_basis(**given),
    )
    published = fresh(entry).state == EntryState.PUBLISHED
    assert results == ["done" if published else "basis_fell", "done"]
    assert entry.proposals.exists() == published


def test_an_entry_is_published_or_returned(cast: Cast) -> None:
    entry = submit(cast, draft(cast))
    first, second = cast.actor("reviewer"), cast.actor("second_reviewer")
    results = at_once(
        lambda: publish_entries(credit_list=cast.black, entries=only(entry), by=first),
        lambda: return_entries(entries=only(entry), by=second, reason=R),
    )
    assert sorted(results) in (["done", "move_not_open"], ["done", "nothing_to_publish"])
    published = fresh(entry).state == EntryState.PUBLISHED
    assert Publication.objects.count() == published
    assert entry.moves.filter(name__in=["publish", "return"]).count() == 1


def test_an_entry_is_published_once(cast: Cast) -> None:
    entry = submit(cast, draft(cast))
    first, second = cast.actor("reviewer"), cast.actor("second_reviewer")
    results = at_once(
        lambda: publish_entries(credit_list=cast.black, entries=only(entry), by=first),
        lambda: publish_entries(credit_list=cast.black, entries=only(entry), by=second),
    )
    assert sorted(results) == ["done", "move_not_open"]
    assert (Publication.objects.count(), fresh(entry).version) == (1, 1)


def test_a_draft_is_submitted_or_discarded(cast: Cast) -> None:
    entry, clerk = draft(cast), cast.actor("clerk")
    results = at_once(
        lambda: submit_entries(entries=only(entry), by=clerk),
        lambda: discard_entries(entries=only(entry), by=clerk, reason=R),
    )
    assert sorted(results) == ["done", "move_not_open"]
    assert entry.moves.count() == 2


def test_the_same_entry_is_drafted_once(cast: Cast) -> None:
    clerk = cast.actor("clerk")
    results = at_once(*[lambda: draft_entry(credit_list=cast.black, values=values(), by=clerk)] * 3)
    assert sorted(results) == ["done", "duplicate", "duplicate"]
    assert Entry.objects.count() == 1


def test_a_statement_and_a_publication_do_not_pass_each_other(cast: Cast) -> None:
    """Either the statement is kept and holds the publication up, or it comes too late."""
    entry = submit(cast, draft(cast))
    cast.black.notice_required = True
    cast.black.save()
    _as_heard(cast, entry)
    clerk, reviewer = cast.actor("clerk"), cast.actor("reviewer")
    results = at_once(
        lambda: record_statement(entry=entry, received_on=clock.today(), content="已还清", by=clerk),
        lambda: publish_entries(credit_list=cast.black, entries=only(entry), by=reviewer),
    )
    assert results in (["done", "statement_unanswered"], ["move_not_open", "done"])


def _as_heard(cast: Cast, entry: Entry) -> None:
    issue_notices_of_proposal(entries=only(entry), by=cast.actor("clerk"))
    only(entry).update(defence_until=clock.today() - timedelta(days=1))


def test_red_and_black_at_once_never_stand_side_by_side_unmarked(cast: Cast) -> None:
    red = submit(
        cast,
        draft_entry(
            credit_list=cast.red, values=company_values(Random(1), dishonesty_class=""), by=cast.actor("clerk")
        ),
    )
    black = submit(cast, draft(cast, 2, code=red.subject.code))
    first, second = cast.actor("reviewer"), cast.actor("second_reviewer")
    results = at_once(
        lambda: publish_entries(credit_list=cast.red, entries=only(red), by=first),
        lambda: publish_entries(credit_list=cast.black, entries=only(black), by=second),
    )
    assert results in (["done", "done"], ["black_listed", "done"])
    if results[0] == "done":
        assert fresh(red).marks == [Mark.BLACK_LISTED]


def test_of_files_given_at_once_no_more_are_taken_than_there_is_room_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_UNFINISHED", 1)
    clerk, came_to = cast.actor("clerk"), list[str]()

    def give(number: int) -> None:
        imports.start_import(credit_list=cast.black, file=xlsx(row(number)), file_name="名单.xlsx", by=clerk)

    second = threading.Thread(target=lambda: came_to.extend(at_once(lambda: give(2))))
    with transaction.atomic():
        give(1)
        second.start()
        while second.is_alive() and not somebody_waits_for_us():
            time.sleep(0.01)
    second.join(30)
    assert came_to == ["imports_waiting"]
    assert ListImport.objects.count() == 1


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        found: bool = cursor.fetchone()[0]
    return found
