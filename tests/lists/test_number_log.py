"""Who saw a full number: read by the audit administrator and nobody else."""

from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.enums import Role
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.kernel import clock
from lists.enums import HandoutWay, SubjectKind
from lists.models import NumberReveal
from lists.services.handouts import log_handout
from lists.services.number_searches import search_number
from lists.services.reveals import reveal_number
from lists.services.synthetic import citizen_number
from lists.views.audit import PER_PAGE
from tests.cast import Cast, make_user, publish_one
from tests.lists.browser import signed_in

NUMBER = citizen_number(Random(5))
URL = "number_log"


@pytest.fixture
def auditor(cast: Cast) -> Client:
    return signed_in(cast.auditor)


@pytest.fixture
def revealed(cast: Cast) -> str:
    person = {"kind": SubjectKind.NATURAL_PERSON, "name": "王小明", "code": "", "document_type": "CITIZEN"}
    entry = publish_one(cast, **person, number=NUMBER, representative="")
    return reveal_number(entry=entry, by=cast.actor("reviewer"), reason="核对身份证件")


def test_the_log_says_who_when_whose_and_why_but_no_number(auditor: Client, revealed: str) -> None:
    page = auditor.get(reverse(URL)).content.decode()
    assert "核对身份证件" in page
    assert "reviewer" in page
    assert "王**" in page
    assert f"{NUMBER[:6]}********{NUMBER[-4:]}" in page
    assert NUMBER not in page
    assert "王小明" not in page


def test_searches_by_number_stand_beside_what_was_seen(auditor: Client, cast: Cast, revealed: str) -> None:
    search_number(document_type="CITIZEN", number=NUMBER, by=cast.actor("clerk"), reason="群众来访查询")
    page = auditor.get(reverse(URL), {"kind": "searches"}).content.decode()
    assert "群众来访查询" in page
    assert "核对身份证件" not in page
    assert f"{NUMBER[:6]}********{NUMBER[-4:]}" in page
    assert NUMBER not in page


def test_what_units_systems_were_handed_stands_beside_it(auditor: Client, cast: Cast, revealed: str) -> None:
    client, _secret = register_client(cast.finance, "财政监管系统", ("feed",), by=SYSTEM)
    log_handout(
        way=HandoutWay.SNAPSHOT, credit_list=cast.black, number_count=12_345, by=Actor(client=client), up_to="e1:7"
    )
    page = auditor.get(reverse(URL), {"kind": "handouts"}).content.decode()
    for told in ("财政监管系统", "测试财政局", "测试黑名单", "e1:7", "12,345"):
        assert told in page
    assert "核对身份证件" not in page
    for given, count in (({"person": "监管", "unit": "finance"}, 1), ({"person": "税务"}, 0), ({"unit": "court"}, 0)):
        assert len(auditor.get(reverse(URL), {"kind": "handouts", **given}).context["rows"]) == count


def test_it_is_found_by_person_unit_and_day(auditor: Client, revealed: str) -> None:
    today = clock.today().isoformat()
    found = {"person": "review", "unit": "court", "since": today, "until": today}
    assert auditor.get(reverse(URL), {"until": "9999-12-31"}).context["rows"]
    missed = {"person": "finance", "unit": "finance", "since": "2099-01-01", "until": "2020-01-01"}
    for name, value in found.items():
        assert auditor.get(reverse(URL), {name: value}).context["rows"], name
    for name, value in missed.items():
        assert not auditor.get(reverse(URL), {name: value}).context["rows"], name


def test_the_next_page_begins_behind_the_last_row(auditor: Client, cast: Cast, revealed: str) -> None:
    first = NumberReveal.objects.get()
    NumberReveal.objects.bulk_create(
        NumberReveal(subject=first.subject, by=cast.clerk, unit=cast.court, at=first.at, reason=f"{n}")
        for n in range(PER_PAGE)
    )
    page = auditor.get(reverse(URL)).context
    assert len(page["rows"]) == PER_PAGE
    rest = auditor.get(reverse(URL), {"before": page["next"]}).context
    assert list(rest["rows"]) == [first]
    assert rest["next"] is None
    assert auditor.get(reverse(URL), {"before": "x" * 30}).status_code == 200


def test_the_same_queries_for_one_row_and_many(auditor: Client, cast: Cast, revealed: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            auditor.get(reverse(URL))
        return len(captured)

    one = queries()
    first = NumberReveal.objects.get()
    NumberReveal.objects.bulk_create(
        NumberReveal(subject=first.subject, by=cast.clerk, unit=cast.court, at=first.at, reason="x") for _n in range(40)
    )
    assert queries() == one


def test_nobody_else_reads_it(cast: Cast, revealed: str) -> None:
    for person in (cast.clerk, cast.reviewer, cast.coordinator, cast.stranger):
        assert signed_in(person).get(reverse(URL)).status_code == 403
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        assert signed_in(make_user(role.lower(), None, role)).get(reverse(URL)).status_code == 403
    assert Client().get(reverse(URL)).status_code == 302
