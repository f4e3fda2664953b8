"""What comes twice, too early or from elsewhere: the copy stands at one place, and says which."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from conformance.case import Failed, Talk, case, read_position
from conformance.feed import Batch, upsert
from conformance.sender import Answer


@case("duplicate", "A message seen before is acknowledged again and has no second effect.")
def duplicate(talk: Talk) -> None:
    batch = talk.feed.fresh(2)
    talk.deliver(batch)
    again = talk.offer(batch)
    if not again.is_taken:
        raise Failed(f"A message that came a second time was answered {again}; it must be acknowledged again.")
    talk.compare()
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("concurrency", "The same message twice at the same moment has one effect.")
def concurrency(talk: Talk) -> None:
    for _ in range(3):
        batch = talk.feed.fresh(50)
        answers = _twice_at_once(talk, batch)
        strange = [answer for answer in answers if not (answer.is_taken or answer.status in (409, 429, 503))]
        taken = [answer for answer in answers if answer.is_taken]
        if strange or not taken:
            raise Failed(f"Two posts of one message at once were answered {answers[0]} and {answers[1]}.")
        talk.finish(batch, taken[0])
        talk.deliver(talk.feed.fresh())
    talk.compare()


def _twice_at_once(talk: Talk, batch: Batch) -> list[Answer]:
    with ThreadPoolExecutor(2) as both:
        return list(both.map(talk.offer, (batch, batch)))


@case("gap", "A batch that begins beyond the copy's end is answered 409 with the copy's own position.")
def gap(talk: Talk) -> None:
    talk.expect_place(talk.offer(talk.feed.batch(upsert(talk.feed.code), skipping=10)), "A batch after a gap")
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("rewind", "After a 409 sending goes on from the position that it named, up to the end.")
def rewind(talk: Talk) -> None:
    missed = talk.feed.fresh(4)
    beyond = talk.feed.batch(upsert(talk.feed.code), skipping=4)
    answer = talk.offer(beyond)
    talk.expect_place(answer, "A batch after four changes that were missed")
    talk.deliver(missed)
    talk.deliver(beyond)
    talk.compare()


@case("overlap", "A batch from before the copy's end is taken: it is no gap. The position does not go back.")
def overlap(talk: Talk) -> None:
    first, second = talk.feed.fresh(3), talk.feed.batch(upsert(talk.feed.code), skipping=3)
    talk.deliver(first)
    _taken_again(talk, replace(first, changes=first.changes[:2]))
    talk.deliver(second)
    longer = replace(second, changes=[*second.changes, *talk.feed.fresh().changes])
    talk.finish(longer, _taken_again(talk, longer))
    talk.deliver(talk.feed.fresh())
    talk.compare()


def _taken_again(talk: Talk, batch: Batch) -> Answer:
    answer = talk.offer(batch)
    if not answer.is_taken:
        raise Failed(f"A batch from before was answered {answer}; what somebody had sent again would never be taken.")
    return answer


@case("acknowledgement", "`acked`, where it is given, names a position within the batch; sending goes on from there.")
def acknowledgement(talk: Talk) -> None:
    batch = talk.feed.fresh(20)
    answer = talk.offer(batch)
    if not answer.is_taken:
        raise Failed(f"A good batch of 20 changes was answered {answer}.")
    named = answer.said.get("acked")
    acked = read_position(named)
    if named is not None and not (acked and acked[0] == batch.epoch and batch.first < acked[1]):
        raise Failed(f"acked {named!r} takes nothing of {batch.epoch}:{batch.first} to {batch.last}.")
    talk.finish(batch, answer)
    talk.deliver(talk.feed.fresh())
    talk.compare()
