"""Rule 8: the same list, subject and document twice is a duplicate, however the document's number is written."""

import pytest
from django.db import IntegrityError

from jinan_credit.kernel.identifiers import document_key
from lists.models import Entry
from lists.services.entries import discard_entries, revise_draft
from tests.cast import Cast
from tests.lists.files import row
from tests.lists.imports.conftest import Give, codes
from tests.lists.steps import R, draft, fresh, only, refused, values

WRITTEN = "〔2026〕测8号"
OTHERWISE = ["(2026)测8号", "（２０２６）测８号", "[2026] 测 8 号", "［2026］测8号", "【2026】测8号", "{2026}测8号"]


@pytest.mark.parametrize("again", OTHERWISE)
def test_by_hand_it_is_refused(cast: Cast, again: str) -> None:
    entry, other = draft(cast, document_number=WRITTEN), draft(cast, document_number="另一号")
    with refused("duplicate"):
        draft(cast, document_number=again)
    with refused("duplicate"):
        revise_draft(entry=other, values=values(document_number=again), by=cast.actor("clerk"))
    assert fresh(entry).document_number == WRITTEN, "what was written stays"


def test_another_subject_or_one_given_up_is_no_duplicate(cast: Cast) -> None:
    entry = draft(cast, document_number=WRITTEN)
    draft(cast, seed=2, document_number=OTHERWISE[0])
    discard_entries(entries=only(entry), by=cast.actor("clerk"), reason=R)
    draft(cast, document_number=OTHERWISE[0])


def test_the_database_refuses_it(cast: Cast) -> None:
    draft(cast, document_number=WRITTEN)
    other = draft(cast, document_number="另一号")
    with pytest.raises(IntegrityError, match="entry_is_no_duplicate"):
        only(other).update(document_number=OTHERWISE[0])


@pytest.mark.parametrize("again", OTHERWISE)
def test_a_list_file_finds_the_entry(give: Give, take: Give, again: str) -> None:
    entry = take(give(row(1, 决定文书号=WRITTEN))).entries.get()
    same, changed = give(row(1, 决定文书号=again)), give(row(1, 决定文书号=again, 列入事由="另一事由"))
    assert (same.same_count, changed.changed_count) == (1, 1)
    take(changed, with_changes=True)
    assert (fresh(entry).grounds, fresh(entry).document_number) == ("另一事由", WRITTEN)


def test_twice_in_one_file_is_refused(give: Give) -> None:
    assert codes(give(row(1, 决定文书号=WRITTEN), row(1, 决定文书号=OTHERWISE[0]))) == ["twice"]


@pytest.mark.parametrize("number", [WRITTEN, *OTHERWISE, "No. 8-Ａ／㈱", "測，８：１；号！", "𠮷〔8〕"])
def test_the_database_means_what_python_means(cast: Cast, number: str) -> None:
    entry = draft(cast, document_number=number)
    assert Entry.objects.get(document_key=document_key(number)) == entry
    assert Entry.objects.of_document(number).get() == entry
