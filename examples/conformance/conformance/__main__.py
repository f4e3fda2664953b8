"""The command: runs the cases against an address and says which held."""

import argparse
import json
import secrets
import sys
import time
import urllib.parse
from dataclasses import asdict, dataclass

from conformance import of_content, of_messages, of_order, of_trust
from conformance.case import Case, Failed, Options, Talk, Unseen
from conformance.feed import Feed, message
from conformance.sender import ANSWER_CAP, Sender, key_of

PASSED, FAILED, UNSEEN = "passed", "failed", "unseen"
WORDS = {PASSED: "ok  ", FAILED: "FAIL", UNSEEN: "?   "}
PARTS = (of_trust, of_order, of_content, of_messages)
CASES = [found for part in PARTS for found in vars(part).values() if isinstance(found, Case)]


@dataclass(frozen=True)
class Verdict:
    name: str
    outcome: str
    says: str
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{WORDS[self.outcome]}  {self.name:<16} {self.says}"


def main(arguments: list[str] | None = None) -> int:
    given = read_arguments(arguments)
    sender = Sender(given.url, given.secret)
    options = Options(given.list, given.digest_url, given.warn_after)
    verdicts = []
    for case in CASES:
        if not given.only or case.name in given.only:
            verdicts.append(judge(case, sender, options))
            if not given.json:
                print(verdicts[-1], flush=True)
    of_all = [judge_time(sender, options.warn_after), judge_size(sender)]
    verdicts += of_all
    if given.json:
        print(json.dumps({"url": given.url, "cases": [asdict(verdict) for verdict in verdicts]}, indent=1))
    else:
        print(*of_all, "", summary(verdicts), sep="\n")
    return 1 if any(verdict.outcome == FAILED for verdict in verdicts) else 0


def judge(case: Case, sender: Sender, options: Options) -> Verdict:
    """Run a case on a list of its own, so that one that fails spoils no other."""
    begun = time.monotonic()
    feed = Feed(options.code or f"CHECK-{secrets.token_hex(4).upper()}")
    talk = Talk(sender, feed, options)
    try:
        case.run(talk)
    except Failed as failed:
        outcome, says = FAILED, str(failed)
    except Unseen as unseen:
        outcome, says = UNSEEN, str(unseen)
    else:
        outcome, says = PASSED, case.promise
    if talk.is_open and not options.code:
        sender.post(message("list.ended", {"list": feed.code}), f"{feed.code}-ended")
    return Verdict(case.name, outcome, says, round(time.monotonic() - begun, 3))


def judge_time(sender: Sender, warn_after: float) -> Verdict:
    slowest = max(answer.seconds for answer in sender.answers)
    says = f"The slowest answer took {slowest:.2f} seconds; the service waits ten."
    return Verdict("time", UNSEEN if slowest > warn_after else PASSED, says, round(slowest, 3))


def judge_size(sender: Sender) -> Verdict:
    longest = max(len(answer.body) for answer in sender.answers)
    if longest > ANSWER_CAP:
        return Verdict("size", FAILED, f"An answer of {longest} bytes or more: above {ANSWER_CAP} it counts as none.")
    return Verdict("size", PASSED, f"The longest answer has {longest} bytes; {ANSWER_CAP} are read.")


def summary(verdicts: list[Verdict]) -> str:
    numbers = {outcome: sum(verdict.outcome == outcome for verdict in verdicts) for outcome in WORDS}
    return f"{numbers[PASSED]} held, {numbers[FAILED]} failed, {numbers[UNSEEN]} to be looked at."


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="conformance", description="Plays the service against a receiver.")
    parser.add_argument("url", help="the receiver's address")
    parser.add_argument("--secret", required=True, help="the signing secret that the receiver knows, whsec_…")
    parser.add_argument("--list", default="", help="use this list for all cases; otherwise each makes up its own")
    parser.add_argument("--digest-url", default="", help="where GET {digest-url}/{list} gives the digest of the copy")
    parser.add_argument("--only", nargs="+", default=[], choices=[case.name for case in CASES], metavar="CASE")
    parser.add_argument("--warn-after", type=float, default=5.0, metavar="SECONDS", help="an answer slower than that")
    parser.add_argument("--allow-http", action="store_true", help="for a receiver on this machine")
    parser.add_argument("--json", action="store_true", help="a report for programs")
    given = parser.parse_args(arguments)
    scheme = urllib.parse.urlsplit(given.url).scheme
    if scheme != "https" and not (scheme == "http" and given.allow_http):
        parser.error("the address must be https (or http with --allow-http)")
    try:
        key_of(given.secret)
    except ValueError:
        parser.error("a signing secret is written whsec_ and base64")
    return given


if __name__ == "__main__":
    sys.exit(main())
