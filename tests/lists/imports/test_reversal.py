"""The reverse of an import: wholly or not at all, and what was published only by another person."""

import pytest

from lists.models import EntryProposal, ListImport
from lists.services.entries import return_entries, submit_entries
from lists.services.import_reversal import reversal_effect, reverse_import
from lists.services.imports import start_import
from lists.services.proposals import approve_proposal, propose_removal
from lists.services.publications import publish_entries
from tests.cast import Cast
from tests.lists import files
from tests.lists.files import row
from tests.lists.imports.conftest import Give
from tests.lists.steps import refused


@pytest.fixture
def brought(give: Give, take: Give) -> ListImport:
    """Three drafts."""
    return take(give(row(1), row(2), row(3)))


def publish_first(cast: Cast, brought: ListImport) -> None:
    first = brought.entries.filter(document_number="测〔2026〕1号")
    submit_entries(entries=first, by=cast.actor("clerk"))
    publish_entries(credit_list=cast.black, entries=first, by=cast.actor("reviewer"))


def reverse(cast: Cast, brought: ListImport, *, by: str = "clerk", reason: str = "文件有误") -> ListImport:
    return reverse_import(list_import=brought, by=cast.actor(by), reason=reason)


def done(reversed_import: ListImport) -> dict[str, int]:
    assert reversed_import.reversal is not None
    return {name: count for name, count in reversed_import.reversal.items() if count}


def states(brought: ListImport) -> list[str]:
    return sorted(brought.entries.values_list("state", flat=True))


def test_drafts_are_given_up_and_published_ones_proposed_for_removal(cast: Cast, brought: ListImport) -> None:
    publish_first(cast, brought)
    effect = reversal_effect(brought)
    assert (effect.discarded, effect.proposed, effect.gone) == (2, 1, 0)
    reversed_import = reverse(cast, brought)
    assert done(reversed_import) == {"discarded": 2, "proposed": 1}
    assert (reversed_import.reversed_by, reversed_import.reversed_why) == (cast.clerk, "文件有误")
    assert states(brought) == ["DISCARDED", "DISCARDED", "PUBLISHED"]
    proposal = EntryProposal.objects.get()
    assert (proposal.kind, proposal.exit_reason, proposal.proposed_by) == ("REMOVAL", "LISTED_IN_ERROR", cast.clerk)
    with refused("act_not_allowed"):
        approve_proposal(proposal=proposal, by=cast.actor("clerk"))
    approve_proposal(proposal=proposal, by=cast.actor("reviewer"))
    assert states(brought) == ["DISCARDED", "DISCARDED", "REMOVED"]


def test_returned_entries_are_given_up_too(cast: Cast, brought: ListImport) -> None:
    submit_entries(entries=brought.entries.all(), by=cast.actor("clerk"))
    return_entries(entries=brought.entries.all(), by=cast.actor("reviewer"), reason="重新核对")
    reverse(cast, brought)
    assert states(brought) == ["DISCARDED"] * 3


def test_while_some_are_in_review_nothing_is_reversed(cast: Cast, brought: ListImport) -> None:
    submit_entries(entries=brought.entries.filter(document_number="测〔2026〕2号"), by=cast.actor("clerk"))
    with refused("entries_in_review"):
        reverse(cast, brought)
    brought.refresh_from_db()
    assert (states(brought), brought.reversed_at) == (["DRAFT", "DRAFT", "IN_REVIEW"], None)


def test_while_a_proposal_is_open_nothing_is_reversed(cast: Cast, brought: ListImport) -> None:
    publish_first(cast, brought)
    entry = brought.entries.get(state="PUBLISHED")
    propose_removal(entry=entry, exit_reason="LISTED_IN_ERROR", by=cast.actor("clerk"), reason="误列")
    with refused("proposal_open"):
        reverse(cast, brought)
    assert states(brought) == ["DRAFT", "DRAFT", "PUBLISHED"]


def test_an_import_is_reversed_once(cast: Cast, brought: ListImport) -> None:
    reverse(cast, brought)
    with refused("import_reversed"):
        reverse(cast, brought)


def test_what_is_refused(cast: Cast, brought: ListImport, give: Give) -> None:
    with refused("reason_missing"):
        reverse(cast, brought, reason=" ")
    with refused("import_not_found"):
        reverse(cast, brought, by="stranger")
    with refused("act_not_allowed"):
        reverse(cast, brought, by="reviewer")
    with refused("import_not_imported"):
        reverse(cast, give(row(9)))
    reverse(cast, brought)


def test_after_the_reversal_the_same_file_may_come_again(
    cast: Cast, give: Give, take: Give, brought: ListImport
) -> None:
    with brought.file.open("rb") as same, refused("file_known"):
        start_import(credit_list=cast.black, file=same, file_name="x.xlsx", by=cast.actor("clerk"))
    reverse(cast, brought)
    again = take(give(file=files.xlsx(row(1), row(2), row(3))))
    assert again.entries.count() == 3
