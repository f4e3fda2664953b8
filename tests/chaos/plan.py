"""The plan of a run: which fault strikes whom, when, and for how long. The seed alone decides, before anything runs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from tests.chaos.faults import DUMP, FAULTS, RESTORE, Fault
from tests.chaos.programs import EVERYTHING, REDIS, targets_of


@dataclass(frozen=True)
class Pace:
    """Seconds between two faults, and the longest that anything is away; each kind as often as it weighs, or once."""

    gap: tuple[float, float]
    longest: float
    names: tuple[str, ...] = tuple(FAULTS)
    is_weighted: bool = True


@dataclass(frozen=True)
class Stroke:
    """One fault of the plan."""

    at: float
    fault: Fault
    target: str
    lasts: float
    amount: int

    def __str__(self) -> str:
        words = [self.fault.name, self.target if self.target != EVERYTHING else ""]
        words.append(f"for {self.lasts:.1f} s" if self.lasts else "")
        return " ".join(word for word in words if word)


LONG = Pace(gap=(1.5, 5.0), longest=60.0)
SHORT = Pace(
    gap=(0.5, 1.5),
    longest=8.0,
    names=(
        *("kill worker", "kill child", "kill beat", "kill push-loop", "kill publisher", "kill receiver"),
        *("flush Redis", "stop Redis", "stop PostgreSQL", "restore"),
        *("500", "409", "413", "422", "301", "429", "partial", "reset", "lose"),
    ),
    is_weighted=False,
)


def draw_plan(seed: int, count: int, pace: Pace, units: tuple[str, ...]) -> list[Stroke]:
    """`count` faults, and before each restore the dump that it goes back to. Nobody is struck while he is away."""
    random = Random(seed)
    free_at: dict[str, float] = {}
    strokes: list[Stroke] = []
    deck = _dealt(random, pace)
    at = 0.0
    while len(strokes) < count:
        at += random.uniform(*pace.gap)
        fault = next(deck)
        if fault is RESTORE:
            at = max([at, *free_at.values()])
        stroke = _draw(random, fault, at, pace.longest, units)
        if free_at.get(stroke.target, 0.0) <= at:
            free_at[stroke.target] = at + stroke.lasts + pace.gap[0]
            strokes.append(stroke)
    return list(_with_dumps(strokes, random))


def _dealt(random: Random, pace: Pace) -> Iterator[Fault]:
    """All of the deck in random order, again and again."""
    faults = [FAULTS[name] for name in pace.names]
    while True:
        deck = [fault for fault in faults for _each in range(fault.weight if pace.is_weighted else 1)]
        random.shuffle(deck)
        yield from deck


def _draw(random: Random, fault: Fault, at: float, longest: float, units: tuple[str, ...]) -> Stroke:
    target = random.choice(targets_of(fault.group, units))
    lasts = min(random.uniform(*fault.lasts), longest)
    if target == REDIS and fault.lasts[1] >= longest:
        lasts = random.choice((lasts, longest))
    return Stroke(at, fault, target, lasts, random.randint(*fault.amount))


def _with_dumps(strokes: list[Stroke], random: Random) -> Iterator[Stroke]:
    back = {max(number - random.randint(3, 15), 0) for number, stroke in enumerate(strokes) if stroke.fault is RESTORE}
    for number, stroke in enumerate(strokes):
        if number in back:
            yield replace(stroke, fault=DUMP, target=EVERYTHING, lasts=0.0)
        yield stroke
