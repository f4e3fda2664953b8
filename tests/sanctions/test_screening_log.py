"""Every query is kept with its purpose; the audit administrator sees all of them, and nobody else."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanctions.models import Screening
from sanctions.views import audit
from tests.cast import Cast
from tests.sanctions.conftest import Call, organisation, person, screened
from tests.sanctions.test_api import body

LOG = "/audit/screenings/"


@pytest.fixture
def auditor(cast: Cast, client: Client) -> Client:
    client.force_login(cast.auditor)
    return client


def test_it_names_who_whom_and_why(
    cast: Cast, code: str, number: str, auditor: Client, api: Callable[..., Call]
) -> None:
    screened(person(number, "王小明"), cast.actor("finance_clerk"))
    api(cast.transport)("post", "screenings/", body(code=code, name="济南某公司"))
    page = auditor.get(LOG)
    assert [row.unit for row in page.context["rows"]] == [cast.transport, cast.finance]
    text = page.content.decode()
    for shown in (code, "济南某公司", "采购资格审查", number[:6], "王**", str(cast.finance_clerk), "测试交通局 system"):
        assert shown in text, shown
    assert number not in text
    assert "王小明" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("unit=finance", 1),
        ("officer=finance", 1),
        ("officer=system", 1),
        ("purpose=资格", 2),
        ("purpose=离婚", 0),
        ("result=CLEAR", 2),
        ("since=2126-01-01", 0),
    ],
)
def test_it_filters(cast: Cast, code: str, auditor: Client, api: Callable[..., Call], query: str, found: int) -> None:
    screened(organisation(code), cast.actor("finance_clerk"))
    api(cast.transport)("post", "screenings/", body(code=code))
    assert len(auditor.get(f"{LOG}?{query}").context["rows"]) == found


def test_it_turns_pages_for_the_same_number_of_queries(
    cast: Cast, code: str, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for size in (1, 10):
        monkeypatch.setattr(audit, "PER_PAGE", size)
        while Screening.objects.count() < size + 2:
            screened(organisation(code), cast.actor("finance_clerk"))
        with CaptureQueriesContext(connection) as queries:
            page = auditor.get(LOG)
        counts.append(len(queries))
        assert len(page.context["rows"]) == size
    rest = auditor.get(f"{LOG}?before={page.context['next']}")
    assert (len(rest.context["rows"]), rest.context["next"], rest.context["is_first"]) == (2, None, False)
    assert auditor.get(f"{LOG}?before=nonsense").status_code == 200
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["clerk", "reviewer", "finance_clerk", "coordinator"])
def test_nobody_else_sees_it(cast: Cast, code: str, client: Client, name: str) -> None:
    screened(organisation(code), cast.actor("finance_clerk"))
    client.force_login(getattr(cast, name))
    assert client.get(LOG).status_code == 403
    assert not Screening.objects.logged_for(cast.actor(name)).exists()


def test_the_auditor_opens_no_screening(cast: Cast, code: str, auditor: Client) -> None:
    screening = screened(organisation(code), cast.actor("finance_clerk"))
    assert auditor.get(reverse("screening", args=[screening.pk])).status_code == 403
