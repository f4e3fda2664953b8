"""The steps of the story: a court lists two companies, the units receive it, use it, answer, and get the removal."""

import csv
import hashlib
import io
import json
import re
import sqlite3
import urllib.parse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from story import Walk, step, until
from visitor import Page, UnitSystem, Upload

LIST = "SXBZXR"
COLUMNS = [
    "主体类别",
    "主体名称",
    "统一社会信用代码",
    "证件类型",
    "证件号码",
    "法定代表人",
    "认定依据",
    "决定文书号",
    "文书日期",
    "认定日期",
    "有效期起",
    "有效期止",
    "列入事由",
    "违法事实",
    "失信程度",
    "披露方式",
]
OBJECTOR = {
    "name": "济南示范异议商贸有限公司",
    "code": "91379900MA0DEMA017",
    "document": "（2026）示范执字第1号",
    "class": "一般",
}
REPAIRER = {
    "name": "济南示范修复食品有限公司",
    "code": "91379900MA0DEMB020",
    "document": "（2026）示范执字第2号",
    "class": "轻微",
}


def day_in_jinan() -> str:
    """Today as a clerk in Jinan writes it, wherever this machine stands."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()  # noqa: TID251 - this program is outside the house


def court(role: str) -> str:
    return f"intermediate-court-{role}"


def sample_unit(walk: Walk) -> UnitSystem:
    if "sample unit" not in walk.kept:
        unit = walk.house.demonstration["units"][0]
        walk.kept["sample unit"] = UnitSystem(walk.house.address, unit["client_id"], unit["client_secret"])
    system: UnitSystem = walk.kept["sample unit"]
    return system


def sample_copy(walk: Walk) -> dict[str, dict[str, Any] | None]:
    """What the sample unit holds of the list, by entry id: the entry, or None once it was removed."""
    path: Path = walk.house.place.folder / "sample-unit" / "copy.sqlite3"
    with sqlite3.connect(f"file:{urllib.parse.quote(str(path))}?mode=ro", uri=True) as copy:
        rows = copy.execute("SELECT id, body FROM entry WHERE list = ?", [LIST]).fetchall()
    return {key: json.loads(body) if body else None for key, body in rows}


def held(walk: Walk, party: dict[str, str]) -> dict[str, Any] | None:
    """The sample unit's copy of a company's entry, if it has one."""
    for entry in sample_copy(walk).values():
        if entry and entry["subject"]["code"] == party["code"]:
            return entry
    return None


def list_file() -> bytes:
    today = day_in_jinan()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for party in (OBJECTOR, REPAIRER):
        writer.writerow(
            [
                *(
                    "法人",
                    party["name"],
                    party["code"],
                    "",
                    "",
                    "王示范",
                    "最高人民法院关于公布失信被执行人名单信息的若干规定",
                ),
                *(
                    party["document"],
                    today,
                    today,
                    "",
                    "",
                    "有履行能力而拒不履行生效法律文书确定义务",
                    "",
                    party["class"],
                    "公开",
                ),
            ]
        )
    return text.getvalue().encode("utf-8-sig")


@step("the sign-in page answers")
def sign_in_page_answers(walk: Walk) -> None:
    page = walk.visitor().get("/accounts/login/")
    assert "csrfmiddlewaretoken" in page.text, "there is no form on the sign-in page"


@step("a clerk of the court uploads a list file and it is checked")
def file_is_checked(walk: Walk) -> str:
    clerk = walk.person(court("clerk"))
    page = clerk.send(
        clerk.get(f"/imports/new/?credit_list={LIST}"),
        "credit_list",
        {"credit_list": LIST},
        {"file": Upload("名单.csv", list_file(), "text/csv")},
    )
    walk.kept["import"] = page.path
    until(lambda: _leads_to(clerk.get(page.path), f"{page.path}confirm/"), "the check of the file")
    return page.path


@step("confirmed, the rows are drafts")
def rows_are_drafts(walk: Walk) -> None:
    clerk = walk.person(court("clerk"))
    clerk.post(f"{walk.kept['import']}confirm/")
    until(lambda: _has_form(clerk.get(walk.kept["import"]), "/entries/submit/"), "the import")


@step("the clerk submits them for review")
def drafts_are_submitted(walk: Walk) -> None:
    clerk = walk.person(court("clerk"))
    confirm = clerk.send(clerk.get(walk.kept["import"]), "/entries/submit/")
    clerk.send(confirm, "/entries/submit/", {"confirmed": "1"})


@step("the clerk himself may not publish")
def own_work_is_refused(walk: Walk) -> None:
    walk.person(court("clerk")).get("/review/", status=403)


@step("the reviewer publishes them as one act")
def entries_are_published(walk: Walk) -> str:
    reviewer = walk.person(court("reviewer"))
    group = _link(reviewer.get("/review/"), "/review/group/")
    confirm = reviewer.send(reviewer.get(group), "/review/decide/", {"all": "1", "decision": "publish"})
    page = reviewer.send(confirm, "/review/decide/", {"confirmed": "1"})
    walk.kept["publication"] = page.path
    assert re.fullmatch(r"/publications/\d+/", page.path), f"publishing led to {page.path}"
    return page.path


@step("the sample unit has received the signed push")
def push_is_received(walk: Walk) -> str:
    entry = until(lambda: held(walk, OBJECTOR), "the push to the sample unit")
    assert entry["subject"]["name"] == OBJECTOR["name"]
    assert entry["marks"] == []
    return f"{len(sample_copy(walk))} entries in its copy"


@step("its copy equals the list: the digests agree")
def digests_agree(walk: Walk) -> None:
    until(lambda: _digest_of(sample_versions(walk)) == _digest(walk), "equal digests")


@step("the unit signs the publication (签收)")
def publication_is_signed(walk: Walk) -> None:
    task = _task(walk, "TO_SIGN")
    walk.kept["task"] = task["id"]
    signed = sample_unit(walk).post(f"/api/v1/tasks/{task['id']}/sign/", status=200).json()
    assert signed["state"] == "SIGNED", signed


@step("the unit screens a party: a hit, with its own measures")
def party_is_screened(walk: Walk) -> str:
    screening = _screen(walk, OBJECTOR)
    assert screening["result"] == "hit", screening
    hit = screening["hits"][0]
    assert hit["match"] == "identifier"
    assert hit["measures"], "the unit has no measure for this hit"
    walk.kept["screening"], walk.kept["hit"] = screening["id"], hit
    return f"{len(hit['measures'])} measures"


@step("the screening cannot be closed while the hit is unanswered")
def open_hit_holds_the_screening(walk: Walk) -> None:
    sample_unit(walk).post(f"/api/v1/screenings/{walk.kept['screening']}/close/", status=409)


@step("the unit applies a measure and feeds back (执行反馈)")
def measure_is_applied(walk: Walk) -> None:
    hit, unit = walk.kept["hit"], sample_unit(walk)
    body = {
        "hit": hit["id"],
        "outcome": "applied",
        "measures": [hit["measures"][0]["id"]],
        "performed_on": day_in_jinan(),
        "matter": "示范事项",
    }
    unit.post("/api/v1/executions/", body)
    unit.post("/api/v1/executions/", body, status=409)
    unit.post(f"/api/v1/screenings/{walk.kept['screening']}/close/", status=200)
    state = unit.get(f"/api/v1/tasks/{walk.kept['task']}/").json()["state"]
    assert state == "FED_BACK", f"the task is {state}"


@step("the court sees who signed and fed back")
def court_sees_the_response(walk: Walk) -> None:
    page = walk.person(court("clerk")).get(walk.kept["publication"])
    name = walk.house.demonstration["units"][0]["name"]
    assert name in page.text, f"{name} is not in the response matrix"


@step("a passer-by finds the company on the public site")
def company_is_public(walk: Walk) -> str:
    walk.kept["public objector"] = _public_entry(walk, OBJECTOR)
    walk.kept["public repairer"] = _public_entry(walk, REPAIRER)
    return str(walk.kept["public objector"])


@step("the company objects on the public site")
def objection_is_submitted(walk: Walk) -> str:
    return _apply(
        walk,
        "/objections/new/",
        walk.kept["public objector"],
        OBJECTOR,
        {"grounds": "WRONG_CONTENT", "statement": "金额已付清。"},
    )


@step("accepted, the open objection is pushed; the measures go on")
def objection_is_accepted(walk: Walk) -> None:
    _move(walk, court("clerk"), "/objections/", "accept")
    until(lambda: "OBJECTION_OPEN" in (held(walk, OBJECTOR) or {"marks": []})["marks"], "the mark at the sample unit")
    assert _screen(walk, OBJECTOR)["result"] == "hit"


@step("examined by the clerk, the objection is dismissed by another person")
def objection_is_dismissed(walk: Walk) -> None:
    _move(walk, court("clerk"), "/objections/", "examine", "经核查，未履行完毕。")
    _move(walk, court("second-reviewer"), "/objections/", "dismiss", "异议理由不成立。")


@step("the dismissal is pushed to all units")
def dismissal_is_pushed(walk: Walk) -> None:
    until(lambda: (held(walk, OBJECTOR) or {"marks": None})["marks"] == [], "the dismissal at the sample unit")
    change = _last_change(walk)
    assert change["reason"] == "OBJECTION_DISMISSED", change


@step("the other company applies for repair, with a credit promise")
def repair_is_submitted(walk: Walk) -> str:
    fields = {"statement": "已全部履行。", "evidence_note": "结案通知书", "promise": "on"}
    return _apply(walk, "/repair/new/", walk.kept["public repairer"], REPAIRER, fields)


@step("accepted and verified by the clerk, the repair is approved by another person")
def repair_is_approved(walk: Walk) -> None:
    _move(walk, court("clerk"), "/repairs/", "accept")
    _move(walk, court("clerk"), "/repairs/", "verify", "已核实履行完毕。")
    _move(walk, court("second-reviewer"), "/repairs/", "approve", "同意修复。")


@step("the removal is pushed: the sample unit's copy is without it")
def removal_is_pushed(walk: Walk) -> None:
    until(lambda: held(walk, REPAIRER) is None, "the removal at the sample unit")
    assert _last_change(walk)["op"] == "remove"


@step("in the same moment the public site and screening answer without it")
def removal_is_seen(walk: Walk) -> None:
    walk.visitor().get(walk.kept["public repairer"], status=404)
    assert _screen(walk, REPAIRER)["result"] == "clear"


@step("the unit confirms the release (解除确认)")
def release_is_confirmed(walk: Walk) -> None:
    task = _task(walk, "TO_CONFIRM")
    confirmed = sample_unit(walk).post(f"/api/v1/tasks/{task['id']}/confirm-release/", status=200).json()
    assert confirmed["state"] == "CONFIRMED", confirmed


@step("the coordinator sees the figures")
def coordinator_sees_figures(walk: Walk) -> None:
    page = walk.person("coordinator").get("/oversight/")
    assert walk.house.demonstration["units"][0]["name"] in page.text


@step("full list, replayed changes and digest are one: nothing was lost")
def nothing_was_lost(walk: Walk) -> str:
    until(lambda: _digest_of(sample_versions(walk)) == _digest(walk), "equal digests")
    return f"{_digest(walk)['count']} entries"


# What the steps have in common ------------------------------------------------------------------------------------


def sample_versions(walk: Walk) -> dict[str, int]:
    path: Path = walk.house.place.folder / "sample-unit" / "copy.sqlite3"
    with sqlite3.connect(f"file:{urllib.parse.quote(str(path))}?mode=ro", uri=True) as copy:
        return dict(
            copy.execute("SELECT id, version FROM entry WHERE list = ? AND body IS NOT NULL", [LIST]).fetchall()
        )


def _digest(walk: Walk) -> dict[str, Any]:
    answer = sample_unit(walk).get(f"/api/v1/digest/{LIST}/").json()
    return {"count": answer["count"], "buckets": answer["buckets"]}


def _digest_of(versions: dict[str, int]) -> dict[str, Any]:
    sums = [0] * 256
    for key, version in versions.items():
        bucket = hashlib.sha256(key.encode()).digest()[0]
        sums[bucket] += int.from_bytes(hashlib.sha256(f"{key}:{version}".encode()).digest(), "big")
    return {"count": len(versions), "buckets": [f"{value % 2**256:064x}" for value in sums]}


def _last_change(walk: Walk) -> dict[str, Any]:
    unit = sample_unit(walk)
    head = next(row["head"] for row in unit.get("/api/v1/lists/").json() if row["code"] == LIST)
    epoch, seq = head.split(":")
    page = unit.get(f"/api/v1/feed/{LIST}/?since={epoch}:{int(seq) - 1}").json()
    change: dict[str, Any] = page["data"]["changes"][-1]
    return change


def _task(walk: Walk, state: str) -> dict[str, Any]:
    rows = sample_unit(walk).get(f"/api/v1/tasks/?state={state}&list={LIST}").json()["results"]
    newest: dict[str, Any] = max(rows, key=lambda row: int(row["publication"]["id"]))
    return newest


def _screen(walk: Walk, party: dict[str, str]) -> dict[str, Any]:
    body = {
        "party": {"kind": "organisation", "code": party["code"], "name": party["name"]},
        "matter": {"code": "CG-1", "name": "政府采购资格审查", "reference": "示范-1"},
        "purpose": "政府采购供应商资格审查",
    }
    answer: dict[str, Any] = sample_unit(walk).post("/api/v1/screenings/", body).json()
    return answer


def _public_entry(walk: Walk, party: dict[str, str]) -> str:
    page = walk.visitor().get(f"/?q={party['code']}")
    assert party["name"] in page.text, "the public site does not find the company"
    return urllib.parse.urlsplit(_link(page, "/public/entries/")).path


def _apply(walk: Walk, form: str, public_entry: str, party: dict[str, str], fields: dict[str, str]) -> str:
    visitor = walk.visitor()
    key = public_entry.rstrip("/").rpartition("/")[2]
    common = {
        "applicant_name": party["name"],
        "relation": "SELF",
        "identifier": party["code"],
        "contact": "13800000000",
    }
    check = visitor.send(visitor.get(f"{form}?entry={key}"), "applicant_name", {**common, **fields})
    received = visitor.send(check, "applicant_name", {"step": "send"})
    assert received.path.endswith("/received/"), f"the application led to {received.path}: {received.text[-3000:]}"
    return received.path


def _move(walk: Walk, name: str, queue: str, move: str, reason: str = "") -> Page:
    """A staff member opens the newest case of a queue and takes a step."""
    staff = walk.person(name)
    case = _link(staff.get(queue), rf"{queue}\d+/")
    return staff.post(case, {"move": move, "reason": reason})


def _link(page: Page, pattern: str) -> str:
    found: Callable[[str], re.Match[str] | None] = re.compile(rf'href="({pattern}[^"]*)"').search
    match = found(page.text)
    assert match, f"{page.path} has no link to {pattern}"
    return match[1].replace("&amp;", "&")


def _leads_to(page: Page, address: str) -> bool:
    return f'href="{address}"' in page.text


def _has_form(page: Page, having: str) -> bool:
    return any(having in form.action or having in form.fields for form in page.forms())
