"""The REST contract of batches and portfolios, as a unit's own system sees it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lists.services.import_files import LARGEST_FILE
from lists.services.synthetic import citizen_number, uscc
from sanctions.api.raw_files import XlsxParser
from sanctions.models import ScreeningBatch
from sanctions.services.batch_jobs import screen_batch
from sanctions.services.portfolio_changes import tell_portfolios
from tests.cast import Cast, publish_one
from tests.lists.files import xlsx
from tests.sanctions.conftest import Call, positions
from tests.sanctions.parties import ndjson
from tests.sanctions.test_api import error_of

Connect = Callable[..., Call]
GIVEN = {"purpose": "采购资格审查", "matter_name": "政府采购", "matter_code": "CG-1"}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def call(cast: Cast, api: Connect) -> Call:
    return api(cast.finance)


def form(*parties: dict[str, str], **fields: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("parties.ndjson", ndjson(*parties).getvalue()), **fields}


def lines(response: Any) -> Iterator[dict[str, Any]]:
    for line in b"".join(response.streaming_content).decode().splitlines():
        yield json.loads(line)


def test_a_batch_from_the_file_to_the_results(cast: Cast, code: str, number: str, call: Call) -> None:
    entry = publish_one(cast, code=code)
    parties = [
        {"kind": "organisation", "code": code, "reference": "A-1"},
        {"kind": "person", "document_number": number},
        {"kind": "organisation", "name": "某公司"},
        {"kind": "person", "document_number": "370102199001011234"},
    ]
    answer = call("post", "screening-batches/", form(*parties, **GIVEN))
    assert answer.status_code == 202, answer.content
    path = f"screening-batches/{answer.json()['id']}/"
    assert call("get", path).json()["status"] == "running"
    assert error_of(call("get", f"{path}results/")) == (409, "batch_not_done", None)
    screen_batch(answer.json()["id"])

    said = call("get", path).json()
    assert (said["status"], said["parties"], said["positions"]) == ("done", 4, positions())
    assert said["counts"] == {"clear": 1, "hit": 1, "unknown": 1, "wrong": 1}
    hit, clear, unknown, wrong = lines(call("get", f"{path}results/"))
    assert (hit["row"], hit["reference"], hit["result"]) == (1, "A-1", "hit")
    (found,) = hit["hits"]
    assert (found["entry_id"], found["match"]) == (str(entry.pk), "identifier")
    assert [measure["id"] for measure in found["measures"]] == [cast.ban.pk]
    assert (clear["result"], clear["hits"], clear["screening"]) == ("clear", [], None)
    assert number not in json.dumps(clear), "a number is told masked"
    assert (unknown["result"], unknown["unknown_reason"]) == ("unknown", "name_only")
    assert (wrong["result"], wrong["errors"][0]["code"]) == ("wrong", "bad_citizen_number")
    assert [line["row"] for line in lines(call("get", f"{path}results/?after=1&limit=2"))] == [2, 3]

    single = call("get", f"screenings/{hit['screening']}/").json()
    assert [one["id"] for one in single["hits"]] == [found["id"]]


def test_bad_calls_are_refused_by_name(cast: Cast, code: str, call: Call) -> None:
    assert error_of(call("post", "screening-batches/", form({"code": code}, matter_name="x"))) == (
        400,
        "required",
        "purpose",
    )
    extra = call("post", "screening-batches/", form({"code": code}, **GIVEN, extra="x"))
    assert error_of(extra) == (400, "unknown_field", "extra")
    made = call("post", "screening-batches/", form({"code": code}, **GIVEN)).json()["id"]
    screen_batch(made)
    assert error_of(call("get", f"screening-batches/{made}/results/?after=x"))[1] == "invalid"


def raw(call: Call, body: bytes, kind: str = "application/x-ndjson", **given: str) -> Any:
    """The body is the file; what else is said stands in the address. A header is given as `header_Name`."""
    headers = {name.removeprefix("header_"): given.pop(name) for name in list(given) if name.startswith("header_")}
    return call("post", f"screening-batches/?{urlencode(given)}", body, **{"Content-Type": kind, **headers})


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("application/x-ndjson", lambda code: ndjson({"kind": "organisation", "code": code}).getvalue()),
        ("text/csv; charset=utf-8", lambda code: f"kind,code\norganisation,{code}\n".encode()),
        (XlsxParser.media_type, lambda code: xlsx(["organisation", code], header=("kind", "code")).getvalue()),
    ],
    ids=["ndjson", "csv", "xlsx"],
)
def test_the_body_may_be_the_file(cast: Cast, code: str, call: Call, kind: str, made: Callable[[str], bytes]) -> None:
    publish_one(cast, code=code)
    answer = raw(call, made(code), kind, **GIVEN)
    assert answer.status_code == 202, answer.content
    screen_batch(answer.json()["id"])
    batch = ScreeningBatch.objects.get()
    assert (batch.purpose, batch.matter_name, batch.matter_code) == tuple(GIVEN.values())
    assert (batch.row_count, batch.hit_count) == (1, 1)


def test_a_file_as_body_is_refused_as_in_a_form(code: str, call: Call) -> None:
    body = ndjson({"kind": "organisation", "code": code}).getvalue()
    assert error_of(raw(call, body, matter_name="x")) == (400, "required", "purpose")
    assert error_of(raw(call, body, **GIVEN, extra="x")) == (400, "unknown_field", "extra")
    assert error_of(raw(call, b"", **GIVEN)) == (400, "required", "file")
    assert error_of(raw(call, b"x" * (LARGEST_FILE + 1), **GIVEN)) == (400, "file_too_large", "file")
    assert raw(call, body, "text/plain", **GIVEN).status_code == 415
    assert not ScreeningBatch.objects.exists()


def test_a_file_as_body_with_a_key_is_taken_once(code: str, call: Call) -> None:
    body, key = ndjson({"kind": "organisation", "code": code}).getvalue(), {"header_Idempotency-Key": "k-1"}
    first, second = (raw(call, body, **GIVEN, **key) for _time in range(2))
    assert (first.status_code, first.json()["id"]) == (202, second.json()["id"])
    for other in (raw(call, body, **GIVEN | {"purpose": "另一目的"}, **key), raw(call, body + b"\n", **GIVEN, **key)):
        assert error_of(other) == (422, "idempotency_key_reused", None)
    assert ScreeningBatch.objects.count() == 1


def test_another_units_are_not_there(cast: Cast, code: str, api: Connect, call: Call) -> None:
    made = call("post", "screening-batches/", form({"code": code}, **GIVEN)).json()["id"]
    portfolio = call("post", "portfolios/", {"name": "甲", "purpose": "乙", "legal_basis": "丙"}).json()["id"]
    foreign = api(cast.transport)
    for path in (
        f"screening-batches/{made}/", f"screening-batches/{made}/results/", f"portfolios/{portfolio}/",
        f"portfolios/{portfolio}/changes/",
    ):  # fmt: skip
        assert foreign("get", path).status_code == 404
    assert foreign("post", f"portfolios/{portfolio}/end/", {"reason": "x"}).status_code == 404
    assert foreign("post", f"portfolios/{portfolio}/batches/", {"batch": made}).status_code == 404
    assert api(cast.finance, "feed")("get", f"screening-batches/{made}/").status_code == 403


def test_a_portfolio_from_the_file_to_its_end(cast: Cast, code: str, number: str, call: Call) -> None:
    made = call("post", "portfolios/", {"name": "供应商", "purpose": "供应商管理", "legal_basis": "政府采购法"})
    assert made.status_code == 201
    path = f"portfolios/{made.json()['id']}/"
    assert call("post", f"{path}files/", form({"code": code, "reference": "S-1"}, use="keep")).status_code == 202
    screen_batch(ScreeningBatch.objects.get().pk)
    assert call("get", path).json()["parties"] == 1
    assert call("get", f"{path}changes/").json() == {"changes": [], "cursor": 0}

    entry = publish_one(cast, code=code)
    tell_portfolios()
    said = call("get", f"{path}changes/").json()
    (change,) = said["changes"]
    assert (change["standing"], change["list"], change["entry_id"]) == ("entered", "TBLACK", str(entry.pk))
    assert (change["reference"], change["reason"], change["id"]) == ("S-1", "PUBLISHED", said["cursor"])
    assert call("get", f"{path}changes/?after={said['cursor']}").json() == {"changes": [], "cursor": said["cursor"]}

    batch = call("post", "screening-batches/", form({"document_number": citizen_number(Random(1))}, **GIVEN)).json()[
        "id"
    ]
    assert error_of(call("post", f"{path}batches/", {"batch": batch})) == (409, "batch_not_done", None)
    screen_batch(batch)
    assert call("post", f"{path}batches/", {"batch": batch}).json()["parties"] == 2
    assert call("post", f"{path}files/", form({"code": code}, use="drop")).status_code == 202
    screen_batch(ScreeningBatch.objects.latest("pk").pk)
    assert call("get", path).json()["parties"] == 1
    ended = call("post", f"{path}end/", {"reason": "合同到期"}).json()
    assert (ended["state"], ended["parties"]) == ("ended", 0)
    assert error_of(call("post", f"{path}files/", form({"code": uscc(Random(9))}))) == (409, "portfolio_ended", None)
    assert [one["id"] for one in call("get", "portfolios/").json()["results"]] == [made.json()["id"]]
