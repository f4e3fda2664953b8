"""Whether a notice is genuine: its number, date and issuing unit, and nothing else."""

import re
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lists.enums import DocumentType, SubjectKind
from lists.models import Entry, Notice
from lists.services.notices import issue_notices
from lists.services.synthetic import citizen_number
from tests.cast import Cast, publish_one

UNKNOWN = ("0000-0000-0000-0000", "ZZZZZZZZZZZZZZZZ", "short", "x" * 40, "' OR 1=1 --", "０" * 16, "济南")


def notice_of(entry: Entry) -> Notice:
    assert entry.last_publication is not None
    issue_notices(entry.last_publication)
    return Notice.objects.select_related("wording").get(entry=entry)


@pytest.fixture
def notice(entry: Entry) -> Notice:
    return notice_of(entry)


def answer_to(client: Client, code: str) -> str:
    answer = client.post(reverse("verify"), {"code": code}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def test_a_genuine_notice_is_confirmed(client: Client, notice: Notice) -> None:
    text = answer_to(client, notice.code_in_groups)
    assert notice.number in text
    assert str(notice.issued_on) in text
    assert notice.wording.content["unit"] in text


def test_in_any_spelling(client: Client, notice: Notice) -> None:
    code = notice.verification_code
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    for typed in (code, code.lower(), f" {code[:8]} {code[8:]} ", wide, code.replace("0", "O").replace("1", "l")):
        assert notice.number in answer_to(client, typed)


def test_nothing_else_is_shown(client: Client, entry: Entry, notice: Notice) -> None:
    text = answer_to(client, notice.verification_code)
    for secret in (
        entry.subject_name,
        str(entry.subject.code),
        entry.document_number,
        entry.grounds,
        entry.credit_list.name,
        str(entry.pk),
        "Listing decision",
    ):
        assert secret not in text


def test_nothing_of_a_person_is_shown(client: Client, cast: Cast) -> None:
    number = citizen_number(Random(5))
    entry = publish_one(
        cast,
        seed=5,
        kind=SubjectKind.NATURAL_PERSON,
        name="欧阳测试",
        code=None,
        document_type=DocumentType.CITIZEN,
        number=number,
        representative="",
    )
    text = answer_to(client, notice_of(entry).verification_code)
    assert "欧阳测试" not in text
    assert entry.subject.masked_number not in text


def test_whatever_does_not_fit_gets_the_same_answer(client: Client, notice: Notice) -> None:
    answers = {plain(answer_to(client, code), code) for code in UNKNOWN}
    assert len(answers) == 1
    assert notice.number not in answers.pop()


def plain(text: str, typed: str) -> str:
    """The page without what was typed and without the tokens of its forms."""
    return re.sub(r"[A-Za-z0-9]{64}", "", text.replace(f'value="{escape(typed)}"', ""))


def test_an_unknown_code_costs_the_same_look_up(
    client: Client, notice: Notice, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        answer_to(client, notice.verification_code)
    for code in UNKNOWN:
        with django_assert_num_queries(1):  # type: ignore[operator]
            answer_to(client, code)


@pytest.mark.parametrize("code", ["", "  ", "\0", "x" * 41])
def test_what_is_no_code_is_asked_for_again(client: Client, notice: Notice, code: str) -> None:
    assert "field-error" in answer_to(client, code)


def test_the_address_carries_no_code(client: Client, notice: Notice) -> None:
    answer = client.get(reverse("verify"), {"code": notice.verification_code})
    assert notice.number not in answer.content.decode()


def test_guessing_is_limited_by_address(client: Client, notice: Notice) -> None:
    for _n in range(20):
        answer_to(client, UNKNOWN[0])
    refused = client.post(reverse("verify"), {"code": notice.verification_code})
    assert refused.status_code == 429
    assert notice.number not in refused.content.decode()
    other = client.post(reverse("verify"), {"code": notice.verification_code}, REMOTE_ADDR="198.51.100.7")
    assert notice.number in other.content.decode()


def test_only_look_and_ask(client: Client) -> None:
    assert client.put(reverse("verify")).status_code == 405
    assert client.get(reverse("verify")).status_code == 200
