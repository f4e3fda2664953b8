"""Whoever looks: a full document number stands on no page and in no file; a person's name, for no outsider.

Every page is looked at in `tests/objections/test_reporter_is_nowhere.py`, which opens them all.
"""

import re
from random import Random

import pytest

from jinan_credit.accounts.enums import DataProfile
from jinan_credit.accounts.models import User
from jinan_credit.kernel import crypto
from jinan_credit.kernel.identifiers import is_citizen_number
from jinan_credit.kernel.masking import mask_document_number
from lists.enums import PersonRole, SubjectKind
from lists.models import Entry, RelatedPerson
from lists.selectors import entry_bodies
from lists.services.reveals import reveal_number
from lists.services.synthetic import citizen_number
from tests.cast import Cast, publish_one
from tests.lists.browser import signed_in

NUMBER, OTHER = citizen_number(Random(5)), citizen_number(Random(6))
NAME = "王植入"
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")


@pytest.fixture
def entry(cast: Cast) -> Entry:
    return entry_of_a_person(cast)


def entry_of_a_person(cast: Cast) -> Entry:
    """A person's entry with a related person, both with a number; the subject's was looked at once."""
    person = {"kind": SubjectKind.NATURAL_PERSON, "name": NAME, "code": "", "document_type": "CITIZEN"}
    made = publish_one(cast, seed=90, **person, number=NUMBER, representative="")
    RelatedPerson.objects.create(
        entry=made,
        role=PersonRole.PRINCIPAL,
        name="李植入",
        document_type="CITIZEN",
        sealed_number=crypto.seal(OTHER),
        masked_number=mask_document_number(OTHER),
        number_index=crypto.blind_index("CITIZEN", OTHER),
    )
    assert reveal_number(entry=made, by=cast.actor("reviewer"), reason="核对") == NUMBER
    return made


@pytest.mark.parametrize(("profile", "number"), [(DataProfile.FULL, NUMBER), (DataProfile.MASKED, None)])
def test_a_unit_gets_numbers_by_its_profile(entry: Entry, profile: DataProfile, number: str | None) -> None:
    body = entry_bodies(Entry.objects.filter(pk=entry.pk), profile)[entry.pk]
    assert body["subject"]["document_number"] == number
    assert body["related_persons"][0]["document_number"] == (OTHER if number else None)


def test_the_mask_is_what_the_number_leaves(cast: Cast, entry: Entry) -> None:
    user: User = cast.finance_clerk
    page = signed_in(user).get(f"/entries/{entry.pk}/").content.decode()
    assert mask_document_number(NUMBER) in page
    assert mask_document_number(OTHER) in page
    assert NAME in page


def full_numbers(content: str) -> list[str]:
    return [number for number in _CANDIDATE.findall(content) if is_citizen_number(number.upper())]
