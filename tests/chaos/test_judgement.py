"""The judges themselves: each finds what it is there for, and is silent about what is lawful."""

from pathlib import Path
from typing import Any

import pytest

from tests.chaos import invariants
from tests.chaos.copies import Copy
from tests.chaos.feeds import Feeds, Promise, Promises, Replayed
from tests.chaos.invariants import Crash
from tests.chaos.journal import Line, Position, What
from tests.chaos.plan import LONG, SHORT, draw_plan
from tests.chaos.programs import EVERYTHING
from tests.chaos.test_short import KINDS, SEED
from tests.chaos.world import Outage

UNITS = ("health", "customs")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "copy.sqlite3")


def batch(start: int, *changes: tuple[str, int], epoch: str = "e", op: str = "upsert") -> dict[str, Any]:
    """Changes (entry, version) that follow the position `start`."""
    numbered = [
        {"seq": seq, "op": op, "id": entry, "version": version}
        for seq, (entry, version) in enumerate(changes, start + 1)
    ]
    stop = start + len(changes)
    return {"list": "L", "from": f"{epoch}:{start}", "to": f"{epoch}:{stop}", "changes": numbered}


def breaks(copy: Copy) -> list[str]:
    return list(invariants.breaks(copy.journal()))


def test_a_lawful_life_is_not_complained_of(copy: Copy) -> None:
    assert copy.take("a", batch(0, ("x", 1), ("y", 1))) == (200, {"acked": "e:2"})
    assert copy.take("b", batch(2, ("x", 2), ("y", 2)), most=1) == (200, {"acked": "e:3"})
    assert copy.take("c", batch(3, ("y", 2), op="remove"))[0] == 200
    assert copy.go_back("L", 2) == Position("e", 2)
    assert copy.take("d", batch(4, ("z", 1))) == (409, {"expected": "e:2"})
    assert copy.take("e", batch(2, ("x", 2), ("y", 2))) == (200, {"acked": "e:4"})
    copy.replace("L", Position("f", 9), [{"id": "x", "version": 7, "seq": 8}])
    assert copy.take("g", batch(9, ("x", 8), epoch="f"))[0] == 200
    assert not breaks(copy)
    assert not invariants.of_kind(copy.journal(), What.STALE, What.FORGED)
    assert not invariants.repeated(copy.journal())
    (holding,) = copy.holdings()
    assert (holding.position, holding.base, holding.entries) == (Position("f", 10), 9, {"x": 8})


def test_a_batch_that_leaves_something_out_breaks_the_chain(copy: Copy) -> None:
    copy.take("a", batch(0, ("x", 1)))
    assert copy.take("b", batch(2, ("y", 1)))[0] == 409
    assert len(breaks(copy)) == 1


def test_a_batch_with_a_hole_breaks_the_chain(copy: Copy) -> None:
    data = batch(0, ("x", 1), ("y", 1), ("z", 1))
    del data["changes"][1]
    copy.take("a", data)
    assert len(breaks(copy)) == 1


def test_another_epoch_without_a_snapshot_breaks_the_chain(copy: Copy) -> None:
    copy.take("a", batch(0, ("x", 1)))
    assert copy.take("b", batch(1, ("y", 1), epoch="f")) == (409, {"expected": "e:1"})
    assert len(breaks(copy)) == 1


def test_a_version_that_is_not_newer_is_found_and_not_applied(copy: Copy) -> None:
    copy.take("a", batch(0, ("x", 2)))
    copy.take("b", batch(1, ("x", 2)))
    assert invariants.of_kind(copy.journal(), What.STALE)


def test_a_repeated_batch_needs_a_crash_of_its_own_since_it_came_before() -> None:
    journal = [
        Line(100, "L", What.TAKEN, "e", 0, 2),
        Line(150, "L", What.AGAIN, "e", 0, 2),
        Line(200, "L", What.BEHIND, "e", 0, 3),
        Line(250, "L", What.TAKEN, "e", 2, 3),
    ]
    first, second = Crash(120, 121), Crash(160, 170, "health")
    for explained in ([first, second], [second, first], [first, Crash(90, 190)], [Crash(90, 99), second]):
        assert not list(invariants.unexplained_repeats("health", journal, explained))
    for crashes in ([first], [second], [first, first], [first, Crash(201, 202)], [Crash(50, 60), second]):
        assert len(list(invariants.unexplained_repeats("health", journal, crashes))) == 1
    assert len(list(invariants.unexplained_repeats("customs", journal, [first, second]))) == 1


