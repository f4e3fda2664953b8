"""No path by which a passer-by learns whether a natural person is listed (rule 7, SD art. 20): on every page, by
whatever he types, by size, status and the statements that are asked."""

import re
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.accounts.rate import RateLimited, forget_calls
from jinan_credit.kernel import clock
from jinan_credit.portal.site import count_search
from lists.enums import Disclosure, DocumentType, ListKind, SubjectKind
from lists.models import CreditList, Entry
from lists.services.subjects import index_names
from lists.services.synthetic import citizen_number
from tests.cast import Cast, make_list, publish_one

NAMES = ("欧阳测试", "司徒测试", "上官测试", "端木测试")
PAGES = (
    "home",
    "about",
    "public_lists",
    "public_promises",
    "public_articles",
    "public_statistics",
    "public_catalogue",
    "public_memoranda",
    "public_bulletins",
    "robots",
    "sitemap",
)


@pytest.fixture
def persons(cast: Cast) -> list[Entry]:
    """One on each kind of list, and one on a list for which a statute allows more."""
    memorandum = cast.black.memoranda.get()
    focus = make_list("TFOCUS", "测试关注名单", ListKind.FOCUS, cast.court, memorandum)
    statute = make_list(
        "TSTATUTE", "测试法定名单", ListKind.BLACK, cast.court, memorandum, person_disclosure_basis="某法"
    )
    listed = [
        publish_one(
            cast,
            credit_list=credit_list,
            seed=300 + place,
            kind=SubjectKind.NATURAL_PERSON,
            name=name,
            code=None,
            document_type=DocumentType.CITIZEN,
            number=number_of(place),
            representative="",
        )
        for place, (name, credit_list) in enumerate(zip(NAMES, (cast.black, cast.red, focus, statute), strict=True))
    ]
    publish_one(cast, seed=340, name="济南明湖环保科技有限公司")
    index_names()
    return listed


def number_of(place: int) -> str:
    return citizen_number(Random(500 + place))


def answer_to(client: Client, name: str, *args: Any, **query: str) -> tuple[int, str, list[str]]:
    """Status, page without what was typed, and the statements without what they ask for."""
    forget_calls()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse(name, args=args), query)
    text = answer.content.decode()
    for value in (*query.values(), *map(str, args)):
        text = text.replace(value, "?")
    text = re.sub(r"<code>[^<]*</code>|csrfmiddlewaretoken\" value=\"[^\"]*\"|\"X-CSRFToken\": \"[^\"]*\"", "", text)
    text = re.sub(r'name="next" value="[^"]*"', "", text)
    return answer.status_code, text, [re.sub(r"'[^']*'|\d+|ARRAY\[[^]]*\]", "?", one["sql"]) for one in asked]


def shapes(statements: list[str]) -> list[str]:
    return [re.sub(r"[^A-Za-z_]+", " ", one)[:160] for one in statements]


class TestAcrossTheSite:
    def test_no_page_and_no_paging_shows_one(self, client: Client, persons: list[Entry]) -> None:
        addresses = [reverse(name) for name in PAGES]
        for code in CreditList.objects.values_list("code", flat=True):
            page = reverse("public_list", args=[code])
            addresses += [page, *(f"{page}?{way}={one.pk}" for way in ("after", "before") for one in persons)]
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, address
            text = re.sub(r'name="next" value="[^"]*"', "", answer.content.decode())
            for one in persons:
                for told in (one.subject_name, one.document_number, one.subject.masked_number, str(one.pk)):
                    assert told not in text, (address, told)

    def test_what_counts_counts_organisations_alone(self, client: Client, cast: Cast, persons: list[Entry]) -> None:
        text = client.get(reverse("public_statistics")).content.decode()
        assert "测试黑名单" in text
        for unseen in ("测试红名单", "测试关注名单", "测试法定名单"):
            assert unseen not in text, "a list of persons alone has no line"
        assert re.search(r'figure-value">\s*1\s*<', text)
        assert not re.search(r'figure-value">\s*[2-9]', text)

    def test_their_entry_is_an_unknown_one(self, client: Client, persons: list[Entry]) -> None:
        unknown = answer_to(client, "public_entry", uuid4())
        for one in persons:
            assert answer_to(client, "public_entry", one.pk) == unknown
        assert unknown[0] == 404

    def test_their_place_in_a_list_is_no_place(self, client: Client, persons: list[Entry]) -> None:
        """The border of a page may not tell that there is such an entry."""
        for one in persons:
            for way in ("after", "before"):
                theirs = answer_to(client, "public_list", one.credit_list.code, **{way: str(one.pk)})
                assert theirs == answer_to(client, "public_list", one.credit_list.code, **{way: str(uuid4())})


