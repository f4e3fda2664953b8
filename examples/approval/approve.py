#!/usr/bin/env python3
"""Screen the applicant inside a permit workflow: nothing is decided before the lists have answered.

For the approval system of a unit. It needs nothing but Python 3.11. An application is a JSON file, which the program
keeps up to date; where it stands is told by the exit code, too:

    python3 approve.py check application.json             0 go on · 2 stop, an officer decides · 3 wait, cannot tell
    python3 approve.py answer application.json HIT --apply MEASURE…   a measure of one's unit was applied
    python3 approve.py answer application.json HIT --reason WHY       none was applied, and why

`check` may be called again at any time, by a timer say: it goes on where it stopped, and looks up nobody twice.
"""

import argparse
import base64
import hashlib
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

CALL_SECONDS = 10
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
GO_ON, STOP, WAIT = 0, 2, 3
NEEDS_A_PERSON = frozenset({"name_only", "no_lists"})
"""Reasons of *cannot tell* that no repetition cures: the applicant's code is missing, or no list concerns the unit."""


class CannotTell(Exception):
    """No answer by which anything may be decided. It is never read as *clear*."""


class Service:
    """Jinan Credit as this unit's client sees it."""

    def __init__(self, base: str, client_id: str, client_secret: str, patience: float) -> None:
        self._base, self._patience = base.rstrip("/"), patience
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._token = ""

    def post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """One call, repeated while it may help and there is patience.

        `key` stays the same over the repetitions: one that did arrive has its effect once, and gives the same answer.
        """
        until, pause = time.monotonic() + self._patience, FIRST_PAUSE
        while True:
            try:
                return self._once(f"/api/v1/{path}", json.dumps(body).encode(), {"Idempotency-Key": key})
            except urllib.error.HTTPError as error:
                said = error.read().decode(errors="replace")
                if error.code == 401:
                    self._token = ""
                elif error.code != 429 and error.code < 500:
                    raise SystemExit(f"refused, correct what was sent ({error.code}): {said}") from error
                asked = error.headers.get("Retry-After", "")
                pause = float(asked) if asked.isdigit() else pause
                trouble = f"{error.code} {said}"
            except (OSError, http.client.HTTPException, ValueError) as error:
                trouble = str(error)
            if time.monotonic() + pause > until:
                raise CannotTell(trouble)
            time.sleep(pause)
            pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)

    def _once(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        if not self._token:
            grant = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "screening feedback"})
            basic = {"Authorization": f"Basic {self._basic}"}
            self._token = self._send("/o/token/", grant.encode(), basic)["access_token"]
        with_token = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return self._send(path, body, {**headers, **with_token})

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(self._base + path, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=CALL_SECONDS) as answer:
            return dict(json.loads(answer.read()))