def test_a_crash_repeats_one_batch_of_each_list() -> None:
    journal = [
        *(Line(100, code, What.TAKEN, "e", 0, 2) for code in ("L", "M")),
        *(Line(150, code, What.AGAIN, "e", 0, 2) for code in ("L", "M")),
    ]
    assert not list(invariants.unexplained_repeats("health", journal, [Crash(120, 121)]))


def test_an_answer_that_the_receiver_lost_explains_a_repeat(copy: Copy) -> None:
    first = copy.take("a", batch(0, ("x", 1), ("y", 1)))
    copy.note_lost("L")
    assert copy.take("a", batch(0, ("x", 1), ("y", 1))) == first
    assert not list(invariants.unexplained_repeats("health", copy.journal(), []))
    assert copy.take("b", batch(0, ("x", 1), ("y", 1), ("z", 1))) == (409, {"expected": "e:2"})
    assert len(list(invariants.unexplained_repeats("health", copy.journal(), []))) == 1


def test_a_copy_that_differs_is_found_but_for_what_it_refused(copy: Copy) -> None:
    feeds = Feeds()
    feeds.epochs["L"] = "e"
    feeds.changes["L"] = [Replayed("upsert", "x", 1), Replayed("upsert", "y", 1), Replayed("remove", "x", 2)]
    assert copy.take("a", batch(0, ("x", 1), ("y", 1)), refuse=1)[0] == 422
    (holding,) = copy.holdings()
    assert (holding.entries, holding.refused) == ({"x": 1}, frozenset({2}))
    assert not feeds.difference(holding)
    copy.take("b", batch(2, ("x", 2)))
    (holding,) = copy.holdings()
    assert "differs at e:3" in feeds.difference(holding)
    feeds.changes["L"].pop()
    assert "beyond the head" in feeds.difference(holding)


def test_publication_must_go_on_without_redis_but_not_without_the_database() -> None:
    promise = Promise(began=11.0, at=12.0, publication=1, code="L", first=1, last=1)
    away = Outage("redis", 10.0, 18.0)
    assert not list(invariants.stalled([promise], [], [away]))
    assert list(invariants.stalled([], [], [away]))
    assert list(invariants.stalled([promise], [(11.0, 11.1, "Deadlock")], [away]))
    assert not list(invariants.stalled([], [(11.0, 11.1, "gone")], [away, Outage("postgres", 9.0, 12.0)]))


def test_what_follows_the_dump_may_be_forgotten_and_nothing_else(tmp_path: Path) -> None:
    journal = tmp_path / "publisher.jsonl"
    line = '{"began": %d, "publication": %d, "code": "L", "first": 1, "last": 2, "at": %d}\n'
    journal.write_text("\n" + line % (1, 7, 2) + line % (5, 8, 6) + '{"began": 9, "publ')
    promises = Promises([journal])
    promises.forget_since(6.0)
    assert [promise.publication for promise in promises.made] == [7]
    assert [promise.publication for promise in promises.forgotten] == [8]


def test_the_seed_alone_makes_the_plan() -> None:
    plan = draw_plan(5, 220, LONG, UNITS)
    assert plan == draw_plan(5, 220, LONG, UNITS)
    assert plan != draw_plan(6, 220, LONG, UNITS)
    assert sum(stroke.fault.weight > 0 for stroke in plan) == 220
    assert {stroke.fault.name for stroke in plan} >= set(LONG.names)


def test_the_short_run_shows_every_quick_kind() -> None:
    assert {stroke.fault.name for stroke in draw_plan(SEED, KINDS, SHORT, UNITS)} - {"dump"} == set(SHORT.names)


def test_nobody_is_struck_while_he_is_away_and_a_restore_waits_for_all() -> None:
    free_at: dict[str, float] = {}
    for stroke in draw_plan(5, 400, LONG, UNITS):
        away = max(free_at.values(), default=0.0) if stroke.fault.name == "restore" else free_at.get(stroke.target, 0)
        assert stroke.at >= away
        if stroke.target != EVERYTHING:
            free_at[stroke.target] = stroke.at + stroke.lasts
