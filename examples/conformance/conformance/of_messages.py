"""Messages that carry no changes."""

from conformance.case import Failed, Talk, Unseen, case
from conformance.feed import remove, upsert


@case("unknown-type", "A message of a kind that the receiver does not know is acknowledged and ignored.")
def unknown_type(talk: Talk) -> None:
    answer = talk.tell("list.of-a-kind-to-come", list=talk.feed.code)
    if not answer.is_taken:
        raise Failed(f"A message of an unknown kind was answered {answer}; it would come again for ever.")
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("resync", "list.resync is answered 2xx with a position of the new epoch, or 503 with Retry-After while loading.")
def resync(talk: Talk) -> None:
    talk.begin_anew()
    talk.deliver(talk.feed.fresh())


@case("reissued", "After list.resync a version counts that is lower than what was held before: it was given out anew.")
def reissued(talk: Talk) -> None:
    code = talk.feed.code
    talk.deliver(talk.feed.batch(upsert(code, version=5), upsert(code, version=1)))
    lowered, left_behind = talk.feed.held
    talk.deliver(talk.feed.batch(remove(left_behind, version=4)))
    talk.begin_anew()
    talk.deliver(talk.feed.batch(upsert(code, lowered, version=3), upsert(code, left_behind, version=2)))
    talk.compare(or_else="All was taken; whether the versions of the earlier copy are forgotten")


@case("ended", "list.ended is acknowledged, the copy of the list deleted; if the list comes again it begins anew.")
def ended(talk: Talk) -> None:
    talk.deliver(talk.feed.fresh(2))
    answer = talk.tell("list.ended", list=talk.feed.code)
    if not answer.is_taken:
        raise Failed(f"list.ended was answered {answer}.")
    if not talk.options.digest_url:
        raise Unseen("It was acknowledged; whether the copy is deleted is not visible from outside: give --digest-url.")
    if not talk.is_gone:
        raise Failed("list.ended was acknowledged, but the copy is still there.")
