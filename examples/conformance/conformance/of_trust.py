"""Who wrote it, and when: nothing but what the service signed a moment ago is taken."""

import json
import secrets

from conformance.case import Failed, Talk, Unseen, case
from conformance.feed import message

LATE = 6 * 60
"""Older than the five minutes that a message may be on its way."""
IN_TIME = 4 * 60
STRANGE = "v1," + "A" * 43 + "="
"""A signature of nobody, as long as a real one."""


@case("challenge", "The challenge is answered with its token.")
def challenge(talk: Talk) -> None:
    token = secrets.token_urlsafe(32)
    answer = talk.sender.post_bare(message("endpoint.challenge", {"token": token}))
    if answer.status in (401, 403):
        raise Unseen("The challenge is refused now; this is right unless the receiver is just being registered.")
    if answer.status != 200 or answer.said.get("token") != token:
        raise Failed(f"The challenge must be answered 200 with the same token; it was answered {answer}.")


@case("signature", "A batch with a good signature is taken.")
def signature(talk: Talk) -> None:
    talk.deliver(talk.feed.fresh(3))
    talk.compare()


@case("raw-bytes", "The signature is checked over the bytes as they came, not over what was read from them.")
def raw_bytes(talk: Talk) -> None:
    batch = talk.feed.fresh()
    spaced = json.dumps(json.loads(batch.body), ensure_ascii=True, indent=1).encode()
    answer = talk.post(spaced, batch.message_id)
    if not answer.is_taken:
        raise Failed(f"A signed body with spaces and escapes was answered {answer}.")


@case("unsigned", "A message without a signature is refused and has no effect.")
def unsigned(talk: Talk) -> None:
    talk.expect_refused(talk.sender.post_bare(talk.feed.fresh().body), "A batch without a signature")
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("forged", "A message signed with another key is refused and has no effect.")
def forged(talk: Talk) -> None:
    talk.expect_refused(talk.offer(talk.feed.fresh(), signature=STRANGE), "A batch with a wrong signature")
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("changed-body", "A body that is not what was signed is refused and has no effect.")
def changed_body(talk: Talk) -> None:
    batch, other = talk.feed.fresh(), talk.feed.fresh()
    answer = talk.post(other.body, batch.message_id, signs=batch.body)
    talk.expect_refused(answer, "A body that was changed on its way")
    talk.deliver(batch)
    talk.compare()


@case("two-signatures", "While keys change hands there are two signatures: one that fits is enough, first or last.")
def two_signatures(talk: Talk) -> None:
    for signatures in (f"{STRANGE} v1a,AAAA {{}}", f"{{}} {STRANGE}"):
        batch = talk.feed.fresh()
        answer = talk.offer(batch, signature=signatures)
        if not answer.is_taken:
            raise Failed(f"A good signature beside one of another key was answered {answer}.")
        talk.finish(batch, answer)


@case("stale", "A message signed more than five minutes ago is refused.")
def stale(talk: Talk) -> None:
    talk.expect_refused(talk.offer(talk.feed.fresh(), age=LATE), "A message of six minutes ago")
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("future", "A message signed more than five minutes ahead of the receiver's clock is refused.")
def future(talk: Talk) -> None:
    talk.expect_refused(talk.offer(talk.feed.fresh(), age=-LATE), "A message of six minutes ahead")
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("clock-skew", "Clocks that differ by less than five minutes do no harm.")
def clock_skew(talk: Talk) -> None:
    for age in (IN_TIME, -IN_TIME):
        batch = talk.feed.fresh()
        answer = talk.offer(batch, age=age)
        if not answer.is_taken:
            raise Failed(f"A message {abs(age) // 60} minutes {'old' if age > 0 else 'ahead'} was answered {answer}.")
        talk.finish(batch, answer)
