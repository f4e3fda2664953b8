"""The REST contract of screenings, executions and tasks, as a unit's own system sees it."""

import hashlib
import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jinan_credit.accounts.models import IdempotentCall
from jinan_credit.kernel import clock
from lists.enums import ExitReason
from lists.services.key_rotation import rotate_keys
from lists.services.removals import remove_entry
from lists.services.synthetic import uscc
from sanctions.models import Execution, Screening
from tests.cast import Cast, publish_one
from tests.sanctions.conftest import Call, positions, task_of

Connect = Callable[..., Call]


def body(**party: Any) -> dict[str, Any]:
    return {
        "party": {"kind": "organisation", **party},
        "matter": {"code": "CG-1", "name": "政府采购", "reference": "2026-11"},
        "purpose": "采购资格审查",
    }


def error_of(response: Any) -> tuple[int, str, str | None]:
    first = response.json()["errors"][0]
    return response.status_code, first["code"], first["attr"]


def test_the_walk_of_a_hit(cast: Cast, code: str, api: Connect) -> None:
    entry = publish_one(cast, code=code)
    call = api(cast.finance)
    answer = call("post", "screenings/", body(code=code))
    assert answer.status_code == 201
    said = answer.json()
    assert set(said) >= {"id", "result", "hits", "positions", "screened_at", "receipt"}
    assert said["result"] == "hit"
    assert said["positions"] == positions()
    (hit,) = said["hits"]
    assert (hit["match"], hit["score"], hit["entry_id"]) == ("identifier", 1.0, str(entry.pk))
    assert hit["entry"]["subject"]["code"] == code
    assert hit["entry"]["document"] == {"number": entry.document_number, "on": entry.document_on.isoformat()}
    assert {measure["id"] for measure in hit["measures"]} == {cast.ban.pk}
    assert hit["measures"][0]["bases"] == ["《测试法》第一条"]

    path = f"screenings/{said['id']}/"
    assert error_of(call("post", f"{path}close/")) == (409, "hits_open", None)
    report = {"hit": hit["id"], "outcome": "applied", "measures": [cast.ban.pk], "performed_on": str(clock.today())}
    execution = call("post", "executions/", report)
    assert execution.status_code == 201
    assert execution.json()["measures"] == [cast.ban.pk]
    assert error_of(call("post", "executions/", report)) == (409, "already_answered", None)
    closed = call("post", f"{path}close/")
    assert closed.status_code == 200
    assert closed.json()["closed_at"]
    assert call("get", path).json()["hits"][0]["answered"] is True

    cancel = f"executions/{execution.json()['id']}/cancel/"
    assert error_of(call("post", cancel, {})) == (400, "required", "reason")
    assert call("post", cancel, {"reason": "误填"}).json()["cancel_reason"] == "误填"
    assert call("get", path).json()["hits"][0]["answered"] is False


def test_clear_and_unknown(cast: Cast, code: str, api: Connect) -> None:
    call = api(cast.finance)
    assert call("post", "screenings/", body(code=code)).json()["result"] == "clear"
    unknown = call("post", "screenings/", body(name="某公司")).json()
    assert (unknown["result"], unknown["unknown_reason"], unknown["hits"]) == ("unknown", "name_only", [])


def test_bad_bodies_are_refused_by_name(cast: Cast, code: str, api: Connect) -> None:
    call = api(cast.finance)
    assert error_of(call("post", "screenings/", {**body(code=code), "extra": 1})) == (400, "unknown_field", "extra")
    assert error_of(call("post", "screenings/", body(code=code, uscc="x"))) == (400, "unknown_field", "party.uscc")
    assert error_of(call("post", "screenings/", {**body(code=code), "purpose": ""}))[::2] == (400, "purpose")
    assert error_of(call("post", "screenings/", body(code="91370100MA3C000000"))) == (400, "code_wrong", "code")
    assert error_of(call("post", "screenings/", body(kind="party")))[::2] == (400, "party.kind")
    report = {"outcome": "applied", "measures": [cast.ban.pk], "performed_on": str(clock.today())}
    assert error_of(call("post", "executions/", report))[:2] == (400, "hit_or_task")
    assert error_of(call("post", "executions/", {**report, "hit": 1, "task": 1}))[:2] == (400, "hit_or_task")
    assert not Screening.objects.exists()


