"""The table of faults: how each begins, how it ends, and whose batches may come a second time because of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.chaos.programs import BEATS, EVERYTHING, POSTGRES, PUBLISHERS, PUSH_LOOP, REDIS, UNITS, WEB, WORKERS
from tests.chaos.world import World

Act = Callable[[World, Any], None]


def _nothing(world: World, stroke: Any) -> None:
    pass


@dataclass(frozen=True)
class Fault:
    """`lasts` in seconds and `amount` are drawn between their ends. `repeats`: "", "own" (the unit struck) or "all"."""

    name: str
    group: str
    weight: int
    begin: Act
    end: Act = _nothing
    lasts: tuple[float, float] = (0.0, 0.0)
    amount: tuple[int, int] = (1, 1)
    repeats: str = ""


def _kill(name: str, group: str, weight: int, *, away: float, repeats: str = "") -> Fault:
    """Killed with -9, the whole of it, and started again after a while."""
    return Fault(
        f"kill {name}",
        group,
        weight,
        begin=lambda world, stroke: world.programs.kill(stroke.target),
        end=lambda world, stroke: world.programs.launch(stroke.target),
        lasts=(0.2, away),
        repeats=repeats,
    )


def _answer(name: str, weight: int, *, amount: tuple[int, int] = (1, 1)) -> Fault:
    """The next message to one unit is answered so. Whether that lost an answer its own journal says."""
    return Fault(
        name,
        UNITS,
        weight,
        begin=lambda world, stroke: world.copies[stroke.target].order(name, stroke.amount),
        amount=amount,
    )


DUMP = Fault("dump", EVERYTHING, 0, begin=lambda world, stroke: world.dump())
RESTORE = Fault("restore", EVERYTHING, 1, begin=lambda world, stroke: world.restore(), repeats="all")

_TABLE = (
    _kill("web", WEB, 2, away=3),
    _kill("worker", WORKERS, 6, away=3, repeats="all"),
    Fault(
        "kill child",
        WORKERS,
        3,
        begin=lambda world, stroke: world.programs.kill_child(stroke.target, stroke.amount),
        amount=(0, 9),
        repeats="all",
    ),
    _kill("beat", BEATS, 2, away=15),
    _kill("push-loop", PUSH_LOOP, 2, away=10, repeats="all"),
    _kill("publisher", PUBLISHERS, 4, away=1),
    _kill("receiver", UNITS, 4, away=5, repeats="own"),
    Fault("flush Redis", REDIS, 3, begin=lambda world, stroke: world.flush_redis()),
    Fault(
        "stop Redis",
        REDIS,
        1,
        begin=lambda world, stroke: world.freeze_redis(),
        end=lambda world, stroke: world.thaw_redis(),
        lasts=(1, 60),
    ),
    Fault(
        "kill Redis",
        REDIS,
        1,
        begin=lambda world, stroke: world.kill_redis(),
        end=lambda world, stroke: world.start_redis(),
        lasts=(1, 60),
    ),
    Fault(
        "stop PostgreSQL",
        POSTGRES,
        4,
        begin=lambda world, stroke: world.stop_postgres(),
        end=lambda world, stroke: world.start_postgres(),
        lasts=(0.5, 5),
        repeats="all",
    ),
    RESTORE,
    _answer("500", 3),
    _answer("301", 2),
    _answer("429", 2, amount=(1, 4)),
    _answer("409", 3, amount=(1, 200)),
    _answer("409 always", 1),
    _answer("413", 3),
    _answer("422", 2, amount=(1, 3)),
    _answer("partial", 2, amount=(1, 5)),
    _answer("hang", 2),
    _answer("drip", 2),
    _answer("reset", 3),
    _answer("lose", 4),
)
FAULTS = {fault.name: fault for fault in _TABLE}
