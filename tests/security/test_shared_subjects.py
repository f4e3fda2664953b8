"""One subject for all units: who types its number learns nothing of what another unit has of it."""

from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from lists.enums import ListKind, SubjectKind
from lists.models import CreditList, Entry, SubjectName
from lists.services.entries import draft_entry
from lists.services.subjects import add_older_code, rename_subject
from lists.services.synthetic import citizen_number, uscc
from tests.cast import Cast, company_values, make_list, publish_one
from tests.lists.browser import signed_in

THEIRS, OURS, FORGED = "王秘密", "张三", "济南冒名有限公司"


@pytest.fixture
def of_finance(cast: Cast) -> CreditList:
    return make_list("TEST-FINANCE", "财政测试名单", ListKind.BLACK, cast.finance, cast.black.memoranda.get())


def draft(cast: Cast, credit_list: CreditList, who: str, **values: object) -> Entry:
    return draft_entry(credit_list=credit_list, values=company_values(Random(1), **values), by=cast.actor(who))


def person(name: str, document: str) -> dict[str, object]:
    number = {"document_type": "CITIZEN", "number": citizen_number(Random(5))}
    return {"kind": SubjectKind.NATURAL_PERSON, "code": None, "name": name, "document_number": document, **number}


def page(who: Client, entry: Entry) -> str:
    return who.get(reverse("entry", args=[entry.pk])).content.decode()


def rename(cast: Cast, entry: Entry, who: str, name: str = FORGED) -> None:
    rename_subject(subject=entry.subject, new_name=name, changed_on=clock.today(), by=cast.actor(who), reason="变更")


def test_a_number_typed_into_a_draft_gives_no_name_away(cast: Cast, of_finance: CreditList) -> None:
    draft(cast, cast.black, "clerk", **person(THEIRS, "（2026）测1号"))
    ours = draft(cast, of_finance, "finance_clerk", **person(OURS, "（2026）测2号"))
    clerk = signed_in(cast.finance_clerk)
    assert OURS in page(clerk, ours)
    assert THEIRS not in page(clerk, ours)
    assert clerk.get(reverse("entry_subject", args=[ours.pk])).status_code == 409


def test_a_published_entry_shows_no_name_of_anothers_draft(cast: Cast, of_finance: CreditList) -> None:
    code = uscc(Random(3))
    draft(cast, of_finance, "finance_clerk", code=code, name=FORGED)
    entry = publish_one(cast, seed=2, code=code, name="济南真名有限公司", disclosure="PUBLIC")
    public = Client().get(reverse("public_entry", args=[entry.pk]))
    assert public.status_code == 200
    assert FORGED not in public.content.decode()
    assert FORGED not in page(signed_in(cast.clerk), entry)
    assert FORGED not in signed_in(cast.clerk).get(reverse("entry_subject", args=[entry.pk])).content.decode()

    rename(cast, entry, "clerk", "济南新名有限公司")
    assert not SubjectName.objects.filter(name=FORGED, source="FORMER").exists()
    assert "济南新名有限公司" in Client().get(reverse("public_entry", args=[entry.pk])).content.decode()


def test_a_draft_alone_renames_nobody(cast: Cast, of_finance: CreditList) -> None:
    """Else one person, whom nobody reviews, writes what everybody reads of another unit's entry."""
    entry = publish_one(cast, disclosure="PUBLIC")
    ours = draft(cast, of_finance, "finance_clerk", code=entry.subject.code)
    with pytest.raises(DomainError) as refusal:
        rename(cast, ours, "finance_clerk")
    assert refusal.value.code == "subject_not_found"
    with pytest.raises(DomainError) as refusal:
        add_older_code(
            subject=ours.subject, code=uscc(Random(8)), label="", by=cast.actor("finance_clerk"), reason="登记"
        )
    assert refusal.value.code == "subject_not_found"


def test_the_administration_lists_no_subject_of_a_draft(cast: Cast) -> None:
    draft(cast, cast.black, "clerk", **person(THEIRS, "（2026）测1号"))
    entry = publish_one(cast, seed=2)
    subjects = signed_in(cast.coordinator).get(reverse("admin:lists_subject_changelist"))
    assert subjects.status_code == 200
    assert entry.subject_name in subjects.content.decode()
    assert THEIRS not in subjects.content.decode()