def test_a_foreign_measure_is_refused(cast: Cast, code: str, api: Connect) -> None:
    publish_one(cast, code=code)
    call = api(cast.finance)
    hit = call("post", "screenings/", body(code=code)).json()["hits"][0]["id"]
    report = {"hit": hit, "outcome": "applied", "measures": [cast.warning.pk], "performed_on": str(clock.today())}
    assert error_of(call("post", "executions/", report)) == (400, "measure_not_own", "measures")


def test_the_same_key_has_one_effect(cast: Cast, code: str, api: Connect) -> None:
    call = api(cast.finance)
    key = {"Idempotency-Key": "k-1"}
    first = call("post", "screenings/", body(code=code), **key)
    again = call("post", "screenings/", body(code=code), **key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert Screening.objects.count() == 1
    assert call("post", "screenings/", body(name="另一家"), **key).status_code == 422


def test_a_kept_answer_holds_no_number_in_clear_and_is_given_again_to_the_byte(
    cast: Cast, number: str, api: Connect, settings: Any
) -> None:
    document = {"document_type": "CITIZEN", "number": number}
    publish_one(cast, kind="NATURAL_PERSON", code=None, name="测某某", representative="", **document)
    call, key = api(cast.finance), {"Idempotency-Key": "k-1"}
    party = body(kind="person", document_type="CITIZEN", document_number=number)
    first = call("post", "screenings/", party, **key)
    assert first.json()["hits"][0]["entry"]["subject"]["document_number"] == number
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept::text FROM accounts_idempotentcall kept")
        (kept,) = cursor.fetchone()
    assert number not in kept
    sent = json.dumps(party, sort_keys=True).encode()
    assert hashlib.sha256(sent).hexdigest() not in kept
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = {**keys, "current": "new", "keys": {**keys["keys"], "new": keys["keys"][keys["current"]]}}
    rotate_keys()
    assert IdempotentCall.objects.get().sealed_answer.startswith("new.")
    assert call("post", "screenings/", party, **key).content == first.content


def test_a_call_costs_a_handful_of_statements(cast: Cast, code: str, number: str, api: Connect) -> None:
    call, other = api(cast.finance), uscc(Random(5))
    for seed in range(3):
        publish_one(cast, code=code, seed=seed)
    publish_one(cast, code=other, seed=4)
    document = {"kind": "person", "document_type": "CITIZEN", "document_number": number}
    parties = [{"code": uscc(Random(6))}, {"code": other}, {"code": code}, document]

    def statements(key: str, party: dict[str, str]) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert call("post", "screenings/", body(**party), **{"Idempotency-Key": key}).status_code == 201
        return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]

    _prepared, asked = ([statements(f"{n}-{m}", party) for m, party in enumerate(parties)] for n in range(2))
    assert [len(one) for one in asked] == [3, 4, 4, 3], asked


def test_a_refusal_keeps_no_key_and_a_used_key_is_answered_first(cast: Cast, code: str, api: Connect) -> None:
    call, key = api(cast.finance), {"Idempotency-Key": "k-1"}
    wrong = body(code="91370100MA3C000000")
    assert error_of(call("post", "screenings/", wrong, **key)) == (400, "code_wrong", "code")
    assert call("post", "screenings/", body(code=code), **key).status_code == 201
    assert call("post", "screenings/", wrong, **key).status_code == 422
    assert Screening.objects.count() == 1


def test_an_unreadable_list_is_kept_as_unknown(cast: Cast, code: str, api: Connect) -> None:
    call = api(cast.finance)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lists_entry RENAME TO lists_entry_away")
    said = call("post", "screenings/", body(code=code)).json()
    assert (said["result"], said["unknown_reason"]) == ("unknown", "not_readable")
    assert Screening.objects.get().unknown_reason == "NOT_READABLE"


def test_tasks_are_listed_signed_and_fed_back(cast: Cast, code: str, api: Connect) -> None:
    entry = publish_one(cast, code=code)
    call = api(cast.finance)
    (task,) = call("get", "tasks/").json()["results"]
    assert (task["state"], task["list"], task["publication"]["count"]) == ("TO_SIGN", "TBLACK", 1)
    assert task["moves"] == ["sign"]
    signed = call("post", f"tasks/{task['id']}/sign/")
    assert (signed.status_code, signed.json()["state"]) == (200, "SIGNED")
    assert error_of(call("post", f"tasks/{task['id']}/sign/"))[:2] == (409, "move_not_open")
    report = {
        "task": task["id"],
        "entry": str(entry.pk),
        "outcome": "not_applied",
        "measures": [],
        "reason": "没有对应事项",
        "performed_on": str(clock.today()),
        "matter": {"code": "A", "name": "采购", "reference": "1"},
        "amount": "10.5",
    }
    made = call("post", "executions/", report)
    assert made.status_code == 201
    assert (made.json()["matter"], made.json()["amount"]) == ("A 采购 1", "10.50")
    assert call("get", f"tasks/{task['id']}/").json()["state"] == "FED_BACK"
    assert call("get", "tasks/?state=TO_SIGN").json()["results"] == []
    assert call("get", "tasks/?state=NONSENSE").status_code == 400


