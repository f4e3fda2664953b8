"""`python -m tests.chaos --faults 220 --seed 7 [--log FILE] [--short]`: break a house of its own; 0 when all held."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from house import House, stopped_by_signals
from places import remove
from processes import Stopped
from tests.chaos.opening import opened_house
from tests.chaos.plan import LONG, SHORT, draw_plan
from tests.chaos.world import World


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--faults", type=int, default=220)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="the lines on the screen, kept")
    parser.add_argument("--short", action="store_true", help="two units, quick faults, nothing away for long")
    parser.add_argument("--tables-of", default="", help="the address of a migrated database; else it is migrated")
    asked = parser.parse_args()
    with asked.log.open("w", encoding="utf-8") as log, stopped_by_signals():

        def say(line: str) -> None:
            print(line, flush=True)
            print(line, file=log, flush=True)

        try:
            with opened_house(asked.tables_of) as house:
                held = _run(house, asked, say)
        except Stopped:
            say("Stopped.")
            return 130
        if held:
            remove(house.place)
        else:
            say(f"The logs and the copies are kept in {house.place.folder}")
    return 0 if held else 1


def _run(house: House, asked: argparse.Namespace, say: Callable[[str], None]) -> bool:
    from tests.chaos.run import Run
    from tests.chaos.stage import UNITS, set_stage
    from tests.chaos.summary import summary

    units = UNITS[2:] if asked.short else UNITS
    plan = draw_plan(asked.seed, asked.faults, SHORT if asked.short else LONG, units)
    say(f"seed {asked.seed}, {asked.faults} faults, {len(units)} units")
    world = World(house, asked.seed, units)
    try:
        set_stage(world)
        run = Run(world, plan, say)
        held = run.play()
        say(summary(run))
    finally:
        world.programs.kill_all()
    return held


if __name__ == "__main__":
    sys.exit(main())
