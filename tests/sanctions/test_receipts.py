"""A receipt is checked by anybody who holds it. It names no party."""

from datetime import UTC, datetime
from random import Random

import time_machine
from django.test import Client
from django.urls import reverse

from lists.services.synthetic import uscc
from sanctions.models import Screening
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import organisation, person, screened

URL = "/verify/receipt/"


def said(client: Client, **sent: str) -> str:
    return client.post(URL, sent).content.decode()


def test_whoever_holds_it_learns_what_it_says(cast: Cast, code: str, client: Client, empty_cache: None) -> None:
    publish_one(cast, code=code)
    with time_machine.travel(datetime(2027, 3, 2, 2, tzinfo=UTC), tick=False):
        screening = screened(organisation(code, "济南某公司"), cast.actor("finance_clerk"))
        page = client.post(URL, {"receipt": screening.receipt, "code": code.lower()})
        assert (page.context["unit"], page.context["is_about"]) == (cast.finance, True)
        text = page.content.decode()
        for shown in (str(screening.pk), cast.finance.name, *screening.positions.values()):
            assert shown in text
        assert "济南某公司" not in text
    assert client.post(URL, {"receipt": screening.receipt, "code": uscc(Random(3))}).context["is_about"] is False


def test_a_forged_one_and_a_persons(cast: Cast, number: str, client: Client, empty_cache: None) -> None:
    screening = screened(person(number, "王小明"), cast.actor("finance_clerk"))
    forged = client.post(URL, {"receipt": f"{screening.receipt[:-2]}AA"})
    assert "payload" not in forged.context
    assert forged.context["form"].errors["receipt"]
    text = said(client, receipt=screening.receipt)
    assert str(screening.pk) in text
    for hidden in (number, screening.masked_number, "王小明"):
        assert hidden not in text


def test_it_is_valid_when_the_screening_is_emptied(cast: Cast, code: str, client: Client, empty_cache: None) -> None:
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    receipt = screening.receipt
    Screening.objects.update(receipt="")
    assert client.post(URL, {"receipt": receipt}).context["payload"]["id"] == str(screening.pk)


def test_guessing_is_slow(cast: Cast, client: Client, empty_cache: None) -> None:
    answers = [client.post(URL, {"receipt": "JC1.x.y"}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_the_receipt_leads_to_the_public_check(cast: Cast, code: str, client: Client) -> None:
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    client.force_login(cast.finance_clerk)
    page = client.get(reverse("screening_receipt", args=[screening.pk])).content.decode()
    assert screening.receipt in page
    assert f"http://testserver{URL}" in page