def test_release_is_confirmed_and_nothing_is_declared(cast: Cast, api: Connect) -> None:
    entry = publish_one(cast)
    call = api(cast.finance)
    task = task_of(cast.finance)
    call("post", f"tasks/{task.pk}/sign/")
    assert call("post", f"tasks/{task.pk}/nothing-to-feed-back/").json()["state"] == "NOTHING_TO_FEED_BACK"
    publication = remove_entry(
        entry=entry,
        exit_reason=ExitReason.BASIS_CHANGED,
        made_by=cast.clerk,
        by=cast.actor("second_reviewer"),
        reason="依据撤销",
    )
    release = task_of(cast.finance, publication=publication)
    assert call("post", f"tasks/{release.pk}/confirm-release/").json()["state"] == "CONFIRMED"
    assert release.moves.get().by_client is not None


def test_what_is_another_units_is_not_there(cast: Cast, code: str, api: Connect) -> None:
    publish_one(cast, code=code)
    own, other = api(cast.finance), api(cast.transport)
    screening = own("post", "screenings/", body(code=code)).json()
    hit = screening["hits"][0]["id"]
    report = {"hit": hit, "outcome": "not_applied", "measures": [], "reason": "x", "performed_on": str(clock.today())}
    execution = own("post", "executions/", report).json()["id"]
    task = task_of(cast.finance).pk
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("get", f"screenings/{screening['id']}/", None),
        ("post", f"screenings/{screening['id']}/close/", {}),
        ("post", f"screenings/{screening['id']}/answers/", {k: v for k, v in report.items() if k != "hit"}),
        ("post", f"screenings/{screening['id']}/not-same/", {"entry": screening["id"], "reason": "x"}),
        ("post", f"screenings/{screening['id']}/not-same/withdraw/", {"entry": screening["id"], "reason": "x"}),
        ("post", "executions/", report),
        ("post", f"executions/{execution}/cancel/", {"reason": "x"}),
        ("get", f"tasks/{task}/", None),
        ("post", f"tasks/{task}/sign/", {}),
        ("post", f"tasks/{task}/confirm-release/", {}),
        ("post", f"tasks/{task}/nothing-to-feed-back/", {}),
        ("post", f"tasks/{task}/not-executed/", {"reason": "x"}),
    ]
    for method, path, sent in calls:
        foreign = other(method, path, sent)
        missing = other(method, _missing(path), {**sent, "hit": 10**12} if sent and "hit" in sent else sent)
        assert (foreign.status_code, foreign.json()) == (404, missing.json()), path
    assert [task["id"] for task in other("get", "tasks/").json()["results"]] == [task_of(cast.transport).pk]
    assert Execution.objects.count() == 1


def _missing(path: str) -> str:
    parts = path.split("/")
    if parts[0] == "screenings":
        parts[1] = "01990000-0000-7000-8000-000000000000"
    elif parts[1]:
        parts[1] = "999999999"
    return "/".join(parts)


@pytest.mark.parametrize("scope", ["feed", "screening", "feedback"])
def test_each_call_needs_its_scope(cast: Cast, code: str, api: Connect, scope: str) -> None:
    call = api(cast.finance, scope)
    assert (call("post", "screenings/", body(code=code)).status_code == 201) is (scope == "screening")
    assert (call("get", "tasks/").status_code == 200) is (scope == "feedback")
    assert (call("post", "executions/", {}).status_code == 403) is (scope != "feedback")


def test_a_masked_profile_gets_no_document_numbers(cast: Cast, number: str, api: Connect) -> None:
    publish_one(cast, kind="NATURAL_PERSON", name="王小明", document_type="CITIZEN", number=number)
    sent = body()
    sent["party"] = {"kind": "person", "document_type": "CITIZEN", "document_number": number}
    full = api(cast.finance)("post", "screenings/", sent).json()["hits"][0]["entry"]["subject"]
    cast.transport.data_profile = "MASKED"
    cast.transport.save()
    masked = api(cast.transport)("post", "screenings/", sent).json()["hits"][0]["entry"]["subject"]
    assert (full["document_number"], masked["document_number"]) == (number, None)
