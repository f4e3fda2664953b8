"""What any passer-by sees: organisations in force, and never a natural person (rule 7)."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from catalog.services.memoranda import open_memorandum
from jinan_credit.kernel import clock
from lists.enums import Disclosure, DocumentType, SubjectKind
from lists.models import Subject, SubjectCode
from lists.services.removals import remove_entry
from lists.services.synthetic import citizen_number, uscc
from tests.cast import publish_one


def search(client, query):
    response = client.get(reverse("home"), {"q": query})
    assert response.status_code == 200
    return response


def is_found(response, entry):
    return reverse("public_entry", args=[entry.pk]) in response.content.decode()


class TestSearch:
    @pytest.mark.parametrize("query", ["明湖环保", "明湖", "济南明湖环保科技有限公司", " 明湖 "])
    def test_by_name(self, client, entry, query):
        assert is_found(search(client, query), entry)

    def test_by_code_in_any_spelling(self, client, entry):
        code = entry.subject.code
        assert is_found(search(client, code), entry)
        assert is_found(search(client, code.lower()[:9] + " " + code.lower()[9:]), entry)

    def test_by_an_earlier_code(self, client, entry):
        earlier = uscc(Random(41))
        SubjectCode.objects.create(subject=entry.subject, code=earlier)
        assert is_found(search(client, earlier), entry)

    def test_by_the_new_name_after_a_rename(self, client, entry):
        Subject.objects.filter(pk=entry.subject_id).update(name="济南趵突新材料有限公司")
        assert is_found(search(client, "趵突"), entry)
        assert is_found(search(client, "明湖"), entry)

    @pytest.mark.parametrize("query", ["明", "", "%", "__", "' OR 1=1 --", ".*", "\x00明"])
    def test_too_short_or_odd_finds_nothing(self, client, entry, query):
        assert not is_found(search(client, query), entry)

    def test_what_left_is_gone(self, cast, client, entry):
        remove_entry(
            entry=entry, exit_reason="LISTED_IN_ERROR", made_by=cast.clerk, by=cast.actor("reviewer"), reason="误列"
        )
        assert not is_found(search(client, "明湖"), entry)
        assert client.get(reverse("public_entry", args=[entry.pk])).status_code == 404

    def test_what_ran_out_is_gone_without_any_job(self, client, entry):
        with time_machine.travel(clock.now() + timedelta(days=2000), tick=False):
            assert not is_found(search(client, "明湖"), entry)
            assert client.get(reverse("public_entry", args=[entry.pk])).status_code == 404

    def test_what_is_not_disclosed_is_not_shown(self, cast, client):
        hidden = publish_one(cast, seed=3, name="济南隐湖商贸有限公司", disclosure=Disclosure.GOVERNMENT)
        assert not is_found(search(client, "隐湖"), hidden)
        assert client.get(reverse("public_entry", args=[hidden.pk])).status_code == 404

    def test_results_are_paged(self, cast, client):
        for seed in range(21):
            publish_one(cast, seed=100 + seed, name=f"济南柳泉{seed}号贸易有限公司")
        first, second = search(client, "柳泉"), client.get(reverse("home"), {"q": "柳泉", "page": 2})
        assert first.content.decode().count("/public/entries/") == 20
        assert second.content.decode().count("/public/entries/") == 1

    def test_the_number_of_queries_does_not_grow(self, cast, client, entry, django_assert_max_num_queries):
        for seed in range(10):
            publish_one(cast, seed=200 + seed, name=f"济南明湖{seed}号有限公司")
        with django_assert_max_num_queries(12):
            search(client, "明湖")


class TestNaturalPersons:
    @pytest.fixture
    def number(self):
        return citizen_number(Random(31))

    @pytest.fixture
    def person(self, cast, number):
        return publish_one(
            cast,
            seed=31,
            kind=SubjectKind.NATURAL_PERSON,
            name="欧阳测试",
            code=None,
            document_type=DocumentType.CITIZEN,
            number=number,
        )

    def test_are_found_by_nothing(self, client, person, number):
        queries = [person.subject_name, number, str(person.pk), person.document_number, "欧阳"]
        for query in queries:
            page = search(client, query).content.decode()
            assert "/public/entries/" not in page
            assert person.document_number not in page or query == person.document_number

    def test_a_persons_name_and_a_name_nobody_bears_get_the_same_page(self, client, person):
        theirs = search(client, "欧阳测试").content.decode().replace("欧阳测试", "")
        nobodys = search(client, "诸葛无人").content.decode().replace("诸葛无人", "")
        assert without_request_number(theirs) == without_request_number(nobodys)
        assert len(theirs) == len(nobodys)

    def test_their_page_is_the_404_of_an_unknown_id(self, client, person):
        theirs = client.get(reverse("public_entry", args=[person.pk]))
        unknown = client.get(reverse("public_entry", args=[uuid4()]))
        assert theirs.status_code == unknown.status_code == 404
        assert without_request_number(theirs.content.decode()) == without_request_number(unknown.content.decode())

    def test_their_forms_are_the_404_of_an_unknown_id(self, client, person):
        for name in ("objection_new", "repair_new"):
            for raw in (person.pk, uuid4(), "no-uuid", ""):
                assert client.get(reverse(name), {"entry": raw}).status_code == 404

    def test_representatives_are_not_named(self, cast, client):
        entry = publish_one(cast, seed=9, name="济南华不注建材有限公司", representative="司马代表")
        page = client.get(reverse("public_entry", args=[entry.pk])).content.decode()
        assert "华不注" in page
        assert "司马代表" not in page
        assert "/public/entries/" not in search(client, "司马代表").content.decode()


class TestTheRecord:
    def test_shows_list_basis_document_term_unit_and_the_ways_out(self, client, entry):
        page = client.get(reverse("public_entry", args=[entry.pk])).content.decode()
        for part in (
            entry.credit_list.name,
            entry.basis,
            entry.document_number,
            entry.term_to.isoformat(),
            entry.unit.name,
            f"{reverse('objection_new')}?entry={entry.pk}",
        ):
            assert part in page

    def test_shows_neither_grounds_nor_facts(self, client, entry):
        page = client.get(reverse("public_entry", args=[entry.pk])).content.decode()
        assert entry.grounds not in page
        assert entry.facts not in page

    def test_markup_in_a_name_is_text(self, cast, client):
        nasty = '<script>alert("x")</script>湖有限公司'
        entry = publish_one(cast, seed=12, name=nasty, basis="<img src=x onerror=alert(1)>")
        for page in (
            client.get(reverse("public_entry", args=[entry.pk])),
            search(client, "湖有限公司"),
            search(client, nasty),
            client.get(reverse("objection_new"), {"entry": entry.pk}),
        ):
            text = page.content.decode()
            assert "<script>alert" not in text
            assert "<img src=x" not in text
        assert "&lt;script&gt;" in page.content.decode()

    @pytest.mark.parametrize("name", ["about", "public_memoranda", "status", "home", "objection_new", "repair_new"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_pages_answer_in_both_languages(self, cast, client, name, language):
        response = client.get(reverse(name), headers={"Accept-Language": language})
        assert response.status_code == 200

    def test_a_memorandum_shows_its_measures_with_bases_and_units(self, cast, client):
        page = client.get(reverse("public_memorandum", args=["m900"])).content.decode()
        for part in (cast.ban.content, "测试法", "测试财政局"):
            assert part in page

    def test_a_memorandum_in_preparation_is_not_public(self, cast, client):
        given = {"document_number": "测〔2026〕9号", "kind": "SANCTION", "lead_units": [cast.court]}
        draft = open_memorandum(title="酝酿中的备忘录", by=cast.actor("coordinator"), **given).memorandum
        assert draft.title not in client.get(reverse("public_memoranda")).content.decode()
        assert client.get(reverse("public_memorandum", args=[draft.code])).status_code == 404


def test_searching_is_limited(client, entry):
    codes = {client.get(reverse("home"), {"q": f"名字{n}"}).status_code for n in range(61)}
    assert codes == {200, 429}
    assert client.get(reverse("home")).status_code == 200


def without_request_number(text: str) -> str:
    import re

    text = re.sub(r"<code>[^<]*</code>", "", text)
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"|name="next" value="[^"]*"', "", text)
