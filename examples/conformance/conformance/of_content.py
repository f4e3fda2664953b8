"""What a batch carries: versions only rise, what was removed stays removed, what cannot be read stops nothing."""

from dataclasses import replace

from conformance.case import Failed, Talk, Unseen, case
from conformance.feed import remove, upsert

FULL = 500
"""Changes in a full batch."""


@case("older-version", "A change whose version is older than what is held changes nothing.")
def older_version(talk: Talk) -> None:
    talk.deliver(talk.feed.batch(upsert(talk.feed.code, version=5)))
    entry_id = next(iter(talk.feed.held))
    talk.deliver(talk.feed.batch(upsert(talk.feed.code, entry_id, version=3)))
    talk.compare(or_else="All was taken; whether the newer version was kept")


@case("removed", "What was removed stays removed when an older version comes late.")
def removed(talk: Talk) -> None:
    talk.deliver(talk.feed.fresh())
    entry_id = next(iter(talk.feed.held))
    talk.deliver(talk.feed.batch(remove(entry_id, version=3)))
    talk.deliver(talk.feed.batch(upsert(talk.feed.code, entry_id, version=2)))
    talk.compare(or_else="All was taken; whether the entry stayed removed")


@case("unreadable", "A single change that cannot be taken is told by 422; the others are taken, and the list goes on.")
def unreadable(talk: Talk) -> None:
    strange = {**upsert(talk.feed.code), "op": "merge", "version": "three"}
    batch = talk.feed.batch(upsert(talk.feed.code), strange, upsert(talk.feed.code))
    answer = talk.offer(batch)
    bad = batch.changes[1]["seq"]
    if answer.status == 422:
        rejected = answer.said.get("rejected")
        if not isinstance(rejected, list) or [row.get("seq") for row in rejected if isinstance(row, dict)] != [bad]:
            raise Failed(f"422 must name the change {bad} and no other; it was answered {answer}.")
    elif not answer.is_taken:
        raise Failed(f"A batch with one change of an unknown kind was answered {answer}; the list would stand still.")
    talk.finish(replace(batch, left_out=frozenset([bad])), answer)
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("thinned", "A batch may carry fewer changes than it has numbers, or none: what was superseded is left out.")
def thinned(talk: Talk) -> None:
    for sent in (2, 0):
        batch = talk.feed.fresh(5)
        left_out = frozenset(change["seq"] for change in batch.changes[sent:])
        talk.deliver(replace(batch, left_out=left_out))
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("big", f"A full batch of {FULL} changes is taken, whole or in halves after 413.")
def big(talk: Talk) -> None:
    talk.deliver(talk.feed.batch(*(upsert(talk.feed.code, facts=60) for _ in range(FULL))))
    talk.compare()


@case("gzip", "A gzipped batch is taken, the signature being over the bytes as they came.")
def gzip(talk: Talk) -> None:
    batch = talk.feed.fresh(20)
    answer = talk.post(batch.packed, batch.message_id, **{"Content-Encoding": "gzip"})
    if answer.is_refused:
        raise Unseen(f"Gzip is refused ({answer.status}); this is right for an address registered without it.")
    if not answer.is_taken:
        raise Failed(f"A gzipped batch was answered {answer}.")
    talk.finish(batch, answer)
    talk.compare()
