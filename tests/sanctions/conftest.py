import base64
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.test import Client

from jinan_credit.accounts.actors import SYSTEM, Actor
from jinan_credit.accounts.models import Unit
from jinan_credit.accounts.services.clients import register_client
from jinan_credit.kernel import clock
from lists.models import FeedHead
from lists.services.synthetic import citizen_number, uscc
from sanctions.enums import PartyKind
from sanctions.models import Bulletin, CaseReport, Execution, Screening, UnitTask
from sanctions.rules import Matter, Party
from sanctions.services.bulletins import draft_bulletin, issue_bulletin
from sanctions.services.case_texts import prefilled
from sanctions.services.cases import adopt_case, draft_case, report_case, send_back_case
from sanctions.services.executions import Report, answer_hit
from sanctions.services.screenings import screen
from tests.cast import Cast, publish_one

MATTER = Matter(name="政府采购", code="CG-1", reference="2026-11")
Call = Callable[..., Any]


@pytest.fixture
def own_files(tmp_path: Path, settings: Any) -> Path:
    """What is uploaded lies here."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def code() -> str:
    return uscc(Random(77))


@pytest.fixture
def number() -> str:
    return citizen_number(Random(78))


def organisation(code: str = "", name: str = "") -> Party:
    return Party(kind=PartyKind.ORGANISATION, code=code, name=name)


def person(number: str = "", name: str = "", document_type: str = "CITIZEN") -> Party:
    return Party(kind=PartyKind.PERSON, document_number=number, document_type=document_type, name=name)


def screened(party: Party, by: Actor, **more: Any) -> Screening:
    return screen(party=party, matter=MATTER, purpose="采购资格审查", by=by, **more)


def positions() -> dict[str, str]:
    return {head.credit_list.code: head.cursor for head in FeedHead.objects.select_related("credit_list")}


def task_of(unit: Unit, **conditions: Any) -> UnitTask:
    return UnitTask.objects.get(unit=unit, **conditions)


@pytest.fixture
def api(cast: Cast, client: Client) -> Callable[..., Call]:
    """`api(unit, scopes)(method, path, body)`: the REST interface as a unit's own system sees it. A body with a file in
    it is sent as a form."""

    def connect(unit: Unit, *scopes: str) -> Call:
        registered, secret = register_client(unit, f"{unit} system", scopes or ("screening", "feedback"), by=SYSTEM)
        basic = base64.b64encode(f"{registered.client_id}:{secret}".encode()).decode()
        token = client.post(
            "/o/token/", {"grant_type": "client_credentials"}, HTTP_AUTHORIZATION=f"Basic {basic}"
        ).json()["access_token"]

        def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
            is_json = not (isinstance(body, dict) and any(hasattr(part, "read") for part in body.values()))
            return getattr(client, method)(
                f"/api/v1/{path}",
                *([] if method == "get" else [{} if body is None else body]),
                **({} if method == "get" or not is_json else {"content_type": "application/json"}),
                headers={"Authorization": f"Bearer {token}", **headers},
            )

        return call

    return connect


def an_execution(
    cast: Cast, *, seed: int = 1, by: str = "finance_clerk", note: str = "已取消其投标资格。", **values: Any
) -> Execution:
    """A measure applied by finance to a party that it found at its desk: what a case is made from."""
    entry = publish_one(cast, seed=seed, **values)
    found = (
        person(values["number"], document_type="CITIZEN")
        if values.get("kind") == "NATURAL_PERSON"
        else organisation(str(entry.subject.code))
    )
    hit = screened(found, cast.actor(by)).hits.get(entry=entry)
    report = Report(outcome="APPLIED", performed_on=clock.today(), measures=[cast.ban.pk], note=note)
    return answer_hit(hit=hit, report=report, by=cast.actor(by))


def a_case(cast: Cast, state: str = "DRAFT", **values: Any) -> CaseReport:
    """A case of finance in one of its first states, with a text that may be reported."""
    execution = an_execution(cast, **values)
    clerk, coordinator = cast.actor("finance_clerk"), cast.actor("coordinator")
    case = draft_case(execution=execution, text=prefilled(execution), by=clerk)
    if state != "DRAFT":
        report_case(case=case, by=clerk)
    if state == "RETURNED":
        send_back_case(case=case, by=coordinator, reason="请补充成效")
    if state in ("ADOPTED", "IN_BULLETIN"):
        adopt_case(case=case, by=coordinator)
    if state == "IN_BULLETIN":
        issued(cast, case)
    return CaseReport.objects.with_flaw().get(pk=case.pk)


def issued(
    cast: Cast, *cases: CaseReport, title: str = "联合奖惩典型案例", text: str = "现将典型案例通报如下。"
) -> Bulletin:
    coordinator = cast.actor("coordinator")
    bulletin = draft_bulletin(title=title, text=text, cases=[case.pk for case in cases], by=coordinator)
    return issue_bulletin(bulletin=bulletin, by=coordinator)


def a_person(seed: int = 31, name: str = "欧阳测试") -> dict[str, Any]:
    """The values of an entry of a natural person."""
    return {
        "kind": "NATURAL_PERSON",
        "name": name,
        "code": None,
        "document_type": "CITIZEN",
        "number": citizen_number(Random(seed)),
        "representative": "",
    }
