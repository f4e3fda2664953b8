"""`python -m bench [FIGURE …] [--scale 0.1]`: measures and prints a table. No figure named: all of bench/running.py.

Needs DATABASE_URL (a role that may create databases) and the other variables of docs/settings.md, or `.local/env`.
"""

import argparse
import os
import sys
from time import perf_counter

from bench.database import copy_of, migrated_database
from bench.report import Figure, Unsteady, table
from bench.running import MODULES, ON_DEMAND, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "figures",
        nargs="*",
        metavar="FIGURE",
        help=f"{', '.join(MODULES)}; all of these when none is named. And {', '.join(ON_DEMAND)}",
    )
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the full size; 0.1 for a first look")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long `soak` takes")
    asked = parser.parse_args()
    known = [*MODULES, *ON_DEMAND]
    if unknown := set(asked.figures) - set(known):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    os.environ["BENCH_MINUTES"] = str(asked.minutes)
    figures: list[Figure] = []
    unsteady = 0
    before = os.getloadavg()[0]
    try:
        with migrated_database() as migrated:
            for name in asked.figures or MODULES:
                started = perf_counter()
                try:
                    with copy_of(migrated):
                        figures += run(name, asked.scale)
                except Unsteady as what:
                    print(f"{name} did not hold:\n{what}", file=sys.stderr)
                    unsteady = 1
                print(f"{name}: done in {perf_counter() - started:.0f} s", file=sys.stderr)
    finally:
        after = os.getloadavg()[0]
        print(f"{os.cpu_count()} cores, scale {asked.scale:g}, load before {before:.1f}, after {after:.1f}\n")
        print(table(figures))
    return unsteady


if __name__ == "__main__":
    sys.exit(main())
