"""Messages that carry no changes."""

import secrets

from conformance.case import Failed, Talk, Unseen, case, read_position


@case("unknown-type", "A message of a kind that the receiver does not know is acknowledged and ignored.")
def unknown_type(talk: Talk) -> None:
    answer = talk.tell("list.of-a-kind-to-come", list=talk.feed.code)
    if not answer.is_taken:
        raise Failed(f"A message of an unknown kind was answered {answer}; it would come again for ever.")
    talk.deliver(talk.feed.fresh())
    talk.compare()


@case("resync", "list.resync is answered 2xx with a position of the new epoch, or 503 with Retry-After while loading.")
def resync(talk: Talk) -> None:
    code, epoch = talk.feed.code, secrets.token_hex(4)
    answer = talk.tell("list.resync", list=code, epoch=epoch, snapshot=f"/api/v1/snapshot/{code}/")
    if answer.status in (429, 503) and answer.headers.get("retry-after"):
        raise Unseen("The receiver says that it is loading; whether it ends well is seen with the real service only.")
    if not answer.is_taken:
        raise Failed(f"list.resync was answered {answer}.")
    named = answer.said.get("acked")
    acked = (epoch, 0) if named is None else read_position(named)
    if acked is None or acked[0] != epoch:
        raise Failed(f"list.resync to epoch {epoch} was answered with acked {named!r}.")
    talk.feed.epoch, talk.feed.seq = acked
    talk.deliver(talk.feed.fresh())


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
