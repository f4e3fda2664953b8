"""The story that `bin/up --check` walks through the public interfaces: web forms, REST, push.

A step is a function with `@step("what has happened when it held")`. It takes the `Walk`, does its part as a person or a
unit's system would, and asserts; what it returns, if anything, is printed behind its title. What a later step needs is
kept in `walk.kept`. Steps run in the order in which they stand here; the first that fails ends the walk.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from house import House
from visitor import Visitor, Wrong
from words import complain, say, tail

_LOG_LINES = 25
T = TypeVar("T")


@dataclass
class Walk:
    house: House
    kept: dict[str, Any] = field(default_factory=dict)

    def visitor(self) -> Visitor:
        """A person with a browser of his own, not signed in."""
        return Visitor(self.house.address)

    def person(self, name: str) -> Visitor:
        """A person of the demonstration, signed in; the same browser each time."""
        key = f"visitor {name}"
        if key not in self.kept:
            user = next(user for user in self.house.demonstration["users"] if user["name"] == name)
            self.kept[key] = self.visitor().sign_in(name, user["password"])
        visitor: Visitor = self.kept[key]
        return visitor


@dataclass(frozen=True)
class Step:
    title: str
    act: Callable[[Walk], str | None]


STEPS: list[Step] = []


def step(title: str) -> Callable[[Callable[[Walk], str | None]], Callable[[Walk], str | None]]:
    def add(act: Callable[[Walk], str | None]) -> Callable[[Walk], str | None]:
        STEPS.append(Step(title, act))
        return act

    return add


def until(ask: Callable[[], T | None], what: str, within: float = 30) -> T:
    """Ask again until the answer is true; Wrong with `what` when it never was."""
    ends = time.monotonic() + within
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > ends:
            raise Wrong(f"{what} did not happen within {within:.0f} s; the last answer was {answer!r}")
        time.sleep(0.2)


def walk(house: House) -> bool:
    """Walk all steps, a line each. True when all held."""
    say("\nThe story, through the public interfaces:")
    walking = Walk(house)
    started = time.monotonic()
    for number, each in enumerate(STEPS, 1):
        begun = time.monotonic()
        try:
            house.crew.look()
            said = each.act(walking)
        except Exception as error:
            say(f"FAIL {number:2}  {each.title}  ({time.monotonic() - begun:.1f} s)")
            complain(f"\n{type(error).__name__}: {error}\n")
            _show_logs(house)
            return False
        behind = f": {said}" if said else ""
        say(f"ok   {number:2}  {each.title}{behind}  ({time.monotonic() - begun:.1f} s)")
    say(f"\nAll {len(STEPS)} steps held, in {time.monotonic() - started:.0f} s.")
    return True


def _show_logs(house: House) -> None:
    for log in sorted(house.place.logs.glob("*.log")):
        if log.stem not in ("postgres", "redis") and (lines := tail(log, _LOG_LINES)):
            complain(f"The last lines of {log.stem}:\n{lines}\n")