class TestSearching:
    @pytest.mark.parametrize("page", ["home", "public_promises"])
    @pytest.mark.parametrize("length", [4, 2], ids=["the name", "a part of it"])
    def test_a_name(self, client: Client, persons: list[Entry], page: str, length: int) -> None:
        status, text, asked = answer_to(client, page, q="诸葛无人"[:length])
        for name in (*NAMES, "百里风清"):
            theirs = answer_to(client, page, q=name[:length])
            assert theirs[:2] == (status, text), name
            assert shapes(theirs[2]) == shapes(asked), name

    @pytest.mark.parametrize("page", ["home", "public_promises"])
    def test_a_number(self, client: Client, persons: list[Entry], page: str) -> None:
        status, text, asked = answer_to(client, page, q=citizen_number(Random(9)))
        for place in range(len(persons)):
            theirs = answer_to(client, page, q=number_of(place))
            assert theirs[:2] == (status, text)
            assert shapes(theirs[2]) == shapes(asked)

    def test_persons_crowd_out_no_organisation(self, cast: Cast, client: Client, persons: list[Entry]) -> None:
        """Nor does an organisation that bears a person's name show that there is such a person."""
        shop = publish_one(cast, seed=350, kind=SubjectKind.SOLE_TRADER, name=NAMES[0])
        _status, text, _asked = answer_to(client, "home", q=NAMES[0])
        assert text.count("/public/entries/") == 1
        assert reverse("public_entry", args=[shop.pk]) in text


def test_the_status_of_an_application_tells_nothing(client: Client, persons: list[Entry]) -> None:
    def asked(number: str) -> tuple[int, int, int]:
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(reverse("status"), {"number": number, "secret": "AAAA-BBBB-CCCC"})
        text = answer.content.decode().replace(number, "")
        return answer.status_code, len(re.sub(r"[A-Za-z0-9]{64}", "", text)), len(queries)

    unlisted = asked(citizen_number(Random(9)))
    assert {asked(number_of(place)) for place in range(len(persons))} == {unlisted}


def test_ten_thousand_guesses_are_limited_exactly_and_others_are_served(client: Client, persons: list[Entry]) -> None:
    guesser = RequestFactory(REMOTE_ADDR="198.51.100.9")
    answered = 0
    with time_machine.travel(clock.now(), tick=False):
        for guess in range(10_000):
            try:
                count_search(guesser.get("/", {"q": f"欧阳{guess}"}))
                answered += 1
            except RateLimited:
                pass
        assert answered == 60
        for page in ("home", "public_promises"):
            refused = client.get(reverse(page), {"q": NAMES[0]}, REMOTE_ADDR="198.51.100.9")
            assert refused.status_code == 429
            served = client.get(reverse(page), {"q": "明湖环保"}, REMOTE_ADDR="198.51.100.10")
            assert served.status_code == 200


def test_a_list_that_is_not_public_has_no_page(cast: Cast, client: Client) -> None:
    CreditList.objects.filter(pk=cast.black.pk).update(disclosure=Disclosure.GOVERNMENT)
    assert client.get(reverse("public_list", args=[cast.black.code])).status_code == 404
    assert cast.black.name not in client.get(reverse("public_lists")).content.decode()
