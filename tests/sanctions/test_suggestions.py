"""A like name suggests. It never blocks, never clears, and nobody has to answer it."""

from collections.abc import Callable
from random import Random

from django.test import Client
from django.urls import reverse

from jinan_credit.kernel import crypto
from lists.services.removals import remove_entry
from lists.services.subjects import index_names
from lists.services.synthetic import citizen_number, uscc
from sanctions.models import Hit
from sanctions.services.screenings import close_screening
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import Call, organisation, person, screened

NAME = "济南鲁泉商贸有限公司"


def suggested(screening: object) -> list[str]:
    return [one["entry_id"] for one in screening.suggestions]  # type: ignore[attr-defined]


def test_a_name_alone_suggests_and_cannot_tell(cast: Cast) -> None:
    entry = publish_one(cast, name=NAME)
    for text in (NAME, "鲁泉商贸公司", "济南鲁全商贸有限公司", "鲁泉"):
        screening = screened(organisation(name=text), cast.actor("finance_clerk"))
        assert (screening.result, screening.unknown_reason, suggested(screening)) == (
            "UNKNOWN",
            "NAME_ONLY",
            [str(entry.pk)],
        )
        index_names()
    assert not Hit.objects.exists()
    assert close_screening(screening=screening, by=cast.actor("finance_clerk")).state == "CLOSED"


def test_another_code_with_the_same_name_stays_clear_and_says_so(cast: Cast, code: str) -> None:
    entry = publish_one(cast, name=NAME)
    other = uscc(Random(5))
    screening = screened(organisation(other, NAME), cast.actor("finance_clerk"))
    assert (screening.result, suggested(screening)) == ("CLEAR", [str(entry.pk)])
    screening = screened(organisation(other, "鲁泉"), cast.actor("finance_clerk"))
    assert (screening.result, suggested(screening)) == ("CLEAR", [])


def test_the_identifier_decides_and_then_nothing_is_suggested(cast: Cast, code: str) -> None:
    publish_one(cast, name=NAME, seed=2)
    entry = publish_one(cast, name=NAME, code=code, seed=3)
    screening = screened(organisation(code, NAME), cast.actor("finance_clerk"))
    assert (screening.result, screening.hits.get().entry, suggested(screening)) == ("HIT", entry, [])


def test_near_misses_are_not_suggested(cast: Cast) -> None:
    publish_one(cast, name=NAME)
    for text in ("济南鲁海商贸有限公司", "济南鲁泉物流有限公司"):
        assert suggested(screened(organisation(name=text), cast.actor("finance_clerk"))) == []


def test_a_person_is_suggested_by_the_whole_name_to_a_person_only(cast: Cast, number: str) -> None:
    entry = publish_one(cast, kind="NATURAL_PERSON", name="欧阳明湖", code=None, document_type="CITIZEN", number=number)
    clerk = cast.actor("finance_clerk")
    assert suggested(screened(person(name="欧阳明湖"), clerk)) == [str(entry.pk)]
    for party in (person(name="欧阳明"), organisation(name="欧阳明湖"), person(citizen_number(Random(8)), "欧阳明湖")):
        assert suggested(screened(party, clerk)) == []


def test_only_what_is_in_force_on_the_units_lists(cast: Cast) -> None:
    entry = publish_one(cast, name=NAME)
    remove_entry(
        entry=entry, exit_reason="LISTED_IN_ERROR", made_by=cast.clerk, by=cast.actor("reviewer"), reason="误列"
    )
    assert suggested(screened(organisation(name=NAME), cast.actor("finance_clerk"))) == []


def test_the_api_shows_it_among_the_hits_without_an_id(cast: Cast, api: Callable[..., Call]) -> None:
    entry = publish_one(cast, name=NAME)
    sent = {
        "party": {"kind": "organisation", "name": "济南鲁全商贸有限公司"},
        "matter": {"code": "CG", "name": "政府采购", "reference": "1"},
        "purpose": "资格审查",
    }
    answer = api(cast.finance)("post", "screenings/", sent).json()
    (hit,) = answer["hits"]
    assert answer["result"] == "unknown"
    assert (hit["id"], hit["match"], hit["entry_id"]) == (None, "name", str(entry.pk))
    assert 0.5 < hit["score"] < 1
    assert "泉" in hit["explanation"]
    assert hit["entry"]["subject"]["name"] == NAME
    assert [measure["content"] for measure in hit["measures"]] == ["限制参加政府采购"]


def test_the_page_shows_it_apart(cast: Cast, client: Client) -> None:
    publish_one(cast, name=NAME)
    screening = screened(organisation(name="鲁泉商贸"), cast.actor("finance_clerk"))
    client.force_login(cast.finance_clerk)
    page = client.get(reverse("screening", args=[screening.pk])).content.decode()
    assert 'id="suggestions"' in page
    assert NAME in page
    assert crypto.blind_index("receipt-party", "ORGANISATION", "鲁泉商贸")[:32] not in page