class Application:
    """A file: `permit`, `reference`, `party`; and what the program adds: `tries`, `screening`, `answers` to be sent,
    `answered` hits, `closed`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def keep(self, **facts: Any) -> None:
        """Whole or not at all: a file that was half written would be an applicant half looked up."""
        self.facts |= facts
        half = self._path.with_suffix(".tmp")
        half.write_text(json.dumps(self.facts, ensure_ascii=False, indent=2), encoding="utf-8")
        half.replace(self._path)

    @property
    def screening(self) -> dict[str, Any] | None:
        return self.facts.get("screening")

    def key(self, step: str) -> str:
        """The same for the same step of the same application; a header holds no Chinese."""
        return f"{hashlib.sha256(self.facts['reference'].encode()).hexdigest()[:32]}/{step}"

    def open_hits(self) -> list[dict[str, Any]]:
        """Those to be answered; a mere like name is none."""
        hits = self.screening["hits"] if self.screening is not None else []
        return [hit for hit in hits if hit["id"] is not None and hit["id"] not in self.facts.get("answered", [])]


def look_up(service: Service, application: Application) -> dict[str, Any]:
    """The answer of the lists, asked for once. Raises CannotTell."""
    if application.screening is not None:
        return application.screening
    facts = application.facts
    body = {
        "party": facts["party"],
        "matter": {"code": facts["permit"]["code"], "name": facts["permit"]["name"], "reference": facts["reference"]},
        "purpose": f"办理{facts['permit']['name']}",
    }
    # After *cannot tell* the question is a new one: the old key would give the old answer.
    number = facts.get("tries", 0) + 1
    screening = service.post("screenings/", body, application.key(f"screening/{number}"))
    if screening["result"] not in ("clear", "hit"):
        application.keep(tries=number)
        reason = screening.get("unknown_reason") or screening["result"]
        cure = "a person must see to it" if reason in NEEDS_A_PERSON else "to be asked again"
        raise CannotTell(f"{reason}: {cure}")
    application.keep(screening=screening)
    return screening


def send_answers(service: Service, application: Application) -> None:
    """Each as it was given, until it is known to have arrived; one that is refused is forgotten. Raises CannotTell."""
    while answers := application.facts.get("answers"):
        try:
            service.post("executions/", answers[0], application.key(f"answer/{answers[0]['hit']}"))
        except SystemExit:
            application.keep(answers=answers[1:])
            raise
        application.keep(answers=answers[1:], answered=[*application.facts.get("answered", []), answers[0]["hit"]])


def check(service: Service, application: Application) -> int:
    """Where the permit stands: it goes on only when the party is clear, or every hit is answered."""
    try:
        screening = look_up(service, application)
        send_answers(service, application)
        hits = application.open_hits()
        for hit in hits:
            subject = hit["entry"]["subject"]
            print(f"hit {hit['id']}: {subject['name']} on {hit['entry']['list']}, until {hit['entry']['term']['to']}")
            for measure in hit["measures"]:
                print(f"  measure {measure['id']}: {measure['content']} ({'; '.join(measure['bases'])})")
        if hits:
            print("stop: an officer decides what applies, and answers each hit")
            return STOP
        if not application.facts.get("closed"):
            service.post(f"screenings/{screening['id']}/close/", {}, application.key("close"))
            application.keep(closed=True)
    except CannotTell as why:
        print(f"wait: cannot tell, so nothing is decided ({why})")
        return WAIT
    print("go on: " + ("no entry was found" if screening["result"] == "clear" else "every hit is answered"))
    return GO_ON


def answer(service: Service, application: Application, hit: int, measures: list[int], reason: str) -> int:
    """The officer's answer to one hit is kept, then sent; then where the permit stands."""
    if hit not in {one["id"] for one in application.open_hits()}:
        raise SystemExit(f"{hit} is no hit to be answered")
    body = {
        "hit": hit,
        "outcome": "applied" if measures else "not_applied",
        "measures": measures,
        "reason": reason,
        "performed_on": date.today().isoformat(),
        "matter": application.facts["permit"]["name"],
    }
    application.keep(answers=[*application.facts.get("answers", []), body])
    return check(service, application)


def main() -> int:
    env = os.environ.get
    parser = argparse.ArgumentParser(description="Screen the applicant of a permit.")
    parser.add_argument("--base", default=env("CREDIT_BASE", ""), help="the service, such as https://credit.example.cn")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds in which a call is repeated (60)")
    acts = parser.add_subparsers(dest="act", required=True)
    for act in ("check", "answer"):
        acts.add_parser(act).add_argument("file", type=Path)
    answering = acts.choices["answer"]
    answering.add_argument("hit", type=int)
    how = answering.add_mutually_exclusive_group(required=True)
    how.add_argument("--apply", type=int, nargs="+", metavar="MEASURE", default=[])
    how.add_argument("--reason", default="", metavar="WHY")
    given, client = parser.parse_args(), (env("CREDIT_CLIENT_ID", ""), env("CREDIT_CLIENT_SECRET", ""))
    if not (given.base and all(client)):
        parser.error("--base, CREDIT_CLIENT_ID and CREDIT_CLIENT_SECRET are needed")
    service, application = Service(given.base, *client, given.patience), Application(given.file)
    if given.act == "check":
        return check(service, application)
    return answer(service, application, given.hit, given.apply, given.reason)


if __name__ == "__main__":
    sys.exit(main())
